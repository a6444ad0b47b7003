"""Untracked data that the settings name: what a run gets of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from repro_audit.experiments.verify import attached_folders, named_files
from repro_audit.model import Hints
from repro_audit.project import Project


def test_untracked_data_inside_the_project_go_along_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "private").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a\n")
    (root / "link.csv").symlink_to(tmp_path / "outside.csv")
    for name in ("kept.csv", "own.csv", "private/x.csv"):
        (root / name).write_text("a\n")
    for words in (["init", "-q"], ["add", "kept.csv"]):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    named = ("kept.csv", "own.csv", "private", "link.csv", "../outside.csv", "absent.csv")
    project = Project(root, Hints(data=named))
    assert named_files(project) == ("own.csv",)
    assert attached_folders(project) == ((root / "private", "private"),)
