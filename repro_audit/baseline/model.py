"""Two sides of a comparison, and what became of one on the way to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..model import Place
from ..result import Criterion, Rank, Result

Lines = Callable[[str], "list[str] | None"]  # the lines of a file by its path, None where it is not there


def no_lines(path: str) -> list[str] | None:
    """For a side of which only the result is left."""
    return None


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a project: its answers, what its runs found, and its files as far as they are known."""

    rank: Rank
    criteria: tuple[Criterion, ...]
    experiments: tuple[Mapping[str, Any], ...] = ()
    commit: str | None = None
    has_files: bool = False
    lines: Lines = no_lines
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, result: Result, lines: Lines = no_lines, notes: tuple[str, ...] = ()) -> Side:
        return cls(
            result.rank, result.criteria, tuple(result.experiments), result.project.commit, lines is not no_lines,
            lines, notes,
        )  # fmt: skip

    @property
    def has_run(self) -> bool:
        return bool(self.experiments)


class Change(Enum):
    """What became of a criterion."""

    WORSE = "worse"
    WAIVED = "worse, but waived"
    UNTOLD = "cannot be told any more"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Reason:
    """A line that the change brought (`is_now`) or took away."""

    at: Place
    text: str
    is_now: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.at.path, "line": self.at.line, "text": self.text, "side": "now" if self.is_now else "before",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """A criterion whose answer is another one."""

    before: Criterion
    now: Criterion
    change: Change
    because: tuple[Reason, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.now.id, "star": self.now.star.value, "from": str(self.before.answer),
            "to": str(self.now.answer), "change": self.change.value, "message": self.now.message, "fix": self.now.fix,
            "because": [r.to_dict() for r in self.because],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the change did, and `by_runs` whether what was run on both sides took part."""

    source: str  # as the user named the earlier state
    before: Side
    by_runs: bool
    lost: tuple[int, ...]  # stars
    won: tuple[int, ...]
    criteria: tuple[Changed, ...]
    causes: tuple[Mapping[str, Any], ...] = ()  # confirmed ones that were not there before
    dead: tuple[Mapping[str, Any], ...] = ()  # parameters that no longer change anything
    notes: tuple[str, ...] = ()

    @property
    def is_worse(self) -> bool:
        """A waiver is a decision and no regression, and neither is what cannot be told."""
        return bool(self.causes or self.dead) or any(c.change is Change.WORSE for c in self.criteria)

    def to_dict(self) -> dict[str, Any]:
        """The form of the result's JSON."""
        return {
            "source": self.source,
            "commit": self.before.commit,
            "compared": "runs" if self.by_runs else "reading",
            "rank": {"declared": self.before.rank.declared, "verified": self.before.rank.verified},
            "stars": {"lost": list(self.lost), "won": list(self.won)},
            "criteria": [c.to_dict() for c in self.criteria],
            "causes": [dict(c) for c in self.causes],
            "dead": [dict(d) for d in self.dead],
            "notes": list(self.notes),
            "regression": self.is_worse,
        }
