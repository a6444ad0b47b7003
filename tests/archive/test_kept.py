"""Evidence may come from anywhere: what its manifests say is not believed further than the folder shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repro_audit.archive.kept import read_kept
from repro_audit.experiments.evidence import Evidence

from .conftest import ran, repeated

SHA = "a" * 64


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence.open(tmp_path / "evidence")


def left_of(evidence: Evidence, *files: dict[str, Any]) -> list[str]:
    """The paths that count, of a run whose manifest lists these files."""
    record = ran(evidence, "repeat-1", {"project/a.txt": b"1"})
    manifest = evidence.folder / "runs/repeat-1/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "files": files}))
    kept = read_kept(evidence.folder, [repeated([record], {})])
    return [left.path for run in kept.runs for left in run.left if left.file is not None]


def test_a_run_is_told_with_its_log_its_outputs_and_when_it_ended(evidence: Evidence) -> None:
    record = ran(evidence, "repeat-1", {"project/a.txt": b"1", "home/b.txt": b"2", "home/.cache/c": b"3"})
    (run,) = read_kept(evidence.folder, [repeated([record], {})]).runs
    assert (run.name, run.experiment, run.argv) == ("repeat-1", "repeat", ("python", "train.py"))
    assert [left.path for left in run.left] == ["home/b.txt", "project/a.txt"]
    assert run.log is not None and run.ended is not None and run.ended.tzinfo is not None


@pytest.mark.parametrize(
    "path",
    [
        "../../secret", "project/../../../secret", "/etc/passwd", "project//a.txt", "project/./a.txt", "project",
        "project/", "log.txt", "tmp/a.txt", "project/\0", "project/\ud800", "", "project/gone.txt",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_none(evidence: Evidence, path: str) -> None:
    (evidence.folder.parent / "secret").write_text("1")
    assert left_of(evidence, {"path": path, "bytes": 1, "sha256": SHA}) == []


def test_a_link_is_not_followed(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.txt").write_text("1")
    record = ran(evidence, "repeat-1", {"project/a.txt": b"1"})
    project = evidence.folder / "runs/repeat-1/project"
    (project / "link").symlink_to(tmp_path / "outside")
    (project / "file").symlink_to(tmp_path / "outside/x.txt")
    manifest = evidence.folder / "runs/repeat-1/manifest.json"
    files = [{"path": f"project/{p}", "bytes": 1, "sha256": SHA} for p in ("link/x.txt", "file")]
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "files": files}))
    (run,) = read_kept(evidence.folder, [repeated([record], {})]).runs
    assert [left.file for left in run.left] == [None, None] and not any(left.is_altered for left in run.left)


def test_a_file_that_is_not_what_the_run_left_is_told(evidence: Evidence) -> None:
    record = ran(evidence, "repeat-1", {"project/a.txt": b"1", "project/b.txt": b"1"})
    (evidence.folder / "runs/repeat-1/project/a.txt").write_text("2")
    kept = read_kept(evidence.folder, [repeated([record], {})])
    assert kept.altered == ("repeat-1/project/a.txt",)
    assert [left.file is None for left in kept.runs[0].left] == [True, False]


@pytest.mark.parametrize("text", ["", "[]", "3", '{"files": 3}', '{"files": [3, {}, {"path": 1}]}', "[" * 99999])
def test_a_manifest_that_is_none_breaks_nothing(evidence: Evidence, text: str) -> None:
    record = ran(evidence, "repeat-1", {"project/a.txt": b"1"})
    (evidence.folder / "runs/repeat-1/manifest.json").write_text(text)
    (evidence.folder / "found.json").write_text(text)
    kept = read_kept(evidence.folder, [repeated([record], {})])
    assert kept.ended is None and all(not run.left for run in kept.runs)


def test_without_experiments_the_evidence_is_not_looked_at(evidence: Evidence) -> None:
    ran(evidence, "repeat-1", {"project/a.txt": b"1"})
    assert read_kept(evidence.folder, []).runs == () and read_kept(None, [repeated([], {})]).runs == ()
