"""Fixes are written whole or not at all, inside the project, and never over what somebody else wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repro_audit.errors import ProjectError
from repro_audit.fixes import writing
from repro_audit.fixes.writing import write_all


def test_files_and_their_folders_are_made_and_modes_kept(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_bytes(b"old")
    (tmp_path / "run.py").chmod(0o755)
    write_all(tmp_path, {"run.py": b"new", "a/b/c.json": b"{}"}, {"run.py": b"old", "a/b/c.json": None})
    assert (tmp_path / "run.py").read_bytes() == b"new" and (tmp_path / "a/b/c.json").read_bytes() == b"{}"
    assert (tmp_path / "run.py").stat().st_mode & 0o777 == 0o755
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "b", "c.json", "run.py"]


@pytest.mark.parametrize("path", ["../out", "/etc/out", "a/../../out", ".git/config", "a//b", "", "a\\..\\b"])
def test_a_path_that_leads_elsewhere_is_refused(path: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    with pytest.raises(ProjectError):
        write_all(root, {path: b"x"}, {path: None})
    assert not list(root.iterdir()) and list(tmp_path.iterdir()) == [root]


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(b"theirs")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "file")
    for path in ("folder/new", "file"):
        with pytest.raises(ProjectError):
            write_all(root, {path: b"x"}, {path: None})
    assert (outside / "file").read_bytes() == b"theirs" and os.listdir(outside) == ["file"]


@pytest.mark.parametrize("before", [None, b"what was read"])
def test_what_changed_in_the_meantime_is_not_overwritten(before: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"somebody's")
    with pytest.raises(ProjectError):
        write_all(tmp_path, {"a.txt": b"x", "b.txt": b"x"}, {"a.txt": None, "b.txt": before})
    assert (tmp_path / "b.txt").read_bytes() == b"somebody's" and os.listdir(tmp_path) == ["b.txt"]


def test_a_failure_half_way_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    replace = os.replace

    def full_disk(source: Path, target: Path) -> None:
        if Path(target).name == "z.txt":
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(writing.os, "replace", full_disk)
    with pytest.raises(ProjectError, match="No space left"):
        write_all(tmp_path, {"a.txt": b"new", "n/z.txt": b"new"}, {"a.txt": b"old", "n/z.txt": None})
    assert (tmp_path / "a.txt").read_bytes() == b"old" and os.listdir(tmp_path) == ["a.txt"]
