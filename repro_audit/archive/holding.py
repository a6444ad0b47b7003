"""Whether a statement still holds: its commit, its outputs and its answers beside what is here.

A statement comes from a stranger: it is read with care, and its signature, where it has one, is not looked at.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..experiments.jsonfile import read_json
from ..report.told import parts, words
from ..result import PROGRAM, Result
from ..sandbox.store import file_digest
from ..text import clean, count, one_line
from .kept import Kept, inside
from .statement import PREDICATE, TYPE, Subject, first_run, folder_of

LARGEST = 16 * 1024 * 1024  # bytes
REPRODUCED = ("identical",)  # outputs that have these bytes in every run
HINT = "Give a file that `repro-audit attest` wrote, or the signed form of one."


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a statement says."""

    commit: str
    content: str
    folder: str  # of the repository, with a closing `/`, or `.`
    outputs: tuple[Subject, ...]
    answers: Mapping[str, tuple[str, str]]  # by criterion: the answer, and the one by reading
    program: str  # the version
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Here:
    """What is here: the project as it is judged now, and the files beside it."""

    result: Result
    kept: Kept
    content: str | None  # None where files are not as they were committed
    folder: Path
    tracked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """What does not hold, what is worth knowing, and how much was looked at."""

    differences: tuple[str, ...]
    notes: tuple[str, ...]
    looked: str


def read_statement(path: Path) -> Claimed:
    """Raises UsageError for what is no statement of ours."""
    name = one_line(str(path))
    try:
        data = read_json(path, LARGEST)
        statement, is_signed = _opened(data)
        return _claimed(statement, is_signed)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {name}", HINT) from error
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", HINT) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{name} is no statement of repro-audit", HINT) from error


def _opened(data: Any) -> tuple[Any, bool]:
    """The statement itself, out of the envelope or bundle that it was signed in."""
    envelope = data.get("dsseEnvelope", data)
    if "payload" not in envelope:
        return data, False
    import json

    try:
        return json.loads(base64.b64decode(envelope["payload"], validate=True)), True
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _claimed(statement: Any, is_signed: bool) -> Claimed:
    if statement["_type"] != TYPE or statement["predicateType"] != PREDICATE:
        raise ValueError("another kind of statement")
    subjects, predicate = parts(statement, "subject"), statement["predicate"]
    commits = [words(s["digest"], "gitCommit") for s in subjects if "gitCommit" in s["digest"]]
    outputs = tuple(
        Subject(words(s, "name"), words(s["digest"], "sha256"), words(s.get("annotations") or {}, "reproduced"))
        for s in subjects
        if "sha256" in s["digest"]
    )
    answers = {words(c, "id"): (words(c, "answer"), words(c, "declared")) for c in parts(predicate, "criteria")}
    project, version = predicate["project"], words(predicate["program"], "version")
    return Claimed(
        commits[0] if commits else "", words(project, "content"), words(project, "folder"), outputs, answers, version,
        is_signed,
    )  # fmt: skip


def check(claimed: Claimed, here: Here) -> Findings:
    """Everything that the statement says, beside what is here."""
    differences, notes = list(_commit(claimed, here)), list(_known(claimed, here))
    found = {output.path: _look_for(output, here) for output in claimed.outputs}
    for output in claimed.outputs:
        for where, digest in found[output.path]:
            if digest == output.sha256:
                continue
            told = f"{one_line(output.path)}: {where} has other bytes than the statement says"
            if output.reproduced in REPRODUCED:
                differences.append(told)
            else:
                notes.append(f"{told}, as the two runs that it tells of had ({one_line(output.reproduced)})")
    differences += _answers(claimed, here)
    return Findings(tuple(differences), tuple(notes), _looked(claimed, here, sum(map(bool, found.values()))))


def _commit(claimed: Claimed, here: Here) -> Iterator[str]:
    """The commit itself, or another one with the same content; and the same folder of it."""
    commit, folder = here.result.project.commit, folder_of(here.result)
    if folder != claimed.folder:
        yield f"this is the folder {one_line(folder)}, and the statement is about {one_line(claimed.folder)}"
    if here.content is None and commit is not None:
        yield "files differ from what is committed"
    if commit != claimed.commit and here.content != claimed.content:
        yield f"this is {_short(commit)}, and the statement is about {_short(claimed.commit)}"


def _known(claimed: Claimed, here: Here) -> Iterator[str]:
    commit = here.result.project.commit
    if claimed.is_signed:
        yield "the signature is not checked here: `cosign verify-blob-attestation` does"
    if commit != claimed.commit and here.content == claimed.content:
        yield f"this is {_short(commit)}, with the same content as {_short(claimed.commit)}"
    if claimed.program != PROGRAM["version"]:
        yield f"the statement is by version {one_line(claimed.program)}, so its answers may differ from this version's"
    yield from (f"{one_line(path)} is not what its run left" for path in here.kept.altered)


def _short(commit: str | None) -> str:
    return f"commit {one_line(commit)[:10]}" if commit else "no commit"


def _look_for(output: Subject, here: Here) -> list[tuple[str, str]]:
    """The digests of this output here: in the evidence, and where a run in the project itself has written it.

    What is committed is the commit's, and not what a run left.
    """
    found = []
    first = first_run(here.kept)
    for left in first.left if first else ():
        if clean(left.path) == f"project/{output.path}":
            found.append(("the evidence", left.sha256 if not left.is_altered else ""))
    file = inside(here.folder, output.path) if output.path not in here.tracked else None
    try:
        return [*found, *([("the project", file_digest(file))] if file else [])]
    except OSError:
        return found


def _answers(claimed: Claimed, here: Here) -> Iterator[str]:
    """The answers, those by runs only where the evidence of runs is here; another version may judge otherwise."""
    if claimed.program != PROGRAM["version"]:
        return
    for criterion in here.result.criteria:
        if criterion.id not in claimed.answers:
            continue
        answer, declared = claimed.answers[criterion.id]
        now = str(criterion.answer) if here.result.experiments else str(criterion.declared)
        said = answer if here.result.experiments else declared
        if now != said:
            yield f"{criterion.id}: {now} here, and the statement says {one_line(said)}"


def _looked(claimed: Claimed, here: Here, found: int) -> str:
    of_outputs = f"{found} of {count(len(claimed.outputs), 'output')}"
    how = "answers by reading and running" if here.result.experiments else "answers by reading"
    return f"looked at the commit, {of_outputs}, {how}"
