"""The same run in the tree that a run left behind: what it finds there should not change what comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..diagnose.model import Cause, CauseName
from ..diagnose.notes import Notes, read_notes
from ..diagnose.words import SeedKey, fix, sentence
from ..model import Place
from ..project import Project
from ..sandbox.model import Run
from .bench import Variation
from .keys import key_of
from .lab import Lab, Planned
from .lines import first_line
from .model import Experiment, Kind, Outcome, Output
from .outputs import SAID, outcome_of, unlike

ID = "stress:leftover"
BEHIND = ("project/", "home/")
LOG = re.compile(r"\.log$|(?:^|/)logs?/[^/]+\.(?:log|txt|out|err)$")


def proposal(lab: Lab) -> Iterator[Planned]:
    """Where a run leaves nothing there is nothing to find."""
    if any(path.startswith(BEHIND) for path in lab.reference.changed) or lab.reference.deleted:
        yield Planned(ID, Kind.STRESS, 1, 1.0, ask)


def ask(lab: Lab) -> Iterator[Experiment]:
    first = lab.reference
    left = tuple(folder for folder in (first.folder / "project",) if folder.is_dir())
    home = first.folder / "home"
    run, record = lab.run(
        "stress-leftover", Variation(overlays=left, home=home if home.is_dir() else None, without=first.deleted)
    )
    failure = lab.failure(run)
    if failure:
        cause = _cause(lab, run, ("the run",), failure.at, failure.message)
        reason = f"a second run in the same folder fails: {failure.message}"
        yield lab.tell(ID, Kind.STRESS, Outcome.DIFFERS, reason, runs=(record,), causes=(cause,), failure=failure)
        return
    found = judged(lab.compare(run), first, run)
    differing = tuple(o.path for o in unlike(found))
    if not differing:
        reason = "a second run in the same folder gives the same"
        yield lab.tell(ID, Kind.STRESS, outcome_of(found), reason, runs=(record,), outputs=found)
        return
    cause = _cause(lab, run, differing)
    yield lab.tell(
        ID, Kind.STRESS, Outcome.DIFFERS, f"a second run in the same folder: {sentence(cause)}", runs=(record,),
        outputs=found, causes=(cause,),
    )  # fmt: skip


def judged(found: tuple[Output, ...], first: Run, second: Run) -> tuple[Output, ...]:
    """What the second pass did not write again is still there, a log grows with every run, and what was put beside
    the first under the next number is no difference; that it says something else because the work is done counts
    only where nothing is written."""
    gone = set(second.deleted)
    numbered = {_numbered(p.partition("/")[2]) for p in first.changed}
    kept = [
        o for o in found
        if not is_log(o.path)
        and not (o.verdict == "only-first" and o.path not in gone)
        and not (o.verdict == "only-second" and _numbered(o.path.removeprefix("~/")) in numbered)
    ]  # fmt: skip
    written = [o for o in kept if o.path != SAID]
    return tuple(written or kept)


def is_log(path: str) -> bool:
    """Whether a file only keeps what was said: every run, and every step of one, adds to it."""
    return LOG.search(path) is not None


def _numbered(path: str) -> str:
    return re.sub(r"\d+", "#", key_of(path))


def _cause(lab: Lab, run: Run, differing: tuple[str, ...], at: Place | None = None, text: str = "") -> Cause:
    if at is None:
        at, text = _reading_line(lab.project, found_there(read_notes(run.folder / "notes", _paths(lab)), lab.reference))
    return Cause(CauseName.LEFTOVER_STATE, True, differing, at, text, fix(CauseName.LEFTOVER_STATE, None, SeedKey()))


def _paths(lab: Lab) -> frozenset[str]:
    left = (p.removeprefix("project/") for p in lab.reference.changed if p.startswith("project/"))
    return frozenset((*lab.project.files.paths, *left))


def found_there(notes: Notes, first: Run) -> list[str]:
    """Files that the first run left and that the second read, or added to, before it wrote them."""
    left = {p.removeprefix("project/") for p in first.changed}
    modes: dict[str, str] = {}
    for note in notes.raw:
        if note.get("note") == "open" and note.get("path") in left:
            modes.setdefault(str(note["path"]), str(note.get("mode")))
    return [path for path, mode in modes.items() if not mode.startswith(("w", "x"))]


def _reading_line(project: Project, paths: list[str]) -> tuple[Place | None, str]:
    """The first line that names one of them; else one that looks whether something is there."""
    for path in paths:
        name = PurePosixPath(path).name
        for source in project.program.sources:
            for number, line in enumerate(source.lines, 1):
                if name in line:
                    return source.place_of(number), line.strip()
    return first_line(CauseName.LEFTOVER_STATE, project)
