"""What is wrong, as a list of places: the one form that SARIF, annotations and Code Quality are written from.

A criterion that is not met, a parameter that changes nothing, and a confirmed cause of a difference are problems.
What only a run can tell is none before there was one. Paths are relative to the top of the repository, since that
is where forges look for them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ..model import Answer, Evidence, Place
from ..result import Criterion, Result
from ..score import holds
from ..text import shorten
from .told import Told

MOST_PLACES = 10  # of one criterion, beside the first
LONGEST_TEXT, LONGEST_LINE = 900, 200  # characters
NOWHERE = Place("README.md")  # forges refuse a problem without a file; this is where it would be mended
DEAD = "dead-parameter"
CAUSE = "cause-"


class Severity(Enum):
    """How bad it is, worst first."""

    ERROR = "error"  # nothing is there, or a run showed the opposite
    WARNING = "warning"  # something is there, and a reader still has to guess
    NOTE = "note"  # it cannot be told

    @property
    def turn(self) -> int:
        return list(Severity).index(self)


SEVERITIES = {Answer.REFUTED: Severity.ERROR, Answer.NO: Severity.ERROR, Answer.PARTIAL: Severity.WARNING}


@dataclass(frozen=True, slots=True)
class Spot:
    """A line that a reader can open."""

    at: Place  # from the top of the repository
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where something is to be mended; texts but paths are on one line, without control characters."""

    rule: str  # a criterion, `dead-parameter`, or `cause-` and the name of a cause
    severity: Severity
    message: str
    fix: str
    at: Place
    line: str = ""  # what stands there
    fingerprint: str = ""
    related: tuple[Spot, ...] = ()
    answer: str = ""
    declared: str = ""
    waiver: str | None = None  # the reason, where it is waived today
    is_further: bool = False  # more evidence of the problem before it

    @property
    def told(self) -> str:
        """What is wrong and what to do, as sentences."""
        return f"{self.message.removesuffix('.')}. {self.fix}" if self.fix else self.message


def by_project(results: Sequence[Result]) -> list[list[Problem]]:
    """Of each project, in the order of the scale; each with a name that moved lines do not change."""
    seen: Counter[tuple[str, ...]] = Counter()
    return [[_named(p, seen) for p in _of(result)] for result in results]


def to_mend(results: Sequence[Result]) -> list[Problem]:
    """Those of all projects in one list, each once, without what is waived.

    A cause stands beside the criterion that tells of it in SARIF alone: elsewhere one line gets one word.
    """
    found = [p for own in by_project(results) for p in own if not p.is_further and p.waiver is None]
    told = {p.at for p in found if p.answer == Answer.REFUTED.value}
    return [p for p in found if not (p.rule.startswith(CAUSE) and p.at in told)]


def _named(problem: Problem, seen: Counter[tuple[str, ...]]) -> Problem:
    """By what stands at the place and not where: equal lines of a file are told apart by their order."""
    key = (problem.rule, problem.at.path, " ".join(problem.line.split()))
    seen[key] += 1
    text = "\0".join((*key, str(seen[key])))
    name = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return replace(problem, fingerprint=name)


def _of(result: Result) -> Iterator[Problem]:
    for criterion in result.criteria:
        if not holds(criterion):
            yield from _unmet(criterion, result)
    yield from _dead(result)
    yield from _causes(result)


def _unmet(criterion: Criterion, result: Result) -> Iterator[Problem]:
    """The first place is the one to begin at. A further one is a note: it may show what is right beside it."""
    answer = criterion.declared if criterion.answer is Answer.INCONCLUSIVE else criterion.answer
    waived = criterion.waived if criterion.is_set_aside else None
    places = _places(criterion.evidence, result) or [_somewhere(result)]
    first, further = places[0], tuple(places[1 : MOST_PLACES + 1])
    found = Problem(
        criterion.id, SEVERITIES.get(answer, Severity.NOTE), shorten(criterion.message, LONGEST_TEXT),
        shorten(criterion.fix or "", LONGEST_TEXT), first.at, first.text, related=further,
        answer=str(criterion.answer), declared=str(criterion.declared),
        waiver=shorten(waived.reason, LONGEST_LINE) if waived else None,
    )  # fmt: skip
    yield found
    for spot in further:
        told = shorten(f"Further evidence of: {criterion.message}", LONGEST_TEXT)
        yield replace(
            found, severity=Severity.NOTE, message=told, fix="", at=spot.at, line=spot.text, related=(first,),
            is_further=True,
        )  # fmt: skip


def _places(evidence: Sequence[Evidence], result: Result) -> list[Spot]:
    """What a reader can open, each line once."""
    found: dict[Place, Spot] = {}
    for one in evidence:
        if one.at is not None:
            found.setdefault(one.at, Spot(_from_top(one.at, result), shorten(one.text, LONGEST_LINE)))
    return list(found.values())


def _from_top(at: Place, result: Result) -> Place:
    return Place(result.project.prefix + at.path, at.line)


def _somewhere(result: Result) -> Spot:
    """Where a reader begins: the command of the main experiment, or the page that should state it."""
    stated = next(iter(result.chosen or result.commands), None)
    at = _from_top(stated.at if stated else NOWHERE, result)
    return Spot(at, shorten(stated.text, LONGEST_LINE) if stated else "")


def _dead(result: Result) -> Iterator[Problem]:
    """Parameters of which another value changed nothing."""
    for told in result.experiments:
        if told.get("outcome") != "dead":
            continue
        name = shorten(str(told.get("parameter") or told["id"]), LONGEST_LINE)
        said = shorten(str(told.get("reason") or ""), LONGEST_TEXT)
        fix = f"Read {name} where the program uses its value, or take it out of the file."
        where = _told_place(told, result) or _file_of(told, result)
        yield Problem(DEAD, Severity.WARNING, f"{name} changes nothing: {said or 'another value gave the same run'}",
                      fix, where, name, answer="dead")  # fmt: skip


def _causes(result: Result) -> Iterator[Problem]:
    """Causes that an experiment confirmed, each line once whichever experiments met it."""
    met: set[tuple[str, Place]] = set()
    for told in result.experiments:
        for cause in told.get("causes") or ():
            name, at = str(cause.get("cause")), _told_place(cause, result)
            if not cause.get("confirmed") or at is None or (name, at) in met:
                continue
            met.add((name, at))
            outputs = [str(o) for o in cause.get("outputs") or ()]
            message = f"{_shown(outputs)} from run to run because of {name.replace('-', ' ')}"
            yield Problem(CAUSE + name, Severity.ERROR, shorten(message, LONGEST_TEXT),
                          shorten(str(cause.get("fix") or ""), LONGEST_TEXT), at,
                          shorten(str(cause.get("text") or ""), LONGEST_LINE), answer="confirmed")  # fmt: skip


def _shown(outputs: Sequence[str]) -> str:
    names = ", ".join(outputs[:3]) + (", ..." if len(outputs) > 3 else "")
    return f"{names or 'an output'} {'differ' if len(outputs) > 1 else 'differs'}"


def _told_place(told: Told, result: Result) -> Place | None:
    path, line = told.get("path"), told.get("line")
    return _from_top(Place(str(path), line), result) if path else None


def _file_of(told: Told, result: Result) -> Place:
    """The file of a parameter that is named `FILE:key`."""
    file = str(told.get("parameter") or "").partition(":")[0]
    return _from_top(Place(file) if file else NOWHERE, result)
