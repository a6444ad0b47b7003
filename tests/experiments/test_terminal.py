"""A program that asks its terminal for its size, as many progress bars do, gets one where it failed for want of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.experiments.failures.terminal import NO_TERMINAL, without_terminal
from repro_audit.experiments.failures.words import Words
from repro_audit.experiments.model import Depth, Kind, Outcome
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.project import Project

BAR = (
    "import os, sys\n_, width = os.popen('stty size', 'r').read().split()\n"
    "print('width', width)\nsys.stdout.write('a\\nb\\n')\nopen('width.txt', 'w').write(width)\n"
)
README = "# Usage\n\n```\npython3 main.py\n```\n"
ASKING = [
    ("stty: 'standard input': Inappropriate ioctl for device\nValueError: not enough values to unpack", True),
    ("TERM environment variable not set.", True),
    ("tput: No value for $TERM and no -T specified", True),
    ("OSError: [Errno 25] Inappropriate ioctl for device", True),
    ("ValueError: not enough values to unpack (expected 2, got 0)", False),
]


@pytest.mark.parametrize(("said", "asks"), ASKING)
def test_what_a_program_says_without_a_terminal(said: str, asks: bool, tmp_path: Path) -> None:
    found = without_terminal(Words(said, Project(lay(tmp_path, {"README.md": README}))))
    assert (found is not None) == asks
    assert found is None or (found.message == NO_TERMINAL and found.is_the_sandbox)


@pytest.mark.parametrize(
    "runner", [pytest.param("local", marks=pytest.mark.sandbox), pytest.param("docker", marks=pytest.mark.engine)]
)
def test_it_runs_in_a_terminal_of_the_usual_size(runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))
    project = Project(lay(tmp_path / "project", {"main.py": BAR, "README.md": README}))
    options = RunOptions(runner=runner, evidence=tmp_path / "evidence", python="3.11", depth=Depth.REPEAT)
    verified = verify(project, options, lambda step, line="": None)
    (twice,) = [e for e in verified.experiments if e.kind is Kind.REPEAT]
    assert twice.outcome is Outcome.SAME and "stty rows 24 cols 80" in " ".join(twice.runs[0].argv)
    logs = [f.read_bytes() for f in tmp_path.glob("evidence/runs/repeat-1/log.txt")]
    assert logs == [b"width 80\na\nb\n"]
