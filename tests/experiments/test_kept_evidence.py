"""The evidence of an audit that was interrupted is kept, is marked, and is never taken for a whole one."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from repro_audit.errors import ProjectError
from repro_audit.experiments import jsonfile
from repro_audit.experiments.evidence import FOUND, Evidence
from repro_audit.experiments.kept import keep, load
from repro_audit.sandbox.model import Ending, Run

REPEAT = {"id": "repeat", "kind": "repeat", "outcome": "same"}


def ran(evidence: Evidence, name: str) -> None:
    """A run that came to its end."""
    place = evidence.place_for(name)
    (place / "log.txt").write_text("trained\n")
    evidence.record(name, Run(("python", "train.py"), Ending.EXITED, 0, 1.0, None, place, place / "log.txt", ()))


def whole(folder: Path) -> None:
    evidence = Evidence.open(folder)
    ran(evidence, "repeat-1")
    keep(folder, "c0ffee", "settings", [REPEAT], [])


def test_what_came_to_its_end_is_told_again(tmp_path: Path) -> None:
    whole(tmp_path / "kept")
    assert load(tmp_path / "kept", "c0ffee", False, "settings").experiments == (REPEAT,)
    assert not list((tmp_path / "kept").glob("unfinished*"))


def test_a_commit_of_equal_content_is_as_good(tmp_path: Path) -> None:
    Evidence.open(tmp_path)
    keep(tmp_path, "c0ffee", "settings", [REPEAT], [], "content")
    assert load(tmp_path, "beef", False, "settings", "content").experiments == (REPEAT,)
    assert "c0ffee" in load(tmp_path, "beef", False, "settings", "other").stale
    assert "c0ffee" in load(tmp_path, "beef", False, "settings").stale
    assert "settings" in load(tmp_path, "beef", False, "others", "content").stale


def test_a_run_of_work_that_is_not_committed_is_none_of_the_commit(tmp_path: Path) -> None:
    Evidence.open(tmp_path)
    keep(tmp_path, "c0ffee", "settings", [REPEAT], [], content=None)
    assert "not committed" in load(tmp_path, "c0ffee", False, "settings", "content").stale


def test_an_audit_that_ended_early_leaves_its_runs_and_says_how_far_it_got(tmp_path: Path) -> None:
    whole(tmp_path)
    evidence = Evidence.open(tmp_path)
    ran(evidence, "repeat-1")
    evidence.place_for("repeat-2")
    del evidence  # as when the process is killed
    assert (tmp_path / "runs" / "repeat-1" / "log.txt").read_text() == "trained\n"
    assert "partial" in json.loads((tmp_path / "unfinished.json").read_text())["note"]
    kept = load(tmp_path, "c0ffee", False, "settings")
    assert (kept.experiments, kept.said) == ((), ())
    assert "was interrupted: repeat-2" in kept.stale
    assert "partial" in kept.stale


def test_the_next_audit_starts_from_an_empty_folder(tmp_path: Path) -> None:
    evidence = Evidence.open(tmp_path)
    ran(evidence, "stress-clock")
    del evidence
    whole(tmp_path)
    assert [p.name for p in (tmp_path / "runs").iterdir()] == ["repeat-1"]
    assert load(tmp_path, "c0ffee", False, "settings").stale == ""


def test_an_audit_in_which_nothing_could_run_leaves_no_older_runs(tmp_path: Path) -> None:
    evidence = Evidence.open(tmp_path)
    ran(evidence, "repeat-1")
    mark = json.loads((tmp_path / "unfinished.json").read_text())
    (tmp_path / "unfinished.json").write_text(json.dumps({**mark, "process": 0}))
    del evidence
    keep(tmp_path, "c0ffee", "settings", [REPEAT], [])
    assert list((tmp_path / "runs").iterdir()) == []
    assert load(tmp_path, "c0ffee", False, "settings").experiments == (REPEAT,)


def test_two_audits_at_once_do_not_write_into_one_folder(tmp_path: Path) -> None:
    first = Evidence.open(tmp_path)
    ran(first, "repeat-1")
    with pytest.raises(ProjectError, match="another audit"):
        Evidence.open(tmp_path)
    assert (tmp_path / "runs" / "repeat-1").is_dir()
    assert "is under way" in load(tmp_path, None, False, "").stale


def test_a_folder_of_the_users_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("data\n")
    (tmp_path / "runs").mkdir()
    with pytest.raises(ProjectError, match="other things"):
        Evidence.open(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "data\n"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"began": 1}', "[" * 100_000, "\x00"])
def test_a_broken_mark_is_a_mark(tmp_path: Path, text: str) -> None:
    whole(tmp_path)
    (tmp_path / "unfinished.json").write_text(text)
    assert "unknown step" in load(tmp_path, "c0ffee", False, "settings").stale


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = Evidence.open(tmp_path)
    ran(evidence, "repeat-1")

    def full(*paths: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jsonfile.os, "replace", full)
    with pytest.raises(ProjectError, match="No space left"):
        keep(tmp_path, "c0ffee", "settings", [], [])
    assert not (tmp_path / FOUND).exists()
    assert not list(tmp_path.glob("*.part"))
    assert "repeat-1" in load(tmp_path, "c0ffee", False, "settings").stale


@pytest.mark.parametrize("experiments", [[{}], [1], ["x"], 3, [{**REPEAT, "kind": 1}], None])
def test_findings_that_are_none_are_left_out(tmp_path: Path, experiments: object) -> None:
    whole(tmp_path)
    found = json.loads((tmp_path / FOUND).read_text())
    (tmp_path / FOUND).write_text(json.dumps({**found, "experiments": experiments}))
    assert load(tmp_path, "c0ffee", False, "settings").experiments == ()


def test_findings_are_not_written_through_a_link_of_the_project(tmp_path: Path) -> None:
    whole(tmp_path / "kept")
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "kept" / "found.json.part").symlink_to(tmp_path / "mine")
    whole(tmp_path / "kept")
    assert (tmp_path / "mine").read_text() == "mine"
