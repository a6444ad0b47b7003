"""The program's side of `benchmarks/behaviour`: what comes of running one project twice."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from known_runs import Known

from repro_audit.errors import ReproAuditError
from repro_audit.experiments.model import Depth, Experiment, Kind, Outcome
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.project import Project
from repro_audit.sandbox.model import Job, Limits

PYTHON = "3.11"


@dataclass(frozen=True)
class Ours:
    """What the program says of a project."""

    outcome: str  # same, equivalent, differs, failed
    failure: str | None = None
    message: str = ""
    at: str = ""
    unlike: tuple[str, ...] = ()  # the outputs that differ, with why
    last_lines: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def runs(self) -> bool:
        return self.outcome != "failed"

    @property
    def repeats(self) -> bool | None:
        return self.outcome in ("same", "equivalent") if self.runs else None

    @property
    def says(self) -> str:
        return self.failure or self.outcome

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def rerun(known: Known, tree: Path, runner: str, evidence: Path | None) -> Ours:
    """Lay the project out, run it as the key says, and tell what came of it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="behaviour-") as scratch:
        copy = _lay_out(known, tree, Path(scratch) / known.folder)
        options = RunOptions(
            runner, limits=Limits(seconds=known.seconds), python=PYTHON, newest="today",
            evidence=evidence / known.id if evidence else Path(scratch) / "evidence", depth=Depth.REPEAT,
            packages=_packages(known, tree), job=Job(("sh", "-c", known.command), known.cwd),
        )  # fmt: skip
        try:
            told = verify(Project(copy), options, lambda step, line="": None).experiments
        except ReproAuditError as error:
            return Ours("failed", "unavailable", str(error), seconds=time.monotonic() - began)
    asked = [e for e in told if e.kind in (Kind.BUILD, Kind.REPEAT)]
    return _ours(asked[-1], time.monotonic() - began)


def _lay_out(known: Known, tree: Path, copy: Path) -> Path:
    """The part of the tree that the key names, at its own place, with the key's edits."""
    source, target = tree / known.copied, copy / known.copied
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    for edit in known.edits:
        subprocess.run(["sh", "-c", edit], cwd=copy / known.cwd, check=True)
    return copy


def _packages(known: Known, tree: Path) -> tuple[str, ...]:
    found: list[str] = []
    for word in known.packages:
        found += _lines_of(tree / word[2:]) if word.startswith("-r") else [word]
    return tuple(found)


def _lines_of(path: Path) -> list[str]:
    lines = path.read_text("utf-8", "replace").splitlines()
    return [line for raw in lines if (line := raw.partition(" #")[0].strip()) and not line.startswith("#")]


def _ours(last: Experiment, seconds: float) -> Ours:
    """The last experiment decides: a build that failed leaves nothing to run."""
    failure = last.failure
    unlike = [f"{o.path}: {o.why or o.verdict}" for o in last.outputs if o.verdict.startswith(("diff", "only"))]
    is_failed = last.outcome is Outcome.FAILED or last.kind is Kind.BUILD
    return Ours(
        "failed" if is_failed else last.outcome.value, failure.kind.value if failure and is_failed else None,
        failure.message if failure else last.reason, str(failure.at) if failure and failure.at else "",
        tuple(unlike), failure.last_lines if failure else (), round(seconds, 1),
    )  # fmt: skip
