"""Systems are named where they are used, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from laid import lay

from repro_audit.project import Project


def project(root: Path, files: dict[str, str]) -> Project:
    return Project(lay(root, files))


def notebook(*cells: str, **metadata: object) -> str:
    found = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": c.splitlines(True)} for c in cells]
    return json.dumps({"cells": found, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"a.py": "import torch.nn as nn\nfrom sklearn import svm\n"}, ["pytorch", "sklearn"]),
        ({"a.py": "import numpy, jax\n"}, ["jax"]),
        ({"a.py": "from torch.utils.tensorboard import SummaryWriter\n"}, ["tensorboard"]),
        ({"a.py": "from torch.utils import tensorboard\n"}, ["tensorboard"]),
        ({"a.py": "import tensorflow as tf\nw = tf.summary.FileWriter('log')\n"}, ["tensorboard", "tensorflow"]),
        ({"a.py": "from keras.models import Sequential\n"}, ["tensorflow"]),
        ({"a.py": "from keras.models import Sequential\n", "README.md": "Keras 0.2 with Theano\n"}, []),
        ({"a.py": "import keras\n", "b.py": "import tensorflow\n", "README.md": "Theano also works\n"}, ["tensorflow"]),
        ({"a.py": "import jax\nfrom flax.metrics import tensorboard\n"}, ["jax", "tensorboard"]),
        ({"a.py": "from prefect import flow\nfrom zenml import step\n"}, ["prefect", "zenml"]),
        ({"a.py": "url = 'lakefs://repo/main/'\n"}, ["lakefs"]),
        ({"a.ipynb": notebook("import torch\n")}, ["jupyter", "pytorch"]),
        ({"a.ipynb": notebook("x = 1\n", colab={"name": "a"})}, ["colab", "jupyter"]),
        ({"environment.yml": "name: a\ndependencies:\n  - python=3.9\n"}, ["conda"]),
        ({"spec.txt": "@EXPLICIT\nhttps://conda.anaconda.org/a.tar.bz2\n"}, ["conda"]),
        ({"README.md": "```\nconda create -n a python=3.9\n```\n"}, ["conda"]),
        ({"workflow/rules/fit.smk": "rule fit:\n    conda:\n        'r.yaml'\n"}, ["conda", "snakemake"]),
        ({"workflow/envs/r.yaml": "channels: [r]\ndependencies:\n  - r-base\n"}, ["conda"]),
        ({"a.py": "TrainingArguments(report_to='wandb')\n"}, ["wandb"]),
        ({"requirements.txt": "numpy==1.26.0\n"}, ["pip-requirements"]),
        ({".gitattributes": "*.h5 filter=lfs diff=lfs merge=lfs -text\n"}, ["git-lfs"]),
        ({".gitattributes": "*.ipynb diff=jupyternotebook\n"}, ["nbdime"]),
        ({"data.csv.dvc": "outs:\n- md5: a\n"}, ["dvc"]),
        ({"Dockerfile": "FROM python:3.11\n"}, ["docker"]),
        ({"README.md": "    docker run -p 8000:8000 image\n"}, ["docker"]),
        ({".github/workflows/a.yml": "jobs:\n  a:\n    container: python:3.11\n"}, ["docker"]),
        ({"pyproject.toml": "[tool.poetry]\nname = 'a'\n"}, ["poetry"]),
        ({"Makefile": "all:\n\techo\n"}, ["make"]),
        ({"README.md": "[Open](https://colab.research.google.com/github/a/b/blob/main/c.ipynb)\n"}, ["colab"]),
        ({"load.R": "library(doltr)\n"}, ["dolt"]),
        ({"train.jl": "using Wandb, Dates\n"}, ["wandb"]),
        ({"README.md": "```\n$ lakectl repo create lakefs://a s3://a\n```\n"}, ["lakefs"]),
    ],
)
def test_a_system_is_named_by_import_file_or_command(tmp_path: Path, files: dict[str, str], names: list[str]) -> None:
    assert list(project(tmp_path, files).systems.names) == names


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We compare with MLflow, wandb and DVC, and make use of Docker.\n"},
        {"tests/test_a.py": "import torch\n"},
        {"third_party/a.py": "import torch\n"},
        {"a.py": "# import torch\nname = 'import wandb'\n"},
        {"flask.py": "x = 1\n", "a.py": "import flask\n"},
        {"a.ipynb": json.dumps({"cells": [], "metadata": {}, "nbformat": 4})},
        {"docs/Makefile": "html:\n\tsphinx-build\n"},
        {"detector/LICENSE": "GPL", "detector/setup.cfg": "[a]\n", "detector/a.py": "import flask\n"},
    ],
)
def test_a_mention_a_test_or_somebody_elses_code_is_no_use(tmp_path: Path, files: dict[str, str]) -> None:
    assert project(tmp_path, files).systems.names == ()


def test_every_system_has_a_place_that_opens(tmp_path: Path) -> None:
    systems = project(tmp_path, {"a.py": "import os\n\n\nimport torch\n"}).systems
    ((slug, place, text),) = systems.places
    assert (slug, str(place), text) == ("pytorch", "a.py:4", "import torch")
