"""Estimators that a Hydra configuration names draw random numbers, and are seeded, where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from laid import lay

from repro_audit.loader import load_rules
from repro_audit.project import Project

CODE = """import hydra
from hydra.utils import instantiate



@hydra.main(config_path="conf", config_name="config")
def main(cfg):
    instantiate(cfg.model).fit([[0], [1]], [0, 1])


main()
"""
FOREST = "_target_: sklearn.ensemble.RandomForestClassifier\nn_estimators: 10\n"
FILES = {
    "README.md": "    python train.py\n",
    "train.py": CODE,
    "conf/config.yaml": "defaults:\n  - model: forest\nseed: 3\n",
    "conf/model/forest.yaml": FOREST,
    "conf/model/line.yaml": "_target_: sklearn.linear_model.LinearRegression\n",
    "conf/model/trees.yaml": FOREST.replace("RandomForest", "ExtraTrees"),
}


def drawn(root: Path, changed: Mapping[str, str] = {}) -> list[tuple[str, bool]]:
    return [(str(d.at), d.is_seeded) for d in Project(lay(root, {**FILES, **changed})).randomness.draws]


def test_the_chosen_file_is_read_and_no_other(tmp_path: Path) -> None:
    assert drawn(tmp_path) == [("conf/model/forest.yaml:1", False)]


@pytest.mark.parametrize(("seed", "is_seeded"), [("3", True), ("${seed}", True), ("null", False)])
def test_a_seed_in_the_file_seeds_it(tmp_path: Path, seed: str, is_seeded: bool) -> None:
    found = drawn(tmp_path, {"conf/model/forest.yaml": f"{FOREST}random_state: {seed}\n"})
    assert found == [("conf/model/forest.yaml:1", is_seeded)]


def test_what_draws_nothing_is_left_out(tmp_path: Path) -> None:
    assert drawn(tmp_path, {"conf/config.yaml": "defaults:\n  - model: line\n"}) == []


def test_what_is_to_be_done_is_to_write_a_seed_there(tmp_path: Path) -> None:
    drawn(tmp_path)
    rule = next(r for r in load_rules() if r.id == "code-repeatable")
    assert "random_state" in rule(Project(tmp_path)).fix
