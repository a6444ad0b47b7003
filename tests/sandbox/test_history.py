"""A run finds a Git repository around it, whose one commit is the same each time."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from repro_audit.sandbox.model import Snapshot
from repro_audit.sandbox.start import copied, project_files


def git(folder: Path, *words: str) -> str:
    quiet = {"PATH": os.environ["PATH"], "HOME": os.fspath(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.check_output(["git", "-C", os.fspath(folder), *words], text=True, env=quiet).strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_every_copy_is_a_sound_repository_at_the_same_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", os.fspath(tmp_path / "cache"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("a")
    for name in ("one", "two"):
        copy = copied(project_files(Snapshot(project, ("a.txt",))), tmp_path / name)
        assert copy.changes() == ((), ())
        assert git(copy.folder, "fsck", "--strict") == ""
        assert git(copy.folder, "status", "--porcelain") == "?? a.txt"
    assert git(tmp_path / "one", "rev-parse", "HEAD") == git(tmp_path / "two", "rev-parse", "HEAD")
