"""The words everyone shares. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[float]:
    """Whether people would call it one: to Python, True and False are whole numbers too."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Answer(str, Enum):
    """How a criterion is answered; the first five by reading, the rest by an experiment."""

    YES = "yes"  # met, and the place that shows it is named
    PARTIAL = "partial"  # something is there, but a reader still has to guess, ask or fill in
    NO = "no"  # nothing is there
    NA = "na"  # does not apply to this project
    UNKNOWN = "unknown"  # reading cannot tell; the message says why
    VERIFIED = "verified"  # an experiment showed it
    REFUTED = "refuted"  # an experiment showed the opposite of what the files declare
    INCONCLUSIVE = "inconclusive"  # the experiment could not finish; the message says why

    def __str__(self) -> str:
        return self.value

    @property
    def is_met(self) -> bool:
        return self in (Answer.YES, Answer.VERIFIED)

    @property
    def applies(self) -> bool:
        return self is not Answer.NA


class Star(Enum):
    """The five levels of the scale, in the order of its pyramid."""

    CODE = 1
    CONFIGURATION = 2
    DATA = 3
    ENVIRONMENT = 4
    EVALUATION = 5

    @property
    def title(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a path relative to the project's root, and a line counted from 1.

    In a notebook the line is the line of the .ipynb file itself, so that an editor opens it.
    """

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader can open (a place and the text that stands there) or repeat (an experiment)."""

    text: str = ""
    at: Place | None = None
    experiment: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer to its criterion; `fix` replaces the rule's general advice where it can be precise."""

    answer: Answer
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """What the project's settings say of the project, so that nothing has to be guessed."""

    command: str | None = None  # the main experiment, as a shell would take it
    outputs: tuple[str, ...] = ()  # globs of files that a run writes
    data: tuple[str, ...] = ()  # folders and files that the main experiment reads
    configuration: tuple[str, ...] = ()  # the configuration files
    ignored: tuple[str, ...] = ()  # globs of paths that are not part of the project
    tolerances: tuple[tuple[str, float, float], ...] = ()  # (glob of outputs, relative, absolute)
