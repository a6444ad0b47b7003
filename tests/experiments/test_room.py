"""A project may write beside its own folder: it gets a place for that, and what it writes there is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.experiments.model import Depth, Failure, FailureClass
from repro_audit.experiments.room import with_room
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

CASES = [
    # what was said last, from which folder, whether room would help
    ("PermissionError: [Errno 13] Permission denied: '../out.csv'", ".", True),
    ("OSError: [Errno 30] Read-only file system: '../results'", ".", True),
    ("PermissionError: [Errno 13] Permission denied: '/results'", ".", True),
    ("mkdir: cannot create directory '../results': Permission denied", ".", True),
    ("sh: 1: cannot create ../out.txt: Permission denied", ".", True),
    ("PermissionError: [Errno 13] Permission denied: '../../out.csv'", "src", True),
    ("PermissionError: [Errno 13] Permission denied: '../out.csv'", "src", False),
    ("PermissionError: [Errno 13] Permission denied: 'data/in.csv'", ".", False),
    ("PermissionError: [Errno 13] Permission denied: '/usr/lib/x'", ".", False),
    ("FileNotFoundError: [Errno 2] No such file or directory: '../in.csv'", ".", False),
    ("Permission denied", ".", False),
]


@pytest.mark.parametrize(("said", "cwd", "helps"), CASES)
def test_room_is_given_to_who_is_refused_beside_the_project(said: str, cwd: str, helps: bool) -> None:
    job = Job(("python", "main.py"), cwd)
    found = with_room(job, Failure(FailureClass.CRASHED, "x", "y", last_lines=("before", said)))
    assert (found is not None and found.surroundings.has_room) is helps
    assert found is None or with_room(found, Failure(FailureClass.CRASHED, "x", "y", last_lines=(said,))) is None


CODE = """
import os, pathlib, random
os.makedirs("../results", exist_ok=True)
pathlib.Path("../results/same.txt").write_text("1")
(pathlib.Path(__file__).resolve().parent.parent / "chance.txt").write_text(str(random.random()))
pathlib.Path("own.txt").write_text("2")
"""


@pytest.mark.parametrize(
    "runner", [pytest.param("local", marks=pytest.mark.sandbox), pytest.param("docker", marks=pytest.mark.engine)]
)
def test_what_is_written_beside_the_project_is_compared(
    runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "project"
    root.mkdir()
    (root / "main.py").write_text(CODE)
    (root / "README.md").write_text("# Usage\n\n```\npython main.py\n```\n")
    options = RunOptions(runner=runner, evidence=tmp_path / "evidence", python="3.11", depth=Depth.REPEAT)
    found = verify(Project(root), options, lambda step, line="": None).experiments
    twice = next(e for e in found if e.id == "repeat")
    assert twice.failure is None, twice.failure
    verdicts = {o.path: o.verdict for o in twice.outputs}
    assert verdicts["~/results/same.txt"] == verdicts["own.txt"] == "identical"
    assert verdicts["~/chance.txt"] == "different"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "evidence", "project"]
