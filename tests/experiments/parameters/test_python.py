"""Literals of Python code and notebooks are found with their names, and changed at their exact place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.parameters.find import knobs
from repro_audit.experiments.parameters.model import Knob, Setting
from repro_audit.experiments.parameters.values import other_values
from repro_audit.model import Hints
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

CODE = """\
import argparse
from sklearn.ensemble import RandomForestClassifier as Forest

EPOCHS = 5  # größe
LAYERS, rate = (64, 32), 0.1
params = dict(max_depth=4, kernel='rbf')  # rbf | linear
count = 0
cfg.model.width = 128
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float,
                    default=0.01)
parser.add_argument("--fast", action="store_true")
parser.add_argument("--kind", choices=["a", "b"], default="a")
args = parser.parse_args()
for epoch in range(20):
    count += 1
    w -= grad * 0.05
model = Forest(n_estimators=100, random_state=42)
plt.plot(x, alpha=0.5)
np.random.seed(7)
"""


def read_of(root: Path) -> Any:
    return lambda path: (root / path).read_bytes().decode() if (root / path).is_file() else None


def found(root: Path, command: str = "python train.py") -> dict[str, Knob]:
    project = Project(root, Hints(command=command))
    return {k.key: k for k in knobs(project, Job(("sh", "-c", command)), read_of(root))}


def changed(root: Path, knob: Knob, value: Any, command: str = "python train.py") -> Setting:
    return knob.way(read_of(root), Job(("sh", "-c", command)), value)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(CODE, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("EPOCHS", 6, "EPOCHS = 5 ", "EPOCHS = 6 "),
        ("LAYERS", [64, 16], "(64, 32)", "(64, 16)"),
        ("rate", 0.05, "0.1\n", "0.05\n"),
        ("params.max_depth", 5, "max_depth=4", "max_depth=5"),
        ("params.kernel", "linear", "kernel='rbf'", "kernel='linear'"),
        ("cfg.model.width", 64, "128", "64"),
        ("range(epoch)", 10, "range(20)", "range(10)"),
        ("step(w)", 0.025, "grad * 0.05", "grad * 0.025"),
        ("Forest.n_estimators", 50, "n_estimators=100", "n_estimators=50"),
        ("Forest.random_state", 43, "random_state=42", "random_state=43"),
        ("np.random.seed", 8, "seed(7)", "seed(8)"),
    ],
)
def test_a_literal_changes_and_nothing_else(project: Path, key: str, value: Any, before: str, after: str) -> None:
    setting = changed(project, found(project)[key], value)
    assert setting.files == {"train.py": CODE.replace(before, after)}


def test_what_counts_draws_or_collects_is_no_parameter(project: Path) -> None:
    assert not {"count", "plot.alpha"} & found(project).keys()


def test_options_are_given_to_the_command_and_in_a_script_in_the_code(project: Path) -> None:
    known = found(project)
    assert changed(project, known["--lr"], 0.02).job == Job(("sh", "-c", "python train.py --lr 0.02"))
    assert changed(project, known["--fast"], True).job == Job(("sh", "-c", "python train.py --fast"))
    assert other_values(known["--kind"]) == ("b",)
    given = "python train.py --lr=0.5"
    assert found(project, given)["--lr"].value == 0.5
    assert changed(project, found(project, given)["--lr"], 0.25, given).job == Job(
        ("sh", "-c", "python train.py --lr=0.25")
    )
    twice = "python train.py && python train.py"
    setting = changed(project, found(project, twice)["--lr"], 0.02, twice)
    assert setting.files == {"train.py": CODE.replace("default=0.01", "default=0.02")}


def test_a_comment_shows_the_choices(project: Path) -> None:
    assert other_values(found(project)["params.kernel"]) == ("linear",)


def test_a_cell_of_a_notebook_changes_in_its_own_cell(tmp_path: Path) -> None:
    cells = [["%matplotlib inline\n", "x = 1"], ["!pip install x\n", "epochs = 5\n", "lr = 0.1  # ü"]]
    notebook = {
        "cells": [{"cell_type": "markdown", "source": ["epochs = 7"], "metadata": {}}]
        + [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells],
        "nbformat": 4,
    }
    (tmp_path / "train.ipynb").write_text(json.dumps(notebook, indent=1))
    command = "jupyter nbconvert --execute --to notebook train.ipynb"
    known = found(tmp_path, command)
    text = changed(tmp_path, known["epochs"], 6, command).files["train.ipynb"]
    notebook["cells"][2]["source"][1] = "epochs = 6\n"  # type: ignore[index]
    assert json.loads(text) == notebook


def test_overrides_of_the_command_are_parameters(project: Path) -> None:
    command = "python train.py --trainer.max_iters=60 model.lr=0.5"
    known = found(project, command)
    assert known["--trainer.max_iters"].value == 60
    setting = changed(project, known["--trainer.max_iters"], 30, command)
    assert setting.job == Job(("sh", "-c", "python train.py --trainer.max_iters=30 model.lr=0.5"))
    assert known["model.lr"].value == 0.5


def test_a_group_of_hydra_has_the_other_files_of_its_folder_for_choices(tmp_path: Path) -> None:
    files = {
        "train.py": "import hydra\n\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n"
        "    print(cfg.model.width)\n\nmain()\n",
        "conf/config.yaml": "defaults:\n  - model: small\n  - _self_\nrate: 0.1\n",
        "conf/model/small.yaml": "width: 8\n",
        "conf/model/large.yaml": "width: 80\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    model = found(tmp_path)["model"]
    assert (model.id, other_values(model)) == ("conf/config.yaml:model", ("large",))
    assert changed(tmp_path, model, "large").job == Job(("sh", "-c", "python train.py model=large"))
    command = "python train.py model=large"
    assert changed(tmp_path, found(tmp_path, command)["width"], 40, command).files


def test_places_for_what_is_to_come_are_no_parameters(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("layer_sizes = [0] * n\nline = '-' * 40\nrate = 1.0 - 0.9 * k\nwidth = 4 * n\n")
    assert set(found(tmp_path)) == {"rate", "width"}
