"""Each fixture that has an `[experiments]` table is used as the table says: other data, one step, its app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments import verify as verifying
from repro_audit.experiments.answers import answers
from repro_audit.experiments.lab import Lab, Planned
from repro_audit.experiments.model import Experiment, Kind
from repro_audit.experiments.plan import planned
from repro_audit.experiments.verify import RunOptions, Verified, verify
from repro_audit.loader import load_rules
from repro_audit.project import Project
from repro_audit.sandbox.model import Limits

from .tables import FIXTURES, expected, having

KINDS = (Kind.DATA, Kind.STAGE, Kind.APP)
KEYS = {"outcome", "failure", "says", "at", "last"}
HEAVY = tuple("streamlit gradio fastapi flask snakemake joblib dvc kedro mlflow guildai".split())  # long to install
# An app is asked within its own run, so one that answers and one that crashes show a kind of app on the other backend.
IN_CONTAINERS = {"app-flask", "app-flask-form", "app-streamlit-upload", "app-streamlit-crashes", "app-gradio"}

NAMES = having("experiments")


def cases() -> Iterator[Any]:
    for name in NAMES:
        wanted = FIXTURES / name / "repo" / "requirements.txt"
        is_heavy = wanted.is_file() and any(word in wanted.read_text("utf-8") for word in HEAVY)
        slow = (pytest.mark.slow,) if is_heavy else ()
        yield pytest.param(name, "local", marks=(pytest.mark.sandbox, *slow), id=f"{name}-local")
        if not is_heavy or name in IN_CONTAINERS:
            yield pytest.param(name, "docker", marks=(pytest.mark.engine, *slow), id=f"{name}-docker")


def only_uses(lab: Lab) -> list[Planned]:
    return [p for p in planned(lab) if p.kind in KINDS]


def used(name: str, runner: str, evidence: Path) -> Verified:
    options = RunOptions(runner=runner, limits=Limits(seconds=300), evidence=evidence, python="3.11", budget=600)
    return verify(Project(FIXTURES / name / "repo"), options, lambda step, line="": None)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("name", "runner"), list(cases()))
def test_a_fixture_is_used_as_it_was_made_to(
    name: str, runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "planned", only_uses)
    wanted = expected(name)
    verified = used(name, runner, tmp_path)
    found = {e.id: told(e) for e in verified.experiments}
    for id, want in wanted["experiments"].items():
        assert id in found, found
        for key, value in want.items():
            assert value in found[id][key] if key in ("says", "last") else found[id][key] == value, (id, found[id])
    project = Project(FIXTURES / name / "repo")
    declared = {rule.id: rule(project).answer for rule in load_rules() if rule.id in wanted.get("said", {})}
    said = {s.criterion: s.answer.value for s in answers(project, verified, declared)}
    assert {c: said.get(c, "") for c in wanted.get("said", {})} == wanted.get("said", {}), found


def told(experiment: Experiment) -> dict[str, Any]:
    """What an experiment found, in the words of the table."""
    failure = experiment.failure
    return {
        "outcome": experiment.outcome.value,
        "says": experiment.reason,
        "failure": failure.kind.value if failure else None,
        "at": f"{failure.at.path}:{failure.at.line}" if failure and failure.at else None,
        "last": " ".join(failure.last_lines) if failure else "",
    }


def test_the_tables_speak_the_words_of_the_experiments() -> None:
    tables = [want for name in NAMES for want in expected(name)["experiments"].values()]
    assert all(set(want) <= KEYS for want in tables)
