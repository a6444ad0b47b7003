"""The result object: what one audit found. Every renderer reads it; its JSON form is the contract for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from . import __version__
from .model import Answer, Evidence, Place, Star
from .text import clean

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver as of the day of the audit; an expired one has no effect."""

    reason: str
    until: str | None  # the last day it holds, ISO
    expired: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion with its answer."""

    id: str
    star: Star
    criterion: str  # the sentence that is true when it is met
    declared: Answer  # by reading
    answer: Answer  # final
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: str | None = None  # None where there is nothing to mend
    waived: Waived | None = None

    @property
    def is_set_aside(self) -> bool:
        """Waived today."""
        return self.waived is not None and not self.waived.expired

    @property
    def place(self) -> Place | None:
        """The first place that its evidence names."""
        return next((e.at for e in self.evidence if e.at), None)


@dataclass(frozen=True, slots=True)
class StarResult:
    star: Star
    earned: bool
    verified: bool
    judged: bool = True  # False where --select or --ignore left a criterion of it out


@dataclass(frozen=True, slots=True)
class Rank:
    """Stars from the first one on without a gap."""

    declared: int
    verified: int


@dataclass(frozen=True, slots=True)
class CommandResult:
    text: str
    argv: tuple[str, ...] | None
    cwd: str
    at: Place
    chosen: bool


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    root: str  # as it was given, or the address
    name: str
    commit: str | None = None
    dirty: bool = False
    web: str | None = None  # the address of the remote, as a browser takes it
    files: str = ""  # where links to files begin: "" for the project itself, or its files on the remote
    others: tuple[str, ...] = ()  # folders below the root that look like projects of their own
    prefix: str = ""  # where the root lies below the top of its repository, with a closing `/`
    committed: int | None = None  # when, in seconds since the epoch


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was found: what it is, a remark, and its place."""

    what: str
    note: str = ""
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A data table with its columns, as (name, kind)."""

    path: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StageRow:
    name: str
    command: str
    outputs: tuple[str, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class AppRow:
    kind: str
    start: str
    at: Place


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    orcid: str = ""  # four groups of four, without an address around them


@dataclass(frozen=True, slots=True)
class Citation:
    """What the project asks to cite; empty where it does not say."""

    title: str = ""
    authors: tuple[Author, ...] = ()
    reference: str = ""  # an address


@dataclass(frozen=True, slots=True)
class Found:
    """The facts that a report shows, beyond the answers."""

    why_chosen: str = ""
    configuration: tuple[Row, ...] = ()
    seeds: tuple[Row, ...] = ()
    data: tuple[Row, ...] = ()
    structure: tuple[Row, ...] = ()
    tables: tuple[TableRow, ...] = ()
    stages: tuple[StageRow, ...] = ()
    packages: tuple[Row, ...] = ()
    images: tuple[Row, ...] = ()
    languages: tuple[Row, ...] = ()
    hardware: tuple[Row, ...] = ()
    apps: tuple[AppRow, ...] = ()
    recorders: tuple[Row, ...] = ()
    license: str | None = None  # the file that states it
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file as it is shown, and whether it is the one that a place names."""

    number: int
    text: str
    is_it: bool


@dataclass(frozen=True, slots=True)
class Result:
    project: ProjectInfo
    rank: Rank
    stars: tuple[StarResult, ...]
    criteria: tuple[Criterion, ...]
    commands: tuple[CommandResult, ...] = ()
    uses: tuple[str, ...] = ()
    found: Found = field(default_factory=Found)
    experiments: tuple[Mapping[str, Any], ...] = ()
    baseline: Mapping[str, Any] | None = None  # what became of an earlier state, where one was asked for
    excerpts: Mapping[Place, tuple[Line, ...]] = field(default_factory=dict)  # of a clone, which is gone when shown

    def criterion(self, id: str) -> Criterion | None:
        return next((c for c in self.criteria if c.id == id), None)

    def of(self, star: Star) -> tuple[Criterion, ...]:
        """The criteria of one star."""
        return tuple(c for c in self.criteria if c.star is star)

    @property
    def chosen(self) -> tuple[CommandResult, ...]:
        return tuple(c for c in self.commands if c.chosen)


def to_json(results: Sequence[Result]) -> str:
    """One document: the result itself, or for several projects an object that lists them as `results`."""
    if len(results) == 1:
        document = to_dict(results[0])
    else:
        document = {"format": FORMAT, "program": PROGRAM, "results": [to_dict(r) for r in results]}
    return json.dumps(_cleaned(document), indent=2, ensure_ascii=False) + "\n"


PROGRAM = {"name": "repro-audit", "version": __version__}


def to_dict(result: Result) -> dict[str, Any]:
    """The JSON form of one result; keys in a fixed order."""
    project = result.project
    return {
        "format": FORMAT,
        "program": PROGRAM,
        "project": {
            "root": project.root, "commit": project.commit, "dirty": project.dirty, "others": list(project.others),
        },
        "rank": {"declared": result.rank.declared, "verified": result.rank.verified},
        "stars": [
            {"star": s.star.value, "name": s.star.title, "earned": s.earned, "verified": s.verified, "judged": s.judged}
            for s in result.stars
        ],
        "criteria": [_criterion(c) for c in result.criteria],
        "commands": [
            {"text": c.text, "argv": None if c.argv is None else list(c.argv), "cwd": c.cwd, "source": _place(c.at),
             "chosen": c.chosen}
            for c in result.commands
        ],
        "uses": list(result.uses),
        "experiments": [dict(e) for e in result.experiments],
        **({} if result.baseline is None else {"baseline": dict(result.baseline)}),
    }  # fmt: skip


def schema() -> str:
    """The JSON Schema of the result, as it ships with the package."""
    return files("repro_audit").joinpath("schema.json").read_text("utf-8")


def _criterion(criterion: Criterion) -> dict[str, Any]:
    waived = criterion.waived
    return {
        "id": criterion.id,
        "star": criterion.star.value,
        "answer": str(criterion.answer),
        "declared": str(criterion.declared),
        "message": criterion.message,
        "evidence": [_evidence(e) for e in criterion.evidence],
        "fix": criterion.fix,
        "waived": waived and {"reason": waived.reason, "until": waived.until, "expired": waived.expired},
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    if evidence.at is None:
        return {"experiment": evidence.experiment} if evidence.experiment else {"text": evidence.text}
    return {**_place(evidence.at), "text": evidence.text}


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, (list, tuple)) else value
