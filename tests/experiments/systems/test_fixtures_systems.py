"""Each fixture that has a `[systems]` table is driven through the real system, and tells what the table says."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments import verify as verifying
from repro_audit.experiments.answers import answers
from repro_audit.experiments.lab import Lab, Planned
from repro_audit.experiments.model import Experiment, Kind
from repro_audit.experiments.plan import planned
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.loader import load_rules
from repro_audit.project import Project
from repro_audit.sandbox.model import Limits

from ..tables import FIXTURES, expected, having

KEYS = {"outcome", "failure", "parameters", "key", "records", "metrics", "says", "faults", "reason"}


NAMES = having("systems")
# Where the way into a run may tell. Aim, Prefect and ZenML take minutes to install in an image, and are left out.
IN_CONTAINERS = ("system-kedro", "system-make", "system-snakemake")


def cases() -> Iterator[Any]:
    for name in NAMES:
        yield pytest.param(name, "local", marks=(pytest.mark.sandbox, pytest.mark.slow), id=f"{name}-local")
    for name in IN_CONTAINERS:
        yield pytest.param(name, "docker", marks=(pytest.mark.engine, pytest.mark.slow), id=f"{name}-docker")


def only_systems(lab: Lab) -> list[Planned]:
    return [p for p in planned(lab) if p.kind is Kind.SYSTEM or p.id == "app:mlflow-model"]


def undiagnosed(lab: Lab, repeated: Experiment) -> tuple[Experiment, Lab]:
    """Why two runs differ is asked elsewhere, and takes a dozen runs."""
    return repeated, lab


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("name", "runner"), list(cases()))
def test_a_system_tells_of_a_fixture_what_it_was_made_to(
    name: str, runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "planned", only_systems)
    monkeypatch.setattr(verifying, "diagnose", undiagnosed)
    options = RunOptions(runner=runner, limits=Limits(seconds=300), evidence=tmp_path, python="3.11", budget=900)
    project, wanted = Project(FIXTURES / name / "repo"), expected(name)
    verified = verify(project, options, lambda step, line="": None)
    told = {e.id: e.to_dict() for e in verified.experiments}
    for id, want in wanted["systems"].items():
        assert id in told, f"{told}"
        check(told[id], want)
    declared = {rule.id: rule(project).answer for rule in load_rules() if rule.id in wanted.get("said", {})}
    said = {s.criterion: s.answer.value for s in answers(project, verified, declared)}
    assert {c: said.get(c, "") for c in wanted.get("said", {})} == wanted.get("said", {}), f"{told}"


def check(found: dict[str, Any], want: dict[str, Any]) -> None:
    assert found["outcome"] == want["outcome"] and want.get("reason", "") in found["reason"], found
    if found["kind"] != "system":
        return
    assert (found["failure"] or {}).get("class") == want.get("failure"), found
    values = found["parameters"]["values"]
    assert {k: values.get(k) for k in want.get("parameters", {})} == {
        k: str(v) if isinstance(v, list) else v for k, v in want.get("parameters", {}).items()
    }, found
    lines = [f"{f['path']}:{f['line']} {f['text']}" if f["path"] else f["text"] for f in found["findings"]]
    for text in want["says"]:
        assert any(text in line for line in lines), lines
    assert len(lines) == len(want["says"]), lines
    faults = [f["text"] for f in found["findings"] if f["fault"]]
    assert len(faults) == len(want["faults"]) and all(any(w in f for f in faults) for w in want["faults"]), lines
    if "key" in want:
        assert found["set"]["key"] == want["key"] and found["set"]["taken"], found
    if "records" in want:
        assert len(found["records"]) == want["records"], found
    for metric, folder in want.get("metrics", {}).items():
        assert any(fnmatchcase(r["folder"], folder) and metric in r["metrics"] for r in found["records"]), found


def test_the_tables_speak_the_words_of_the_test() -> None:
    tables = [want for name in NAMES for want in expected(name)["systems"].values()]
    assert tables and all(set(want) <= KEYS for want in tables)
