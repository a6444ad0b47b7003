"""Each fixture that has a `[changes]` table obeys its parameters and seeds as the table says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments import verify as verifying
from repro_audit.experiments.answers import answers
from repro_audit.experiments.lab import Lab, Planned
from repro_audit.experiments.model import Depth, Experiment, Kind
from repro_audit.experiments.plan import planned
from repro_audit.experiments.verify import RunOptions, Verified, verify
from repro_audit.loader import load_rules
from repro_audit.project import Project
from repro_audit.sandbox.model import Limits

from .tables import FIXTURES, expected, having

KEYS = {"outcome", "says", "to"}
SLOW = {"live-notebook", "system-prefect", "system-zenml"}  # what takes long to install or to start


NAMES = having("changes")


def cases() -> Iterator[Any]:
    for name in NAMES:
        slow = (pytest.mark.slow,) if name in SLOW else ()
        yield pytest.param(name, "local", marks=(pytest.mark.sandbox, *slow), id=name)
    for name in ("live-json", "live-other-language", "live-positions"):
        yield pytest.param(name, "docker", marks=pytest.mark.engine, id=f"{name}-docker")


def only_changes(lab: Lab) -> list[Planned]:
    return [p for p in planned(lab) if p.kind in (Kind.SEED, Kind.CONFIG)]


def changed(name: str, runner: str, evidence: Path) -> Verified:
    options = RunOptions(
        runner=runner, limits=Limits(seconds=120), evidence=evidence, python="3.11", depth=Depth.DEEP, budget=900
    )
    return verify(Project(FIXTURES / name / "repo"), options, lambda step, line="": None)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("name", "runner"), list(cases()))
def test_a_fixture_obeys_what_it_was_made_to_obey(
    name: str, runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "planned", only_changes)
    wanted = expected(name)
    verified = changed(name, runner, tmp_path)
    found = {e.id: told(e) for e in verified.experiments}
    for id, want in wanted["changes"].items():
        assert id in found, found
        for key, value in want.items():
            assert value in found[id][key] if key == "says" else found[id][key] == value, (id, found[id])
    project = Project(FIXTURES / name / "repo")
    declared = {rule.id: rule(project).answer for rule in load_rules() if rule.id in wanted.get("said", {})}
    said = {s.criterion: s.answer.value for s in answers(project, verified, declared)}
    assert {c: said.get(c, "") for c in wanted.get("said", {})} == wanted.get("said", {}), found


def told(experiment: Experiment) -> dict[str, Any]:
    change = experiment.change
    return {"outcome": experiment.outcome.value, "says": experiment.reason, "to": change.after if change else None}


def test_the_tables_speak_the_words_of_the_experiments() -> None:
    tables = [want for name in NAMES for want in expected(name)["changes"].values()]
    assert all(set(want) <= KEYS for want in tables)
    assert {want["outcome"] for want in tables} == {"live", "dead"}
