"""`report` and `report --check`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..facts.claims import Claim, claims_in
from ..facts.generated import NAME
from ..flow import Trial, audit
from ..origin import Origin, open_project
from ..project import Project
from ..report import document
from ..report.check import differences, false_claims
from ..report.stamp import read_stamp
from ..result import Result
from ..text import count, one_line
from . import kept_trial, show
from .progress import Progress
from .retelling import Told, comment, in_short, read_comment, retold

MAX_REPORT = 4 * 1024 * 1024  # bytes
MARKERS_HINT = "Move it aside, write a new one with -o, and put your text around the generated blocks."
AGAIN = "run it again with `repro-audit score --run`, and renew the report"


@dataclass(frozen=True)
class Draft:
    """What a report of this project would say, and the report that is there."""

    result: Result
    name: str  # the path of the report, relative to the project where it lies inside
    filled: dict[str, str]
    existing: str | None
    claims: tuple[Claim, ...]
    note: str = ""  # where what a run said is not taken from its evidence, or is left out


def write(target: str, output: str | None) -> int:
    """Print the report, or renew the file of `-o`."""
    draft = _draft(target, output)
    _say(draft.note)
    is_ours = draft.existing is not None and document.has_markers(draft.existing)
    if draft.existing is not None and output and not is_ours:
        for words in false_claims(draft.claims, draft.result):
            print(words, file=sys.stderr)
        raise UsageError(f"{output} was not written by repro-audit, so it is not overwritten", MARKERS_HINT)
    text = _merged(draft.existing or "", draft.filled) if is_ours else document.new_document(draft.filled)
    if text != draft.existing or not output:
        show.text(text, output)
    return 0


def check(target: str, output: str | None) -> int:
    """1 where the committed report no longer tells the truth, with each difference on standard output."""
    draft = _draft(target, output)
    if draft.existing is None:
        raise UsageError(f"there is no {one_line(draft.name)}", f"Write it: repro-audit report -o {NAME}")
    found = differences(draft.existing.replace("\r\n", "\n"), draft.filled) + false_claims(draft.claims, draft.result)
    for words in found:
        show.text(words + "\n")
    verdict = f"{count(len(found), 'difference')}: {NAME} no longer tells the truth" if found else f"{NAME} is true"
    _say(draft.note)
    print(verdict, file=sys.stderr)
    return 1 if found else 0


def _draft(target: str, output: str | None) -> Draft:
    with Progress(target) as progress, open_project(target) as origin:
        trial = kept_trial(origin)
        result = audit(origin, progress=progress.step, trial=trial)
        path = Path(output) if output else origin.path / NAME
        name = _relative(path, origin)
        project = Project(origin.path)
        existing = read(path)
        text = (existing or "").replace("\r\n", "\n")
        content = project.repository.content(project.root, name) if project.repository else None
        told, note = _told(result, trial, content, text)
        result = retold(result, told) if told and not result.experiments else result
        filled = document.blocks(result, read_stamp(project, name), "../" * name.count("/"))
        filled[document.STAMP] += comment(told) if told else ""
        claims = claims_in(project.files, name, text)
    return Draft(result, name, filled, existing, claims, note)


def _told(result: Result, trial: Trial, content: str | None, report: str) -> tuple[Told | None, str]:
    """What a run said of the project as it is now: by its evidence, else by the report; and what to know of that."""
    if result.experiments and trial.kept_in is not None:
        from ..experiments.kept import kept_said

        experiments = tuple(in_short(e) for e in result.experiments)
        return Told(result.project.commit or "", content or "", kept_said(trial.kept_in), experiments), ""
    carried = read_comment(document.block_texts(report).get(document.STAMP, ""))
    if carried is None:
        return None, ""
    run = f"the report tells a run of commit {carried.commit[:10]}"
    if carried.content == content:
        return carried, f"{run} whose evidence is not here: what it says of the run is checked against itself only"
    return None, f"{run}, and the project has changed since: {AGAIN}"


def _say(note: str) -> None:
    if note:
        print(f"note: {one_line(note)}", file=sys.stderr)


def read(path: Path) -> str | None:
    """An existing report; None where there is none, an error where it is no file that can be read."""
    if not os.path.lexists(path):
        return None
    if path.is_symlink() or not path.is_file():
        raise UsageError(f"{one_line(str(path))} is no regular file", "Give another file to -o.")
    with path.open("rb") as file:
        return file.read(MAX_REPORT).decode("utf-8", "surrogateescape")


def _merged(existing: str, filled: dict[str, str]) -> str:
    """The renewed report, with the line ends that it had."""
    if "\r\n" not in existing:
        return document.merge(existing, filled)
    return document.merge(existing.replace("\r\n", "\n"), filled).replace("\n", "\r\n")


def _relative(path: Path, origin: Origin) -> str:
    try:
        return path.resolve().relative_to(origin.path.resolve()).as_posix()
    except ValueError:
        return NAME
