"""A statement is what in-toto says one is, about what is committed and what its runs left."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from called import Program
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from repro_audit.archive.kept import Kept
from repro_audit.archive.statement import statement, to_text
from repro_audit.result import Result

from .conftest import git, head, kept_run


def read(text: str) -> dict[str, Any]:
    """The statement, once the specification's own reader has taken it."""
    parsed = json_format.Parse(text, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    found: dict[str, Any] = json.loads(text)
    for subject in found["subject"]:
        ((algorithm, digest),) = subject["digest"].items()
        assert re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", digest) and algorithm in ("gitCommit", "sha256")
    names = [subject["name"] for subject in found["subject"]]
    assert len(set(names)) == len(names) and re.match(r"[a-z]+://", found["predicateType"])
    return found


def test_it_names_the_commit_and_every_output_by_its_digest(project: Path, program: Program) -> None:
    kept_run(project, {"out.txt": b"1", "deep/größe.txt": b"2"})
    done = program("attest")
    found = read(done.out)
    assert done.status == 0 and "not signed" in done.err
    assert found["subject"][0]["digest"] == {"gitCommit": head(project)}
    digests = {s["name"]: s["digest"]["sha256"] for s in found["subject"][1:]}
    assert digests == {
        "out.txt": hashlib.sha256(b"1").hexdigest(), "deep/größe.txt": hashlib.sha256(b"2").hexdigest(),
    }  # fmt: skip


def test_it_tells_what_was_found_and_in_what(project: Path, program: Program) -> None:
    kept_run(project, {"out.txt": b"1"})
    predicate = read(program("attest").out)["predicate"]
    assert {c["id"] for c in predicate["criteria"]} >= {"code-runs", "env-image"}
    assert len(predicate["stars"]) == 5 and set(predicate["rank"]) == {"declared", "verified"}
    run = predicate["run"]
    assert run["command"] == ["python", "train.py"] and run["environment"]["image"] == f"sha256:{'5' * 64}"
    assert run["experiments"] == [{"id": "repeat", "kind": "repeat", "outcome": "same"}]
    assert (run["runner"], run["isolation"], run["network"]) == ("docker", "sealed", False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", run["ended"])


def test_by_reading_only_it_is_about_the_commit_alone(project: Path, program: Program) -> None:
    done = program("attest", "-o", "../a.json")
    found = read(Path("../a.json").read_text())
    assert done.status == 0 and "by reading only" in done.err
    assert len(found["subject"]) == 1 and "run" not in found["predicate"]


def test_any_name_can_be_told(nasty: tuple[Result, Kept, Path]) -> None:
    result, kept, _ = nasty
    text = to_text(statement(result, kept, "c"))
    found = read(text)
    assert text.isascii() and len(found["subject"]) == 9
    assert found["subject"][0]["uri"] == f"git+https://example.org/a/demo@{'5' * 40}"
    assert to_text(statement(result, kept, "c")) == text


def test_what_is_not_committed_cannot_be_named(project: Path, program: Program) -> None:
    (project / "train.py").write_text("x = 2\n")
    done = program("attest")
    assert done.status == 2 and "files differ from what is committed" in done.err


def test_a_project_without_a_commit_cannot_be_named(tmp_path: Path, program: Program) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/train.py").write_text("x = 1\n")
    done = program("attest", str(tmp_path / "bare"))
    assert done.status == 2 and "no commit" in done.err


def test_evidence_that_was_altered_is_not_attested(project: Path, program: Program) -> None:
    kept_run(project, {"out.txt": b"1"})
    (project / ".repro-audit/runs/repeat-1/project/out.txt").write_text("2")
    done = program("attest")
    assert done.status == 2 and "the evidence is not what the runs left: repeat-1/project/out.txt" in done.err


def test_a_run_of_an_earlier_commit_is_left_out(project: Path, program: Program) -> None:
    kept_run(project, {"out.txt": b"1"})
    (project / "train.py").write_text("x = 2\n")
    git(project, "commit", "-q", "-a", "-m", "y")
    done = program("attest")
    assert done.status == 0 and "the kept run is of commit" in done.err
    assert len(read(done.out)["subject"]) == 1


@pytest.mark.parametrize("place", ["elsewhere", "../elsewhere"])
def test_evidence_may_lie_elsewhere(project: Path, program: Program, place: str) -> None:
    kept_run(project, {"out.txt": b"1"})
    (project / ".repro-audit").rename(project / place)
    assert len(read(program("attest", "--evidence", place).out)["subject"]) == 2
