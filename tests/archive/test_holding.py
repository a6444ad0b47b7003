"""`attest --verify` tells whether a statement holds for what is here, and why not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from called import Program

from .conftest import git, kept_run

Change = Callable[[dict[str, Any]], Any]
FILE = "../a.json"


@pytest.fixture
def attested(project: Path, program: Program) -> Path:
    """The project with a kept run, and a statement about both."""
    kept_run(project, {"out.txt": b"1"})
    assert program("attest", "-o", FILE).status == 0
    return project


def changed(change: Change) -> None:
    data = json.loads(Path(FILE).read_text())
    change(data)
    Path(FILE).write_text(json.dumps(data))


def test_it_holds_where_nothing_has_changed(attested: Path, program: Program) -> None:
    done = program("attest", "--verify", FILE)
    assert (done.status, done.out) == (0, "")
    assert "holds here (looked at the commit, 1 of 1 output, answers by reading and running)" in done.err


def test_it_holds_for_the_commit_where_no_evidence_is(attested: Path, program: Program) -> None:
    (attested / ".repro-audit").rename(attested.parent / "kept")
    done = program("attest", "--verify", FILE)
    assert done.status == 0 and "0 of 1 output, answers by reading)" in done.err


def test_it_does_not_hold_for_another_commit(attested: Path, program: Program) -> None:
    (attested / "train.py").write_text("x = 2\n")
    assert "files differ from what is committed" in program("attest", "--verify", FILE).out
    git(attested, "commit", "-q", "-a", "-m", "y")
    done = program("attest", "--verify", FILE)
    assert done.status == 1 and "and the statement is about commit" in done.out and "does not hold" in done.err


def test_a_commit_that_only_adds_the_report_changes_nothing(attested: Path, program: Program) -> None:
    (attested / "REPRODUCIBILITY.md").write_text("text\n")
    git(attested, "add", "REPRODUCIBILITY.md")
    git(attested, "commit", "-q", "-m", "y")
    done = program("attest", "--verify", FILE)
    assert done.status == 0 and "with the same content as" in done.err


def test_it_does_not_hold_for_another_folder_of_the_repository(attested: Path, program: Program) -> None:
    (attested / "part").mkdir()
    (attested / "part/train.py").write_text("x = 1\n")
    done = program("attest", "--verify", FILE, "part")
    assert done.status == 1 and "this is the folder part/, and the statement is about ." in done.out


@pytest.mark.parametrize("verdict", ["identical", "different"])
def test_an_output_of_a_run_in_the_project_is_looked_at(project: Path, program: Program, verdict: str) -> None:
    kept_run(project, {"out.txt": b"1"}, verdict)
    program("attest", "-o", FILE)
    (project / "out.txt").write_bytes(b"1")
    assert program("attest", "--verify", FILE).status == 0
    (project / "out.txt").write_bytes(b"2")
    done = program("attest", "--verify", FILE)
    told = "out.txt: the project has other bytes than the statement says"
    assert told in (done.out if verdict == "identical" else done.err)
    assert done.status == (1 if verdict == "identical" else 0)


def test_a_committed_file_of_that_name_is_the_commits(attested: Path, program: Program) -> None:
    (attested / "out.txt").write_bytes(b"another machine's")
    git(attested, "add", "-f", "out.txt")
    git(attested, "commit", "-q", "-m", "y")
    kept_run(attested, {"out.txt": b"1"})
    program("attest", "-o", FILE)
    assert program("attest", "--verify", FILE).status == 0


def test_altered_evidence_does_not_hold(attested: Path, program: Program) -> None:
    (attested / ".repro-audit/runs/repeat-1/project/out.txt").write_text("2")
    done = program("attest", "--verify", FILE)
    assert done.status == 1 and "out.txt: the evidence has other bytes" in done.out


def test_a_new_run_with_the_same_outputs_holds(attested: Path, program: Program) -> None:
    kept_run(attested, {"out.txt": b"1"})
    assert program("attest", "--verify", FILE).status == 0
    kept_run(attested, {"out.txt": b"3"})
    assert program("attest", "--verify", FILE).status == 1


def test_another_answer_is_a_difference_unless_another_version_gave_it(attested: Path, program: Program) -> None:
    changed(lambda data: data["predicate"]["criteria"][0].update(answer="refuted"))
    done = program("attest", "--verify", FILE)
    assert done.status == 1 and "and the statement says refuted" in done.out
    changed(lambda data: data["predicate"]["program"].update(version="0.0.1"))
    done = program("attest", "--verify", FILE)
    assert done.status == 0 and "by version 0.0.1" in done.err


@pytest.mark.parametrize("is_bundle", [False, True])
def test_the_signed_form_is_read_and_its_signature_left_to_others(
    attested: Path, program: Program, is_bundle: bool
) -> None:
    payload = base64.b64encode(Path(FILE).read_bytes()).decode()
    envelope = {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": [{"sig": "x"}]}
    Path(FILE).write_text(json.dumps({"mediaType": "x", "dsseEnvelope": envelope} if is_bundle else envelope))
    done = program("attest", "--verify", FILE)
    assert done.status == 0 and "the signature is not checked here" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "", "3", "null", "[]", "{}", '"x"', "[" * 99999, '{"payload": "?"}', '{"payload": 3}', '{"dsseEnvelope": 3}',
        '{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1"}',
        '{"_type": "https://in-toto.io/Statement/v1", '
        '"predicateType": "https://pypi.org/project/repro-audit/#attestation-v1", "subject": [{"digest": 3}]}',
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_in_one_line(project: Path, program: Program, text: str) -> None:
    Path(FILE).write_text(text)
    done = program("attest", "--verify", FILE)
    assert done.status == 2 and "is no statement of repro-audit" in done.err


def test_a_statement_that_is_not_there_is_told(project: Path, program: Program) -> None:
    assert "there is no file gone.json" in program("attest", "--verify", "gone.json").err
    assert program("attest", "--verify", ".").status == 2


def test_a_stranger_s_words_do_not_reach_the_terminal(attested: Path, program: Program) -> None:
    changed(lambda data: data["subject"][1].update(name="out\x1b[31m.txt\n"))
    changed(lambda data: data["subject"][1]["annotations"].update(reproduced="\x1b[31m"))
    changed(lambda data: data["predicate"]["criteria"][0].update(answer="\x1b[31m"))
    done = program("attest", "--verify", FILE)
    assert "\x1b" not in done.out + done.err and done.status == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", ".git/config", "\0", "link/config"])
def test_no_file_outside_the_project_is_read(attested: Path, program: Program, name: str) -> None:
    (attested / "link").symlink_to(attested / ".git")
    changed(lambda data: data["subject"][1].update(name=name))
    done = program("attest", "--verify", FILE)
    assert "Traceback" not in done.err and done.status in (0, 1)
    assert name == ".git/config" or "0 of 1 output" in done.err
