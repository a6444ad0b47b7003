"""What is typed to Sacred is what Sacred makes of it, and a drawn seed that is given reaches the answers."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.answers.said import Said
from repro_audit.experiments.answers.system import seeded, with_seed
from repro_audit.experiments.model import Experiment, Kind, Outcome
from repro_audit.experiments.parameters.find import knobs
from repro_audit.experiments.parameters.rendering import in_sacred
from repro_audit.model import Answer
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

VALUES = [3, -1, 1e-05, 0.25, True, None, "adam", "3", "None", "[x", "a b", "it's", 'say "x"', "line\nbreak", "", " x ",
          [1, 2.5], ["x", 1], [["a"], []], {"units": 4, "name": "x y"}, {"deep": {"list": [1, None]}}, float("inf"),
          [float("-inf"), "inf"]]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_sacred_gets_the_value_that_was_meant(value: Any) -> None:
    assert json.loads(json.dumps(ast.literal_eval(in_sacred(value).strip()))) == value


CODE = """
from sacred import Experiment, Ingredient

data = Ingredient("set.data")
ex = Experiment("pears", ingredients=[data])


@data.config
def sizes():
    share = 0.5


@ex.config
def settings():
    rate = 0.1
    model = {"rate": 0.5, "layers": [4, 8]}


@ex.automain
def main(rate, model):
    print(rate, model)
"""

COMMANDS = [
    ("python train.py", "train.py:share", 0.25, "python train.py with set.data.share=0.25"),
    ("python train.py with model.rate=0.4", "train.py:rate", 0.3, "python train.py with model.rate=0.4 rate=0.3"),
    ("python train.py with rate=0.2", "train.py:model.rate", 0.3, "python train.py with rate=0.2 model.rate=0.3"),
    ("python train.py with rate=.2 'model.layers=[1, 2]'", "train.py:model.layers", [1, 3],
     "python train.py with rate=.2 'model.layers=[1, 3]'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id", "value", "typed"), COMMANDS)
def test_a_config_entry_is_set_under_its_own_name(tmp_path: Path, text: str, id: str, value: Any, typed: str) -> None:
    (tmp_path / "train.py").write_text(CODE)
    (tmp_path / "README.md").write_text(f"# Pears\n\n    {text}\n")
    project, job = Project(tmp_path), Job(("sh", "-c", text))
    knob = next(k for k in knobs(project, job, lambda path: project.files.text(path)) if k.id == id)
    setting = knob.way(lambda path: project.files.text(path), job, value)
    assert setting.job is not None and setting.job.argv[-1] == typed


def system(agree: bool) -> Experiment:
    given = {"seed": 1, "agree": agree, "reason": "told", "path": "train.py", "line": 5, "recorded_in": "runs/1"}
    return Experiment("system:sacred", Kind.SYSTEM, "local", Outcome.WORKS, details={"given_seed": given})


@pytest.mark.parametrize(
    ("agree", "declared", "answer"),
    [
        (True, Answer.YES, Answer.VERIFIED),
        (True, Answer.PARTIAL, None),
        (False, Answer.YES, Answer.REFUTED),
        (False, Answer.PARTIAL, Answer.REFUTED),
        (False, Answer.NO, None),
    ],
)
def test_a_drawn_seed_is_worth_what_two_runs_with_it_show(agree: bool, declared: Answer, answer: Answer | None) -> None:
    said = [s.answer for s in seeded([system(agree)], {"config-seeds": declared})]
    assert said == ([answer] if answer else [])


def test_runs_that_differ_for_want_of_a_seed_say_that_they_repeat_with_one() -> None:
    said = Said("code-repeatable", Answer.REFUTED, "two runs differ", ())
    assert "repeatable with seed=1" in with_seed(said, [system(True)]).message
    assert with_seed(said, [system(False)]) == said == with_seed(said, [])
