"""Each fixture that has a `[run]` table does in a sandbox what the table says, in every backend."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.model import Depth, Experiment, Kind
from repro_audit.experiments.verify import RunOptions, Verified, verify
from repro_audit.project import Project
from repro_audit.sandbox.model import MIB, Limits

from .tables import FIXTURES, expected, having

KEYS = {"outcome", "failure", "build", "then", "at", "says", "seconds", "memory_mib", "outputs", "slow"}
KEYS |= {"causes", "stress", "leftover", "python"}  # what test_causes.py asks

FORMATS = """
    .txt .json .jsonl .yaml .toml .ini .csv .tsv .parquet .feather .xlsx .npy .npz .pkl .joblib .pt .safetensors .onnx
    .h5 .keras .ubj .cbm .tfevents.* .png .svg .pdf .ipynb .zip .tar .gz .db .bin
""".split()
UNSTABLE = ".gz .zip .tar .xlsx .svg .pdf .h5 .pt .ipynb .tfevents.*".split()  # other bytes for equal content


NAMES = having("run")

# Formats are compared on this machine, wherever the files were written: what really differs in one needs no container.
LOCAL_ONLY = {n for n in NAMES if n.startswith("differs-random-")} - {"differs-random-json", "differs-random-npy"}
HERE = [n for n in NAMES if not n.startswith("cause-")]  # those are run, and found out, by test_causes.py
CASES = [
    *(pytest.param(name, "local", marks=pytest.mark.sandbox) for name in HERE),
    *(pytest.param(name, "docker", marks=pytest.mark.engine) for name in HERE if name not in LOCAL_ONLY),
]


def ran(name: str, runner: str, evidence: Path) -> Verified:
    wanted = expected(name)["run"]
    limits = Limits(seconds=wanted.get("seconds", 120), memory=wanted.get("memory_mib", 4096) * MIB)
    options = RunOptions(runner=runner, limits=limits, evidence=evidence, python="3.11", depth=Depth.REPEAT)
    return verify(Project(FIXTURES / name / "repo"), options, lambda step, line="": None)


def told(experiment: Experiment) -> dict[str, Any]:
    """What an experiment found, in the words of the table."""
    failure = experiment.failure
    return {
        "outcome": experiment.outcome.value,
        "failure": failure.kind.value if failure else None,
        "at": f"{failure.at.path}:{failure.at.line}" if failure and failure.at else None,
        "says": failure.message if failure else "",
        "outputs": {o.path: o.verdict for o in experiment.outputs},
        "why": [o.why for o in experiment.outputs],
        "lines": failure.last_lines if failure else (),
    }


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("name", "runner"), CASES)
def test_a_fixture_runs_as_it_was_made_to(name: str, runner: str, tmp_path: Path) -> None:
    wanted = expected(name)["run"]
    experiments = ran(name, runner, tmp_path).experiments
    if "build" in wanted:
        then = next((e.outcome.value for e in experiments if e.kind is Kind.REPEAT), None)
        assert then == wanted.get("then", then)
        found = told(next(e for e in experiments if e.kind is Kind.BUILD))
        wanted = {**wanted, "outcome": "failed", "failure": wanted["build"]}
    else:
        found = told(next(e for e in experiments if e.kind is Kind.REPEAT))
    assert found["outcome"] == wanted["outcome"], found
    assert found["failure"] == wanted.get("failure"), found
    assert found["at"] == wanted.get("at", found["at"]), found
    assert wanted.get("says", "") in found["says"], found
    for pattern, verdict in wanted.get("outputs", {}).items():  # folders of a run have names of their own
        verdicts = {v for path, v in found["outputs"].items() if path == pattern or fnmatchcase(path, pattern)}
        assert verdicts == {verdict}, (pattern, found)


def test_the_tables_speak_the_words_of_the_experiments() -> None:
    """Each failure class that can be shown without network or GPU has a fixture that is made for it alone."""
    from repro_audit.compare.model import Likeness
    from repro_audit.experiments.model import FailureClass, Outcome

    runs = [expected(name)["run"] for name in NAMES]
    assert all(set(run) <= KEYS for run in runs)
    assert {run.get("outcome", "failed") for run in runs} <= {o.value for o in Outcome}
    assert {v for run in runs for v in run.get("outputs", {}).values()} <= {v.value for v in Likeness}
    classes = {run.get("failure", run.get("build")) for run in runs} - {None}
    assert classes == {c.value for c in FailureClass}


def test_every_family_of_formats_has_a_fixture_that_differs_and_the_unstable_ones_one_that_does_not() -> None:
    found = {(verdict, path) for name in NAMES for path, verdict in expected(name)["run"].get("outputs", {}).items()}
    for verdict, endings in (("different", FORMATS), ("equivalent", UNSTABLE)):
        assert [e for e in endings if not any(v == verdict and p.endswith(e) for v, p in found)] == []
