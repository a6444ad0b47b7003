"""Two runs, compared: what the outcome is, what is kept, and when the second run is spared. Nothing is really run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.bench import Bench
from repro_audit.experiments.evidence import KEPT, Evidence
from repro_audit.experiments.model import Experiment, FailureClass, Outcome
from repro_audit.experiments.repeat import repeat
from repro_audit.project import Project
from repro_audit.sandbox.model import Ending, Environment, Job, Limits, Recipe, Run, Snapshot, Watch

JOB = Job(("python", "train.py"))
Files = Mapping[str, str]


class Stage:
    """A sandbox that pretends: each run leaves what it is told to."""

    name = "stage"
    isolation = "nothing is run"

    def __init__(self, *runs: dict[str, Any]) -> None:
        self.runs = list(runs)
        self.jobs: list[Job] = []

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        return Environment("stage", self.name, "3.11.2", ("six==1.16.0",))

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        told = self.runs[len(self.jobs)]
        self.jobs.append(job)
        for name in ("project", "home", "tmp"):
            (into / name).mkdir(parents=True, exist_ok=True)
        files: Files = told.get("files", {})
        for path, text in files.items():
            (into / path).parent.mkdir(parents=True, exist_ok=True)
            (into / path).write_text(text)
        log = into / "log.txt"
        log.write_text(told.get("log", ""))
        ending = told.get("ending", Ending.EXITED)
        code = told.get("exit", 0) if ending is Ending.EXITED else None
        return Run(job.argv, ending, code, 1.0, None, into, log, tuple(sorted(files)))


@pytest.fixture
def tried(tmp_path: Path) -> Callable[..., tuple[Experiment, Stage]]:
    """Repeat the job of a small project on a stage."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "train.py").write_text("import os\nprint('x')\n")

    def run(*runs: dict[str, Any]) -> tuple[Experiment, Stage]:
        stage = Stage(*runs)
        snapshot = Snapshot(root, ("train.py",))
        environment = stage.build(None, snapshot, Limits(), lambda step, line="": None)  # type: ignore[arg-type]
        evidence = Evidence.open(tmp_path / "evidence")
        bench = Bench(stage, environment, snapshot, Limits(), evidence, lambda step, line="": None, probing={})
        return repeat(bench, Project(root), JOB).experiment, stage

    return run


def left(**files: str) -> dict[str, Any]:
    return {"files": {f"project/{name.replace('_', '.')}": text for name, text in files.items()}}


OUTCOMES: dict[str, tuple[dict[str, Any], dict[str, Any], Outcome]] = {
    "the same bytes": (left(a_json='{"loss": 1}'), left(a_json='{"loss": 1}'), Outcome.SAME),
    "the same meaning": (left(a_json='{"loss": 1}'), left(a_json='{ "loss": 1 }'), Outcome.EQUIVALENT),
    "another number": (left(a_json='{"loss": 1}'), left(a_json='{"loss": 2}'), Outcome.DIFFERS),
    "a file of one only": (left(a_json="1", b_json="1"), left(a_json="1"), Outcome.DIFFERS),
    "other words": ({"log": "loss 0.5\n"}, {"log": "loss 0.6\n"}, Outcome.DIFFERS),
    "other words, in time only": (
        {"log": "2024-05-01 10:00:00 loss 0.5\n"}, {"log": "2024-05-01 10:00:09 loss 0.5\n"}, Outcome.EQUIVALENT,
    ),
    "something at home": (
        {"files": {"home/model.txt": "1"}}, {"files": {"home/model.txt": "2"}}, Outcome.DIFFERS,
    ),
    "a cache at home": (
        {"files": {"home/.cache/x": "1"}}, {"files": {"home/.cache/x": "2"}}, Outcome.SAME,
    ),
    "a scratch file": ({"files": {"tmp/x": "1"}}, {"files": {"tmp/y": "2"}}, Outcome.SAME),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_outcome_is_that_of_the_worst_output(name: str, tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    first, second, outcome = OUTCOMES[name]
    found, _ = tried(first, second)
    assert found.outcome is outcome, found.outputs
    assert len(found.runs) == 2 and found.failure is None


def test_the_second_run_is_spared_where_the_first_fails(tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    log = 'Traceback (most recent call last):\n  File "/project/train.py", line 2, in <module>\nValueError: no\n'
    found, stage = tried({"log": log, "exit": 1})
    assert found.outcome is Outcome.FAILED and len(stage.jobs) == len(found.runs) == 1
    assert found.failure is not None and found.failure.kind is FailureClass.CRASHED
    assert str(found.failure.at) == "train.py:2"


@pytest.mark.parametrize(
    ("ending", "kind"),
    [(Ending.TIMED_OUT, FailureClass.TIMED_OUT), (Ending.OUT_OF_MEMORY, FailureClass.OUT_OF_MEMORY)],
)
def test_a_run_that_the_sandbox_ended_failed(
    ending: Ending, kind: FailureClass, tried: Callable[..., tuple[Experiment, Stage]]
) -> None:
    found, _ = tried({"ending": ending, "log": "epoch 3\n"})
    assert found.failure is not None and found.failure.kind is kind and found.failure.kind.is_the_sandbox


@pytest.mark.parametrize("ending", [Ending.TOO_MUCH_OUTPUT, Ending.TOO_MANY_PROCESSES])
def test_a_run_past_any_other_limit_failed_too(ending: Ending, tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    found, _ = tried({"ending": ending})
    assert found.outcome is Outcome.FAILED and found.failure is not None


def test_a_second_run_that_fails_is_a_difference(tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    found, _ = tried(left(a_json="1"), {"exit": 3, "log": "oh\n"})
    assert found.outcome is Outcome.DIFFERS and found.failure is not None and "second" in found.reason


def test_the_two_runs_differ_in_their_hash_seed_alone(tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    _, stage = tried({}, {})
    one, two = stage.jobs
    assert one.variables["PYTHONHASHSEED"] != two.variables["PYTHONHASHSEED"]
    assert {**one.variables, "PYTHONHASHSEED": ""} == {**two.variables, "PYTHONHASHSEED": ""} and one.argv == two.argv


def test_the_evidence_is_safe_to_publish_and_holds_what_was_compared(
    tried: Callable[..., tuple[Experiment, Stage]], tmp_path: Path
) -> None:
    large = "x" * (KEPT + 1)
    found, _ = tried(left(a_json="1", b_txt=large), left(a_json="1", b_txt=large))
    folder = tmp_path / "evidence"
    manifest = json.loads((folder / "runs/repeat-1/manifest.json").read_text())
    assert {f["path"]: f["bytes"] for f in manifest["files"]} == {"project/a.json": 1, "project/b.txt": KEPT + 1}
    assert all(len(f["sha256"]) == 64 for f in manifest["files"])
    Evidence(folder).thin()
    assert not (folder / "runs/repeat-1/project/b.txt").exists() and (folder / "runs/repeat-1/project/a.json").exists()
    assert found.runs[0].log == "evidence/runs/repeat-1/log.txt"
    assert (folder / ".gitignore").read_text() == "*\n"
    texts = [p.read_text() for p in folder.rglob("*") if p.is_file()]
    assert not any(str(tmp_path) in text for text in texts)


def drawing(result: str) -> dict[str, Any]:
    """A run that drew numbers unseeded, and its result."""
    note = {"note": "touch", "cause": "unseeded-numpy", "path": "train.py", "line": 2, "text": "print('x')"}
    return {"files": {"project/a.json": result, "notes/1-0.jsonl": json.dumps(note) + "\n"}}


def test_two_runs_that_agree_while_drawing_unseeded_are_asked_again(
    tried: Callable[..., tuple[Experiment, Stage]],
) -> None:
    found, stage = tried(drawing("1"), drawing("1"), drawing("2"))
    assert found.outcome is Outcome.DIFFERS and found.details["alike_before"] == 1
    assert [o.path for o in found.outputs if o.verdict == "different"] == ["a.json"]
    assert len(stage.jobs) == 3


def test_what_agrees_four_times_is_called_the_same(tried: Callable[..., tuple[Experiment, Stage]]) -> None:
    found, stage = tried(*[drawing("1")] * 4)
    assert found.outcome is Outcome.SAME and found.details["alike_before"] == 2
    assert len(stage.jobs) == 4
