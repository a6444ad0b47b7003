"""What a model that a run logged is worth as a description of the input, and as something to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.answers.system import answered, described
from repro_audit.experiments.model import Experiment, Kind, Outcome
from repro_audit.model import Answer
from repro_audit.project import Project

README = """# Pears

    python train.py

## Data

| column | type | unit |
| --- | --- | --- |
| length | number | cm |
| width | number | cm |
"""


def logged(*columns: str) -> Experiment:
    model = {"path": "mlruns/0/a", "inputs": [f"{c}: double" for c in columns], "columns": list(columns)}
    return Experiment("system:mlflow", Kind.SYSTEM, "local", Outcome.WORKS, details={"models": [model]})


@pytest.mark.parametrize(
    ("columns", "declared", "answer"),
    [
        (("length", "width"), Answer.YES, Answer.VERIFIED),
        (("length", "weight"), Answer.YES, None),
        (("length",), Answer.NO, Answer.PARTIAL),
        (("length",), Answer.PARTIAL, Answer.PARTIAL),
        (("length",), Answer.NA, None),
        ((), Answer.NO, None),
    ],
)
def test_a_signature_bears_out_a_description_that_names_all_of_it(
    columns: tuple[str, ...], declared: Answer, answer: Answer | None, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "pears.csv").write_text("length,width\n1.0,2.0\n")
    (tmp_path / "train.py").write_text("import pandas\n\nprint(pandas.read_csv('pears.csv').mean())\n")
    said = [s.answer for s in described(Project(tmp_path), [logged(*columns)], {"data-documented": declared})]
    assert said == ([answer] if answer else [])


@pytest.mark.parametrize(
    ("details", "declared", "answer"),
    [
        ({"is_documented": False}, Answer.NO, Answer.PARTIAL),
        ({"is_documented": False}, Answer.YES, None),
        ({"is_documented": True}, Answer.NO, None),
        ({}, Answer.PARTIAL, None),
    ],
)
def test_a_model_that_answers_and_that_no_page_tells_of_is_partial(
    details: dict[str, Any], declared: Answer, answer: Answer | None
) -> None:
    app = Experiment("app:mlflow-model", Kind.APP, "local", Outcome.WORKS, "it answers", details=details)
    said = [s.answer for s in answered([app], {"eval-predict": declared})]
    assert said == ([answer] if answer else [])
