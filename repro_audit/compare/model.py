"""The words of a comparison: how alike two things are, in a tree with one sentence per node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatch


class Likeness(str, Enum):
    """How alike two things are, from the best to the worst."""

    IDENTICAL = "identical"  # same bytes
    EQUIVALENT = "equivalent"  # other bytes of the same meaning: times in an archive, generated ids, dates, addresses
    CLOSE = "close"  # numbers within the tolerance that was stated
    DIFFERENT = "different"  # something else
    ONLY_FIRST = "only-first"  # the second run left nothing of this name
    ONLY_SECOND = "only-second"  # the first run left nothing of this name

    def __str__(self) -> str:
        return self.value

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]

    @property
    def is_same(self) -> bool:
        """Whether a reader would say that both runs gave the same: all but real differences."""
        return self in (Likeness.IDENTICAL, Likeness.EQUIVALENT, Likeness.CLOSE)


_SENTENCES = {
    Likeness.IDENTICAL: "the same bytes",
    Likeness.EQUIVALENT: "other bytes, the same meaning",
    Likeness.CLOSE: "numbers differ within the stated tolerance",
    Likeness.DIFFERENT: "the meaning differs",
    Likeness.ONLY_FIRST: "only in the first",
    Likeness.ONLY_SECOND: "only in the second",
}
_RANK = {likeness: rank for rank, likeness in enumerate(Likeness)}


def renamed(other: str) -> str:
    """What is said of a part that has another name in the second."""
    return f"named {other} in the second"


def is_renamed(why: str) -> bool:
    """Whether that was said."""
    return why.startswith("named ") and " in the second" in why


def worst(likenesses: Iterator[Likeness]) -> Likeness:
    """The verdict on a whole, from its parts: a part that one side lacks makes the whole different."""
    rank = max((_RANK[likeness] for likeness in likenesses), default=0)
    return list(Likeness)[min(rank, _RANK[Likeness.DIFFERENT])]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Numbers are close when `|a - b| <= absolute + relative * max(|a|, |b|)`; none by default."""

    relative: float = 0.0
    absolute: float = 0.0

    def allows(self, distance: float, magnitude: float) -> bool:
        return distance <= self.absolute + self.relative * magnitude


@dataclass(frozen=True, slots=True)
class Tolerances:
    """One tolerance for all files, and others for those that match a glob; the first match counts."""

    everywhere: Tolerance = Tolerance()
    patterns: tuple[tuple[str, Tolerance], ...] = ()

    def at(self, path: str) -> Tolerance:
        return next((found for pattern, found in self.patterns if fnmatch(path, pattern)), self.everywhere)


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest difference between two numbers; `ulps` counts the floats that lie between them."""

    absolute: float
    relative: float
    ulps: int | None = None
    at: str = ""

    def __str__(self) -> str:
        ulps = f", {self.ulps} ULP" if self.ulps is not None and self.ulps <= 1000 else ""
        return f"{self.absolute:.3g} (relative {self.relative:.2g}{ulps})"


@dataclass(frozen=True, slots=True)
class Difference:
    """One node of the tree: a folder, a file, or a place within a file.

    `other_name` is the name in the second where two names were paired, such as two folders named
    after the time of the run. `remarks` say what kept the comparison from looking closer.
    """

    name: str
    likeness: Likeness
    why: str = ""
    details: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()
    largest: Gap | None = None
    other_name: str | None = None
    is_folder: bool = False

    def files(self, parent: str = "") -> Iterator[tuple[str, Difference]]:
        """Every file with its path in the first (in the second where the first has none)."""
        path = f"{parent}/{self.name}" if parent else self.name
        if not self.is_folder:
            yield path, self
            return
        for child in self.details:
            yield from child.files("" if path == "." else path)
