"""What the probe noted in a run. The notes are a stranger's text: bounded, and only names of the project count."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Place
from ..text import one_line
from .model import CauseName

MOST_FILES, MOST_BYTES = 2000, 16 * 1024 * 1024
MOST_NOTES = 50_000
LONGEST = 300  # characters of a text
_CAUSES = {c.value: c for c in CauseName}
_LAST_LINE = 100_000_000


@dataclass(frozen=True, slots=True)
class Touch:
    """The project's line that first touched a source of nondeterminism; `at` is None where none was on the stack.

    In a notebook the line counts from the beginning of the cell.
    """

    cause: CauseName
    at: Place | None
    what: str = ""
    text: str = ""
    cell: int | None = None
    is_importing: bool = False  # an import statement lies between the project's line and the draw


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
    """The notes that a run left, in the order of its processes; what makes no sense is passed over."""
    raw = tuple(_notes(folder))
    known = paths if isinstance(paths, (set, frozenset)) else frozenset(paths)
    found: dict[str, list[dict[str, Any]]] = {}
    for note in raw:
        found.setdefault(str(note.get("note")), []).append(note)
    touches = [t for n in found.get("touch", ()) if (t := _touch(n, known))]
    seeded = [t for n in found.get("seeded", ()) if (t := _touch(n, known))]
    keys = [k for kind in ("read-key", "option") for n in found.get(kind, ()) if (k := _key(n, known))]
    return Notes(
        tuple(dict.fromkeys(touches)), tuple(dict.fromkeys(keys)),
        frozenset(_path(n.get("file"), known) for n in found.get("unsure-keys", ())) - {""},
        frozenset(_path(n.get("path"), known) for n in found.get("open", ())) - {""},
        tuple(dict.fromkeys(seeded)), raw, bool(raw),
    )  # fmt: skip


def _notes(folder: Path) -> Iterator[dict[str, Any]]:
    budget, count = MOST_BYTES, 0
    for file in _files(folder):
        data = _bytes(file, budget)
        budget -= len(data)
        for line in data.splitlines():
            note = _parsed(line)
            if note is not None:
                yield note
                count += 1
            if count >= MOST_NOTES:
                return
        if budget <= 0:
            return


def _files(folder: Path) -> list[Path]:
    """By process id, which grows with time; the name is `PID-COUNTER.jsonl`."""
    try:
        names = [n for n in os.listdir(folder) if n.endswith(".jsonl")]
    except OSError:
        return []
    return [folder / n for n in sorted(names, key=_age)[:MOST_FILES]]


def _age(name: str) -> tuple[tuple[int, ...], str]:
    return tuple(int(number[:12]) for number in re.findall(r"[0-9]+", name)[:2]), name


def _bytes(file: Path, most: int) -> bytes:
    """No link is followed, and nothing but a plain file is read."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return b""
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError:
        return b""


def _parsed(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        note = json.loads(line.decode("utf-8", "replace"))
        return note if isinstance(note, dict) else None
    return None


def _touch(note: dict[str, Any], known: Collection[str]) -> Touch | None:
    cause = _CAUSES.get(str(note.get("cause")))
    if cause is None:
        return None
    return Touch(
        cause, _place(note, known), _text(note.get("what")), _text(note.get("text")), _number(note.get("cell"), 0),
        note.get("importing") is True,
    )  # fmt: skip


def _key(note: dict[str, Any], known: Collection[str]) -> KeyRead | None:
    """An option is a key of the file that asks for it."""
    at = _place(note, known)
    key = _text(note.get("key") or note.get("option"))
    file = _path(note.get("file"), known) or (at.path if at and note.get("note") == "option" else "")
    return KeyRead(file, key, at) if key and file else None


def _place(note: dict[str, Any], known: Collection[str]) -> Place | None:
    path = _path(note.get("path"), known)
    return Place(path, _number(note.get("line"), 1)) if path else None


def _path(value: Any, known: Collection[str]) -> str:
    return value if isinstance(value, str) and value in known else ""


def _number(value: Any, least: int) -> int | None:
    return value if type(value) is int and least <= value <= _LAST_LINE else None


def _text(value: Any) -> str:
    return one_line(value[:LONGEST]) if isinstance(value, str) else ""
