"""Layouts that projects at large have, and what a careful reader says of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.facts.data.model import Data
from repro_audit.facts.data.roles import Role, role_of
from repro_audit.project import Project

RUN = "# Project\n\n    python train.py\n"
READ = "import pandas as pd\ntable = pd.read_csv({})\n"
FIT = READ.format("'a.csv'") + "model.fit(table)\n"
OPTION = "import argparse\np = argparse.ArgumentParser()\np.add_argument({})\nargs = p.parse_args()\n"


def data_of(root: Path, files: dict[str, str]) -> Data:
    for name, text in {"README.md": RUN, "a.csv": "x,y,z,label\n1,2,3,0\n", **files}.items():
        if not text:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(root).data


ROLES = [
    ("src/prepare_data.py", Role.PREPARE),
    ("02_data_cleaning.ipynb", Role.PREPARE),
    ("cleanrl_ppo.py", None),
    ("trainBert.py", Role.TRAIN),
    ("run_eval.sh", Role.EVALUATE),
    ("predict.py", Role.APPLY),
    ("pretrain_encoder.py", Role.PRETRAIN),
    ("NeuMF.py", None),
    ("plot_results.R", Role.SHOW),
]


@pytest.mark.parametrize(("path", "role"), ROLES)
def test_a_name_tells_the_role(path: str, role: Role | None) -> None:
    assert role_of(path) is role


STEPS = [
    ("one script", {"train.py": FIT}, {"train.py"}),
    ("alternatives", {"train.py": FIT, "train_forest.py": FIT}, {"train.py"}),
    ("a plot beside light work", {"train.py": FIT, "plot.py": FIT}, {"train.py"}),
    ("a download beside light work", {"train.py": FIT, "download.py": FIT}, {"train.py"}),
    ("prepare and train", {"train.py": FIT, "prepare.py": FIT}, {"train.py", "prepare.py"}),
    ("train and an app", {"train.py": FIT, "app.py": "m = joblib.load('m')\nm.predict(x)\n"}, {"train.py", "app.py"}),
    (
        "modes of heavy work",
        {"train.py": OPTION.format("'--mode', choices=['train', 'test']") + "# DataParallel\n" + FIT},
        {"train", "test", "train.py"},
    ),
    (
        "a switch of heavy work",
        {"train.py": OPTION.format("'--evaluate', action='store_true'") + "# DataParallel\n" + FIT},
        {"evaluate", "train.py"},
    ),
    (
        "subcommands of heavy work",
        {"train.py": "import click\n# DataParallel\n@cli.command()\ndef fit():\n    model.fit(1)\n" + FIT + "fit()\n"},
        {"fit", "train.py"},
    ),
    (
        "a script that starts it",
        {"README.md": "    bash go.sh\n", "go.sh": "python train.py\n", "train.py": FIT},
        {"train.py"},
    ),
    ("another experiment", {"train.py": FIT, "cifar_test2.py": "opt.zero_grad()\nrun()\n" + FIT}, {"train.py"}),
    (
        "another experiment that loads what it saved",
        {"train.py": FIT, "b_test.py": "opt.zero_grad()\ntorch.save(m)\nm = torch.load(f)\nrun()\n" + FIT},
        {"train.py"},
    ),
    (
        "a download and a training that are both named main",
        {"fetch_prices/main.py": "run(open('a', 'w'))\n# DataParallel\n", "model/main.py": "# DataParallel\n" + FIT},
        {"fetch_prices/main.py", "model/main.py"},
    ),
    (
        "what is evaluated on the way",
        {"train.py": OPTION.format("'--eval', type=bool, default=True") + "# DataParallel\n" + FIT},
        {"train.py"},
    ),
    (
        "a builder that handles no data",
        {"train.py": FIT, "docker_build.py": "import gym\ngym.make('x')\n"},
        {"train.py"},
    ),
    ("a script for releases", {"train.py": FIT, "prepare-release.sh": "git tag v1\n"}, {"train.py"}),
    (
        "modules of functions",
        {"train.py": "def train(path):\n    joblib.dump(path)\n", "prep.py": "def prep(x):\n    x.to_csv('m')\n"},
        {"train.py", "prep.py"},
    ),
]


@pytest.mark.parametrize(("files", "names"), [c[1:] for c in STEPS], ids=[c[0] for c in STEPS])
def test_alternatives_are_one_step(tmp_path: Path, files: dict[str, str], names: set[str]) -> None:
    assert {s.name for s in data_of(tmp_path, files).stages} == names


KEPT = [
    {
        "train.py": "import mlflow\nmlflow.sklearn.log_model(m, 'model')\n" + FIT,
        "predict.py": "import mlflow\nm = mlflow.pyfunc.load_model('models:/m/1')\n",
    },
    {"train.py": FIT, "prep_v1.py": "t.to_csv(r'C:\\work\\data\\clean.csv')\n", "data/clean.csv": "x\n1\n"},
    {
        "README.md": RUN + "    python finetune.py --weights w/base.h5\n",
        "train.py": FIT,
        "finetune.py": FIT,
        "w/base.h5": "x",
    },
    {
        "README.md": "Train:\n\n    python train.py --save M.pt\n\nThen:\n\n    python finetune.py --save M.pt\n",
        "train.py": FIT,
        "finetune.py": FIT,
    },
    {
        "train.py": "save_model(m, './w/crf.pkl')\n" + FIT,
        "test.py": "m = load_model('./w/crf.pkl')\n",
        "w/crf.pkl": "x",
    },
    {
        "README.md": RUN + "\nModels are saved in the `kept-models` directory.\n",
        "train.py": "torch.save(m, os.path.join('kept-models', 'best.pt'))\n" + FIT,
        "eval.py": "m = torch.load('kept-models/best.pt')\n",
    },
    {
        "src/catalog.py": 'catalog = {"model": PickleDataSet(filepath="m"), "pred": CSVDataSet(filepath="p")}\n',
        "src/pipeline.py": 'node(fit, "t", outputs="model")\nnode(func=apply, inputs="model", outputs="pred")\n',
    },
]


@pytest.mark.parametrize("files", KEPT)
def test_what_a_tracker_git_or_a_catalog_keeps_is_declared(tmp_path: Path, files: dict[str, str]) -> None:
    stages = data_of(tmp_path, files).stages
    assert len(stages) >= 2 and any(s.is_declared for s in stages)


LIGHT = [
    ("a fit on a small table", {"train.py": FIT}, True),
    ("a search", {"train.py": "from sklearn.model_selection import GridSearchCV\n" + FIT}, False),
    (
        "a search that is said to be quick",
        {
            "train.py": "from sklearn.model_selection import GridSearchCV\n" + FIT,
            "README.md": RUN + "\nThe full code takes 5-10 minutes to run.\n",
        },
        True,
    ),
    ("a network on a small table", {"train.py": "import torch\nloss.backward()\n" + FIT}, True),
    (
        "a network on images",
        {"train.py": "import torch\nfrom torchvision.datasets import CIFAR10\nCIFAR10('d')\nx.backward()\n"},
        False,
    ),
    (
        "a network that is said to be quick",
        {
            "train.py": "import torch\nfrom torchvision.datasets import CIFAR10\nCIFAR10('d')\nx.backward()\n",
            "README.md": RUN + "\nTraining takes 5 minutes.\n",
        },
        True,
    ),
    (
        "a time per epoch",
        {
            "train.py": "import torch\nfrom torchvision.datasets import CIFAR10\nCIFAR10('d')\nx.backward()\n",
            "README.md": RUN + "\nTraining takes 5 minutes per epoch.\n",
        },
        False,
    ),
]


@pytest.mark.parametrize(("files", "is_light"), [c[1:] for c in LIGHT], ids=[c[0] for c in LIGHT])
def test_light_work_is_one_quick_step(tmp_path: Path, files: dict[str, str], is_light: bool) -> None:
    assert data_of(tmp_path, files).is_light is is_light


DESCRIBED = [
    (
        "columns that the table has",
        "## Data\n\n- **x**: width\n- **y**: height\n- **z**: depth\n- **label**: kind\n",
        True,
    ),
    ("fields under their heading", "## Fields\n\n- age: in years\n- sex: M or F\n- bmi: mass\n- bp: mmHg\n", True),
    ("three fields", "## Fields\n\n- age: in years\n- sex: M or F\n- bmi: mass index\n", False),
    (
        "hyperparameters",
        "## Hyperparameters\n\n- lr: the rate\n- batch: its size\n- epochs: how many\n- seed: fixed\n",
        False,
    ),
    (
        "what the project can do",
        "## Features\n\n- **Fast**: yes\n- **Small**: yes\n- **Open**: yes\n- **Free**: yes\n",
        False,
    ),
    ("columns of an output", "## Output fields\n\n- id: the row\n- p: score\n- q: error\n- r: rank\n", False),
    ("a line's form", "## Dataset\n\nEach line is user\\titem\\trating\\ttime.\n", True),
    ("a folder per class", "## Dataset description\n\nEach class is stored in a separate folder.\n", True),
    (
        "a colon inside the mark",
        "## Data\n\n- **x:** width\n- **y:** height\n- **z:** depth\n- **label:** kind\n",
        True,
    ),
    ("folders and their images", "## Use\n\nImages of the dataset should be placed in `in`, all RGB.\n", True),
    ("folders by label", "## Data\n\nThe dataset is separated into 7 folders, which are the labels.\n", True),
    ("columns that must be there", "## Uso\n\nEl dataset debe tener las columnas `x`, `y` y otras.\n", True),
    ("a line's form in Chinese", "## 数据集\n\n数据的每一行由一个字及其标注组成。\n", True),
    ("a name only", "## Data\n\nWe use the Frogs dataset.\n", False),
]


@pytest.mark.parametrize(("text", "is_full"), [c[1:] for c in DESCRIBED], ids=[c[0] for c in DESCRIBED])
def test_a_description_names_the_parts_and_what_they_hold(tmp_path: Path, text: str, is_full: bool) -> None:
    found = data_of(tmp_path, {"README.md": RUN + "\n" + text, "train.py": FIT}).descriptions
    assert any(d.is_full for d in found) is is_full


def test_a_paper_describes_the_input(tmp_path: Path) -> None:
    paper = "\\section{Data}\nThe data contain the following labeled columns. % not this\nA header row is required.\n"
    found = data_of(tmp_path, {"paper/main.tex": paper, "train.py": FIT}).descriptions
    assert [(str(d.at), d.is_full) for d in found if d.is_full] == [("paper/main.tex:2", True)]


TIES = [
    ("a fixed name in an open folder", "open(args.root + '/iris.tsv')", True),
    ("a name that any data set's files may have", "open(args.root + '/train.tsv')", False),
    ("a suffix of an open name", "open(args.root + '.train.tsv')", False),
    ("a pattern with an open name", "open('data/{}.train.tsv'.format(args.root))", False),
]


@pytest.mark.parametrize(("code", "is_tied"), [c[1:] for c in TIES], ids=[c[0] for c in TIES])
def test_a_suffix_ties_to_no_data_set(tmp_path: Path, code: str, is_tied: bool) -> None:
    files = {"train.py": OPTION.format("'--root', default='data/set'") + code + "\n", "data/set.train.tsv": "a\t1\n"}
    assert bool(data_of(tmp_path, files).tied_to) is is_tied


def test_the_default_of_an_argument_is_one_open_place_and_not_buried(tmp_path: Path) -> None:
    code = "def load(path='data/', name='set'):\n    return open('{}{}.tsv'.format(path, name))\nload()\n"
    handles = data_of(tmp_path, {"train.py": code, "data/set.tsv": "a\t1\n"}).handles
    assert [(h.is_open, h.is_buried) for h in handles] == [(False, False)]


SET = "from torchvision.datasets import CelebA\nclass Mine(CelebA):\n    pass\nx = Mine('d', download={})\n"
HAND = RUN + "\nThe data are [here](https://drive.google.com/file/d/1).\n"
SOURCES = [
    (
        "a committed file by its address",
        {"train.py": READ.format("'https://raw.githubusercontent.com/me/it/main/a.csv'"), "a.csv": "x\n1\n"},
        ["git"],
    ),
    ("a library's set whose download is off", {"train.py": SET.format("False"), "README.md": HAND}, ["link"]),
    (
        "a library's set that nobody downloads",
        {"train.py": "from torchvision import datasets\nx = datasets.MNIST('d', download=False)\n", "README.md": HAND},
        ["link"],
    ),
    (
        "a library's set that another call downloads",
        {
            "train.py": "from torchvision import datasets\nx = datasets.MNIST('d', download=True)\n"
            "y = datasets.MNIST('d', False, download=False)\n"
        },
        ["library"],
    ),
    ("a library's set", {"train.py": SET.format("True"), "README.md": HAND}, ["library"]),
    ("a configuration behind an option", {"train.py": "import sys, yaml\nyaml.safe_load(open(sys.argv[1]))\n"}, []),
    (
        "an installer",
        {"train.py": "import gym\nenv = gym.make('x')\n", "install.sh": "wget https://x.org/maps.zip\n"},
        [],
    ),
]


@pytest.mark.parametrize(("files", "kept"), [c[1:] for c in SOURCES], ids=[c[0] for c in SOURCES])
def test_a_source_is_what_a_reader_would_find(tmp_path: Path, files: dict[str, str], kept: list[str]) -> None:
    found = data_of(tmp_path, {"a.csv": "", **files}).sources
    assert [s.management.value for s in found if s.is_main] == kept


def test_a_download_that_asks_for_an_account_is_partly_by_hand(tmp_path: Path) -> None:
    readme = RUN + "\nkaggle datasets download -d me/frogs -p data/ --unzip\n"
    found = data_of(tmp_path, {"README.md": readme, "train.py": READ.format("'data/frogs.csv'")})
    assert str(found.example_input.answer) == "partial"


NO_DATA = [
    ("a simulation beside its curves", {"train.py": "import gymnasium\nenv = gymnasium.make('A')\n"}, False),
    ("recorded experience", {"train.py": "import gym, d4rl\nimport pandas as pd\npd.read_csv('a.csv')\n"}, True),
    (
        "a step that gets its table",
        {"train.py": "def fit(t):\n    m.fit(t)\n", "load.py": READ.format("'a.csv'")},
        True,
    ),
    ("numbers made by the code", {"train.py": "import numpy as np\nm.fit(np.arange(9))\n", "a.csv": ""}, False),
]


@pytest.mark.parametrize(("files", "uses_data"), [c[1:] for c in NO_DATA], ids=[c[0] for c in NO_DATA])
def test_no_data_means_that_something_else_gives_them(tmp_path: Path, files: dict[str, str], uses_data: bool) -> None:
    assert data_of(tmp_path, files).uses_data is uses_data


def test_what_a_maker_reads_under_the_same_name_is_input(tmp_path: Path) -> None:
    maker = READ.format("'in/books.csv'") + "table.to_csv('in/clean/books.csv')\n"
    files = {"train.py": READ.format("'in/clean/books.csv'"), "prep.py": maker, "a.csv": ""}
    assert [s.what for s in data_of(tmp_path, files).sources] == ["in/books.csv"]


R_READS = [
    "read.table('a.csv', sep=',', header=TRUE)",
    "read_csv(file = 'a.csv', na = '?')",
    "read.csv(file.path('.', 'a.csv'), dec = ',')",
]


@pytest.mark.parametrize("call", R_READS)
def test_the_separator_of_a_table_is_no_part_of_its_path(tmp_path: Path, call: str) -> None:
    files = {"README.md": "    Rscript fit.R\n", "fit.R": f"d <- {call}\n"}
    assert [s.what for s in data_of(tmp_path, files).sources] == ["a.csv"]


LINKED: list[tuple[str, dict[str, str], str]] = [
    ("You can download the datasets at https://github.com/who/their-data.", {}, "partial"),
    ("Our code builds on https://github.com/who/their-code.", {}, "no"),
    ("See [data conventions](https://docs.tool.org/data-conventions).", {}, "no"),
]


@pytest.mark.parametrize(("text", "files", "answer"), LINKED)
def test_a_repository_holds_the_data_where_the_sentence_says_so(
    tmp_path: Path, text: str, files: dict[str, str], answer: str
) -> None:
    read = READ.format("'data/big.csv'") + "model.fit(table)\n"
    data = data_of(tmp_path, {"README.md": f"{RUN}\n{text}\n", "train.py": read, "a.csv": "", **files})
    assert str(data.example_input.answer) == answer


def test_a_recording_beside_a_link_to_the_data_is_a_sample(tmp_path: Path) -> None:
    readme = f"{RUN}\nDownload the [speech data set](https://zenodo.org/record/1).\n"
    files = {"README.md": readme, "train.py": "fit(load_all(settings))\n", "demo.wav": "RIFF", "a.csv": ""}
    assert str(data_of(tmp_path, files).example_input.answer) == "partial"


@pytest.mark.parametrize("filled", ["'set/%s/%s.txt' % (name, name)", "'set/%s.txt' % name"])
def test_an_option_that_is_filled_into_a_path_chooses_the_data(tmp_path: Path, filled: str) -> None:
    code = (
        OPTION.format("'--dataset', default='A'") + f"def load(name):\n    return open({filled})\nload(args.dataset)\n"
    )
    handles = data_of(tmp_path, {"train.py": code}).handles
    assert [(h.what, h.is_open) for h in handles if h.what != "a.csv"] == [("--dataset", True)]
