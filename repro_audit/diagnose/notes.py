"""What the probe noted in a run. The notes are a stranger's text: bounded, and only names of the project count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Place
from .model import CauseName

MOST_FILES, MOST_BYTES = 2000, 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Touch:
    """The project's line that first touched a source of nondeterminism; `at` is None where none was on the stack."""

    cause: CauseName
    at: Place | None
    what: str = ""
    text: str = ""
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRead:
    """A key of a configuration file, or an option, whose value the run read."""

    file: str
    key: str
    at: Place | None = None


@dataclass(frozen=True)
class Notes:
    """What was seen; `is_there` is False where no probe spoke (another language, another interpreter)."""

    touches: tuple[Touch, ...] = ()
    keys: tuple[KeyRead, ...] = ()
    unsure: frozenset[str] = frozenset()  # configuration files whose keys could not be watched
    opened: frozenset[str] = frozenset()  # files of the project
    seeded: tuple[Touch, ...] = ()
    raw: tuple[dict[str, Any], ...] = ()
    is_there: bool = False


def read_notes(folder: Path, paths: Iterable[str]) -> Notes:
    """The notes that a run left."""
    return Notes()
