"""What a run leaves as notes is a stranger's text: read what makes sense, pass over the rest, never raise."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from repro_audit.diagnose import notes
from repro_audit.diagnose.model import CauseName
from repro_audit.diagnose.notes import KeyRead, Notes, Touch, read_notes
from repro_audit.model import Place

TOUCH = {"note": "touch", "cause": "unseeded-numpy", "path": "train.py", "line": 3, "what": "numpy.x", "text": "x()"}


def written(folder: Path, *lines: Any, name: str = "12-0.jsonl") -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / name).write_text("\n".join(texts) + "\n")
    return folder


def test_a_touch_keeps_its_place_and_its_text(tmp_path: Path) -> None:
    found = read_notes(written(tmp_path, TOUCH), ["train.py"])
    assert found.touches == (Touch(CauseName.NUMPY, Place("train.py", 3), "numpy.x", "x()"),)
    assert found.is_there


def test_keys_options_and_opened_files_are_read(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {"note": "read-key", "file": "params.yaml", "key": "train.epochs", "path": "train.py", "line": 2},
        {"note": "option", "option": "--epochs", "path": "train.py", "line": 9},
        {"note": "open", "path": "params.yaml", "mode": "r"},
        {"note": "open", "path": "/etc/passwd", "mode": "r"},
    )
    found = read_notes(folder, ["train.py", "params.yaml"])
    assert found.keys == (
        KeyRead("params.yaml", "train.epochs", Place("train.py", 2)),
        KeyRead("train.py", "--epochs", Place("train.py", 9)),
    )
    assert found.opened == {"params.yaml"}


@pytest.mark.parametrize("path", ["../secret.py", "/etc/passwd", "other.py", None, 7, ["train.py"]])
def test_a_path_that_is_not_of_the_project_is_dropped(tmp_path: Path, path: Any) -> None:
    (touch,) = read_notes(written(tmp_path, {**TOUCH, "path": path}), ["train.py"]).touches
    assert touch.at is None


@pytest.mark.parametrize("line", [0, -4, 10**12, "3", 3.5, True, None])
def test_a_line_that_is_none_is_dropped(tmp_path: Path, line: Any) -> None:
    (touch,) = read_notes(written(tmp_path, {**TOUCH, "line": line}), ["train.py"]).touches
    assert touch.at == Place("train.py")


@pytest.mark.parametrize(
    "line",
    ["", "nonsense", "[1]", "7", '{"note": 3}', '{"note": "touch"}', "[" * 100_000, '{"note": "touch", "cause": []}'],
)
def test_nonsense_is_passed_over(tmp_path: Path, line: str) -> None:
    assert len(read_notes(written(tmp_path, line, TOUCH), ["train.py"]).touches) == 1


def test_text_is_bounded_and_obeys_no_terminal(tmp_path: Path) -> None:
    (touch,) = read_notes(written(tmp_path, {**TOUCH, "text": "\x1b[31m" + "x" * 10_000}), []).touches
    assert "\x1b" not in touch.text and len(touch.text) < 400


def test_links_folders_and_other_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    secret = written(tmp_path, TOUCH, name="secret.jsonl") / "secret.jsonl"
    (tmp_path / "notes/1-0.jsonl").symlink_to(secret)
    (tmp_path / "notes/2-0.jsonl").mkdir()
    os.mkfifo(tmp_path / "notes/3-0.jsonl")
    assert read_notes(tmp_path / "notes", ["train.py"]) == Notes()


def test_no_folder_is_no_notes(tmp_path: Path) -> None:
    assert not read_notes(tmp_path / "absent", []).is_there


def test_too_much_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES", 10)
    lines = [{**TOUCH, "line": n} for n in range(1, 50)]
    assert len(read_notes(written(tmp_path, *lines), ["train.py"]).touches) == 10


def test_processes_are_read_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    written(tmp_path, {**TOUCH, "line": 2}, name="10-0.jsonl")
    written(tmp_path, {**TOUCH, "line": 1}, name="9-0.jsonl")
    assert [t.at.line for t in read_notes(tmp_path, ["train.py"]).touches if t.at] == [1, 2]
