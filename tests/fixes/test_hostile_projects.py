"""Fixes of a repository that is set as a trap: nothing of it runs, nothing outside it is written, nothing breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import BUILDERS


@pytest.fixture(autouse=True)
def _leave_nothing(tmp_path: Path) -> Iterator[None]:
    yield
    subprocess.run(["chmod", "-R", "u+rwx", str(tmp_path)], capture_output=True)
    subprocess.run(["rm", "-rf", str(tmp_path / "project")], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_trap_is_mended_or_left_alone(name: str, tmp_path: Path) -> None:
    root, canary = tmp_path / "project", tmp_path / "canary"
    root.mkdir()
    BUILDERS[name](root, f"touch {canary}")
    canary.unlink(missing_ok=True)
    beside = sorted(os.listdir(tmp_path))
    command = [sys.executable, "-m", "repro_audit", "fix", "--write", str(root)]
    environment = {**os.environ, "REPRO_AUDIT_DEBUG": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=300, check=False)
    assert done.returncode in (0, 2) and b"Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == beside
