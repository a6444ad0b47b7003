"""Estimators that draw only where an option makes them, and networks that a trainer of another library trains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repro_audit.project import Project


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("from sklearn.svm import SVC\nSVC(probability=True)\n", ["sklearn"]),
        ("from sklearn.svm import SVC\nSVC(probability=False)\n", []),
        ("from sklearn.svm import SVC\nSVC()\n", []),
        ("from sklearn.linear_model import LogisticRegression\nLogisticRegression(solver='liblinear')\n", ["sklearn"]),
        ("from sklearn.linear_model import LogisticRegression\nLogisticRegression(solver='lbfgs')\n", []),
        ("import tensorflow as tf\ntf.random.normal((3, 2))\n", ["tensorflow"]),
        ("import tensorflow as tf\ntf.random.stateless_normal((3, 2), seed=(1, 2))\n", []),
        ("import keras\nkeras.layers.Dense(3)\n", []),
        ("import gensim\ngensim.models.ldamodel.LdaModel(corpus, num_topics=2)\n", ["numpy"]),
        ("from gensim.models import Word2Vec\nWord2Vec(sentences)\n", []),
        ("from transformers import Trainer\nTrainer(model=model).train()\n", ["torch"]),
        ("import lightning as L\ntrainer = L.Trainer()\ntrainer.fit(net, data)\n", ["torch"]),
        ("import pytorch_lightning as pl\ntrainer = make(pl)\ntrainer.fit(net)\n", ["torch"]),
        ("from stable_baselines3 import PPO\nPPO('MlpPolicy', env).learn(100)\n", ["torch"]),
        ("import torch\nw = torch.tensor([1.0], requires_grad=True)\n(2 * w).sum().backward()\n", []),
        ("import torch\nnet = torch.load('net.pt')\nnet(x).sum().backward()\n", ["torch"]),
        ("from tensorflow_core.python.keras.layers.recurrent import LSTM\nLSTM(3)\nmodel.fit(x)\n", ["tensorflow"]),
    ],
)
def test_what_draws_is_told_by_its_options(tmp_path: Path, text: str, sources: list[str]) -> None:
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    assert [d.source for d in Project(tmp_path).randomness.draws] == sources


@pytest.mark.parametrize(
    ("text", "is_seeded"),
    [
        ("import pandas as pd\ndf = pd.read_csv('a.csv')\ndf.sample(9)\n", [False]),
        ("import pandas as pd\ndf = pd.read_csv('a.csv')\ndf.sample(9, random_state=1)\n", []),
        ("import polars as pl\ntrain_rows = pl.read_csv('a.csv')\ntrain_rows.sample(9)\n", [False]),
        ("import pandas as pd\nmemory = Memory()\nmemory.sample(9)\n", []),
        ("from catboost import CatBoostRanker\nm = CatBoostRanker()\nm.load_model('m.cbm')\n", []),
        ("from catboost import CatBoostRanker\np = {'depth': 7, 'random_state': 1}\nCatBoostRanker(**p)\n", [True]),
        (
            "from sklearn.ensemble import RandomForestClassifier as F\nP = dict(random_state=3)\n"
            "def go():\n    return F(**P)\ngo()\n",
            [True],
        ),
        ("from sklearn.ensemble import RandomForestClassifier as F\ndef go(**p):\n    F(**p)\ngo()\n", []),
        (
            "from sklearn.ensemble import RandomForestClassifier as F\np = {'random_state': 1}\np = {}\nF(**p)\n",
            [],
        ),
    ],
)
def test_rows_are_drawn_and_options_may_be_unpacked(tmp_path: Path, text: str, is_seeded: list[bool]) -> None:
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    assert [d.is_seeded for d in Project(tmp_path).randomness.draws] == is_seeded


def test_keras_on_theano_draws_from_numpy(tmp_path: Path) -> None:
    text = "import numpy as np\nnp.random.seed(1)\nfrom keras.layers.core import Dense\nDense(3)\nmodel.fit(x)\n"
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    (tmp_path / "README.md").write_text("THEANO_FLAGS=device=gpu python train.py\n", encoding="utf-8")
    randomness = Project(tmp_path).randomness
    assert (randomness.sources, randomness.unseeded) == (("numpy",), ())


@pytest.mark.parametrize(
    ("name", "text", "unseeded"),
    [
        ("train.lua", "torch.manualSeed(opt.seed)\nlocal net = nn.Linear(2, 3)\n", 0),
        ("train.lua", "local net = nn.Linear(2, 3)  -- torch.manualSeed(1)\n", 1),
        ("train.m", "rng(1);\nx = randn(3);\n", 0),
        ("train.m", "x = randn(3); % drawn\n", 1),
    ],
)
def test_lua_and_matlab_are_read(tmp_path: Path, name: str, text: str, unseeded: int) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    randomness = Project(tmp_path).randomness
    assert (randomness.can_tell, len(randomness.unseeded)) == (True, unseeded)


@pytest.mark.parametrize(
    ("kernel", "lines", "sources", "unseeded"),
    [
        ({"name": "ir", "display_name": "R"}, ["set.seed(1)\n", "x <- rnorm(3)"], ("r",), 0),
        ({"name": "julia-1.7", "language": "julia"}, ["using Flux\n", "model = Dense(2, 3)"], ("julia",), 1),
        ({"name": "python3", "language": "python"}, ["import random\n", "random.random()"], ("python",), 1),
        ({"name": "my-env"}, ["import random\n", "random.random()"], ("python",), 1),
    ],
)
def test_a_notebook_is_read_in_the_language_of_its_kernel(
    tmp_path: Path, kernel: dict[str, str], lines: list[str], sources: tuple[str, ...], unseeded: int
) -> None:
    cells = [{"cell_type": "code", "source": lines, "metadata": {}, "outputs": []}]
    text = json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4}, indent=1)
    (tmp_path / "train.ipynb").write_text(text, encoding="utf-8")
    randomness = Project(tmp_path).randomness
    assert (randomness.sources, len(randomness.unseeded)) == (sources, unseeded)
