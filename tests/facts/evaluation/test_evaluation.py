"""Ways to a prediction, and recorders, judged as a careful reader would."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from laid import lay

from repro_audit.model import Answer
from repro_audit.project import Project

RULES = importlib.import_module("repro_audit.rules.evaluation")

STREAMLIT = "import streamlit as st\nimport joblib\nmodel = joblib.load('m.pkl')\nfile = st.file_uploader('image')\n"
PREDICT = "import argparse, torch\np = argparse.ArgumentParser()\np.add_argument('--image')\nnet = torch.load('n.pt')\n"
FIXED = "import pandas as pd, xgboost\ndef create_submission(m):\n    pred = m.predict(x)\n    pred.to_csv('sub.csv')\n"
FLASK = "from flask import Flask, request\napp = Flask('a')\nmodel.predict(request.json)\napp.run(port=9003)\n"
UPLOAD = {
    "a/index.html": "<script src='a.js'></script>\n<input id='x' type='file'>\n",
    "a/a.js": "s = await ort.InferenceSession.create('model.onnx')\n",
    "train.py": "import torch\nloss.backward()\n",
}
FIGURES = "for name in NAMES:\n    plt.plot(read('results/' + name), label=name)\n"
TRAIN = "import torch\nfor x in data:\n    loss.backward()\n"


def project(root: Path, files: dict[str, str]) -> Project:
    return Project(lay(root, files))


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": s.splitlines(True)} for s in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"app.py": STREAMLIT, "m.pkl": "x", "README.md": "```\nstreamlit run app.py\n```\n"}, "yes"),
        ({"app.py": STREAMLIT, "m.pkl": "x", "README.md": "# Cells\n"}, "partial"),
        ({"app.py": STREAMLIT, "m.pkl": "x", "README.md": "```\n├── app.py  # Streamlit app\n```\n"}, "partial"),
        (
            {
                "app.py": "import streamlit as st\nst.file_uploader('a')\nload_model('m.h5')\n",
                "README.md": "    streamlit run app.py\n",
            },
            "partial",
        ),
        ({"predict.py": PREDICT, "README.md": "    python predict.py --image cat.png\n"}, "yes"),
        ({"predict.py": PREDICT}, "partial"),
        ({**UPLOAD, "a/model.onnx": "x", "README.md": "Try it: https://me.github.io/a/\n"}, "yes"),
        ({**UPLOAD, "a/model.onnx": "x"}, "partial"),
        ({**UPLOAD, "README.md": "Try it: https://me.github.io/a/\n"}, "partial"),
        ({"a/index.html": "<input type='file'>", "train.py": TRAIN, "README.md": "https://me.github.io/a/\n"}, "no"),
        ({"nodes.py": FIXED}, "partial"),
        ({"train.py": TRAIN, "README.md": "    python train.py\n"}, "no"),
        ({"price_prediction.py": "import sklearn\nmodel.fit(x, y)\nprint(model.score(x, y))\n"}, "no"),
        ({"get.py": "import requests\nrequests.get('a')\n"}, "na"),
        ({"gan.py": TRAIN + "save_image(fake, f'{i}.png')\n"}, "partial"),
        ({"eval.py": TRAIN + "path = os.path.join(out, 'predictions.csv')\n"}, "partial"),
        ({"predict.py": "import torch\nm = torch.load('a')\nprint(accuracy_score(y, m(x)))\n"}, "no"),
        ({"main.py": PREDICT, "README.md": "# Data generation\n\n    python main.py --generate_data\n"}, "no"),
        ({"api.py": FLASK, "README.md": "POST to `http://localhost:9003/predict`\n"}, "yes"),
        ({"api.py": FLASK, "README.md": "The database is at http://localhost:5432/\n"}, "partial"),
        ({"enjoy.py": "m = PPO.load('a')\nimport torch\n", "README.md": "    python enjoy.py\n"}, "partial"),
        (
            {
                "train.py": TRAIN,
                "README.md": "[Demo](https://colab.research.google.com/github/a/b/blob/main/demo.ipynb)\n",
            },
            "yes",
        ),
        (
            {
                "train.py": TRAIN,
                "README.md": "```python\nfrom pkg import load\nmodel = load('a')\nmodel.predict('b.png')\n```\n",
            },
            "yes",
        ),
        (
            {
                "net/model.py": TRAIN,
                "README.md": "```python\nfrom net.model import Net\nn = Net().fit(x)\nn.predict(t)\n```\n",
            },
            "yes",
        ),
        (
            {
                "net_test.py": "import sys\nm.load_weights('w')\nm.predict(sys.argv[1])\n",
                "README.md": "    python net_test.py in.h5 out.h5\n",
            },
            "yes",
        ),
        ({"generate.py": "import argparse\nm = torch.load('m')\nout.write(m(x))\n"}, "partial"),
        ({"a.py": "model = load_model(p)\nenv = RecordVideo(env, 'v')\nmodel.train()\n"}, "partial"),
        ({"a.py": TRAIN + "env = RecordVideo(env, 'v')\n"}, "no"),
        ({"ml_example.py": "model.train(x)\nprint('said', model.predict_one(read('a.wav')))\n"}, "partial"),
        ({"a.ipynb": notebook("model.fit(a)\nresult = model.predict(x_test)\nresult[:10]\n")}, "partial"),
        ({"a.ipynb": notebook("model.fit(a)\ny = model.predict(x)\nprint(accuracy_score(y, t))\n")}, "no"),
    ],
)
def test_the_models_output_is_to_be_had_for_ones_own_input(tmp_path: Path, files: dict[str, str], answer: str) -> None:
    assert RULES.eval_predict(project(tmp_path, files)).answer == Answer(answer)


LOOP = "for n, m in models.items():\n    m.fit(x)\n"


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"a.py": "import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric('a', 1)\n"}, "yes"),
        ({"a.py": "import wandb\nwandb.init()\nwandb.log({'a': 1})\n"}, "yes"),
        ({"a.py": "import wandb\nwandb.init()\n"}, "partial"),
        ({"a.py": "from tensorboardX import SummaryWriter\nw = SummaryWriter('a')\n"}, "yes"),
        ({"a.py": "from sacred.observers import MongoObserver\nex.observers.append(MongoObserver())\n"}, "yes"),
        ({"conf/logger/a.yaml": "logger:\n  _target_: lightning.pytorch.loggers.WandbLogger\n"}, "yes"),
        ({"dvc.yaml": "stages:\n  a:\n    metrics:\n      - m.json\n"}, "yes"),
        ({"guild.yml": "train:\n  flags:\n    a: 1\n"}, "yes"),
        (
            {"compare_models.py": "import glob, json\nfor f in glob.glob('results/*.json'):\n    json.load(open(f))\n"},
            "yes",
        ),
        ({".gitattributes": "*.ipynb diff=jupyternotebook\n"}, "yes"),
        ({"models/results.csv": "model,f1\nforest,0.7\nboosting,0.8\n"}, "yes"),
        ({"data/results.csv": "model,price\nsedan,7\ncoupe,8\n"}, "no"),
        ({"results.csv": "model,f1\nforest,0.7\n"}, "no"),
        ({"a.ipynb": notebook("for m in ms:\n  t.append({\n  'Model': m,\n  'F1': f1})\npd.DataFrame(t)\n")}, "yes"),
        ({"a.py": "for m in ms:\n  t.append({'Model': m, 'Price': p})\npd.DataFrame(t)\n"}, "no"),
        ({"a.py": "pd.DataFrame(\n    accuracy,\n    columns=model_names,\n)\n"}, "yes"),
        (
            {"Snakefile": "rule summary:\n    input: expand('r/{model}.tsv', model=MODELS)\n    output: 'all.png'\n"},
            "yes",
        ),
        (
            {"Snakefile": "rule fit:\n    input: expand('r/{model}.tsv', model=MODELS)\n    output: 'all.png'\n"},
            "partial",
        ),
        ({"a.py": "from sacred import Experiment\ndef main(_run):\n    _run.log_scalar('loss', 1)\n"}, "partial"),
        ({"a.py": "plt.savefig(f'loss_{args.name}.png')\n"}, "partial"),
        ({"a.py": "df.to_csv('submission.csv')\nplt.savefig('loss.png')\n"}, "no"),
        ({"a.py": "config = json.load(open(args.config_name))\n"}, "no"),
        ({"a.py": "# wandb.init()\nprint(score)\n"}, "no"),
        ({"a.py": LOOP + "    kept[n] = f1_score(y, m.predict(x))\nprint(pd.DataFrame(kept))\n"}, "yes"),
        ({"a.py": LOOP + "    print(f1_score(y, m.predict(x)))\n"}, "partial"),
        ({"a.py": LOOP + "    joblib.dump(m, n)\n"}, "no"),
        ({"a.py": "plot('./runs/one', './runs/two', 'loss')\n"}, "yes"),
        ({"a.py": "def plot_both(one, other):\n    pass\n"}, "yes"),
        ({"a.py": "def plot_metrics_of_runs():\n    pass\n"}, "yes"),
        ({"aucs.txt": "cell\tOld ROC AUC\tNew ROC AUC\na\t0.7\t0.8\n"}, "yes"),
        ({"metrics.csv": "train_auc,test_auc,AUC_ROC,AUC_PR\n1,1,1,1\n"}, "no"),
        ({"model_score.csv": "ridge,lasso,forest\n0.1,0.2,0.3\n"}, "yes"),
        ({"a.py": "file_name = f'{args.env}_{args.seed}'\nnp.save(f'./results/{file_name}', scores)\n"}, "partial"),
        ({"a.py": "with open(args.save, 'wb') as f:\n    torch.save(model, f)\n"}, "no"),
        ({"a.py": "p.to_csv('output/a.csv')\n", "b.py": "p.to_csv('output/b.csv')\n"}, "partial"),
        ({"a.py": "p.to_csv('output/a.csv')\np.to_csv('output/b.csv')\n"}, "no"),
        ({"a.py": "from zenml import step\n@step\ndef fit():\n    pass\n"}, "partial"),
        ({"train.py": TRAIN, "kept/forest/metrics.txt": "1", "kept/linear/metrics.txt": "2"}, "partial"),
        ({"train.py": TRAIN, "data/train/scores.csv": "1", "data/test/scores.csv": "2"}, "no"),
        ({"train.py": TRAIN + "prev_save = time.time()\n"}, "no"),
        ({"train.py": TRAIN + "log_dir = 'logs/' + str(time.time())\n"}, "partial"),
        ({"README.md": "The figures of the paper:\n\n    python draw_figs.py\n", "draw_figs.py": FIGURES}, "yes"),
        ({"README.md": "Look at:\n\n    python draw_figs.py\n", "draw_figs.py": FIGURES}, "no"),
    ],
)
def test_runs_can_be_compared(tmp_path: Path, files: dict[str, str], answer: str) -> None:
    assert RULES.eval_compare(project(tmp_path, files)).answer == Answer(answer)


def test_evidence_in_a_notebook_is_a_line_of_its_file(tmp_path: Path) -> None:
    text = notebook("x = 1\n", "import mlflow\nmlflow.start_run()\n")
    (recorder,) = project(tmp_path, {"a.ipynb": text}).evaluation.recorders
    assert "mlflow.start_run()" in text.split("\n")[(recorder.at.line or 0) - 1]


@pytest.mark.parametrize("text", ["", "{", "[]", "\0\xff", '{"cells": [1, {"cell_type": "code", "source": 3}]}'])
def test_bad_files_are_survived(tmp_path: Path, text: str) -> None:
    files = {"a.ipynb": text, "app.py": text, "dvc.yaml": text, "README.md": text, "guild.yml": text}
    found = project(tmp_path, files)
    assert RULES.eval_compare(found).answer in Answer
    assert found.systems.names is not None
