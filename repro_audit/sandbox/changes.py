"""The engine's record of what a container changed, and where of it is kept what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from tarfile import TarInfo
from typing import Any

from .copying import DEEPEST, PROJECT_TIME
from .layout import USUAL, Layout

MODIFIED, ADDED, DELETED = 0, 1, 2  # kinds in the record
ANY = -2  # a size that is not compared: that of a link
MANY = 40  # single files: above that one archive of everything costs less than one each


@dataclass(frozen=True, slots=True)
class Changes:
    """`taken` are the fewest paths that cover what was added or modified; `gone` the deleted ones."""

    taken: frozenset[str]
    gone: frozenset[str]
    layout: Layout = USUAL

    @classmethod
    def of(cls, record: Iterable[dict[str, Any]], layout: Layout = USUAL) -> Changes:
        """A new folder stands for all that is in it, a modified one for nothing but itself."""
        kinds = {str(r["Path"]): r["Kind"] for r in record}
        parents = {str(p) for path in kinds for p in PurePosixPath(path).parents}
        taken: set[str] = set()
        for path in sorted(p for p in kinds if kinds[p] != DELETED and _is_captured(p, layout)):
            is_only_on_the_way = kinds[path] == MODIFIED and path in parents
            if not is_only_on_the_way and not _is_below(path, taken):
                taken.add(path)
        return cls(frozenset(taken), frozenset(p for p in kinds if kinds[p] == DELETED), layout)

    @property
    def is_sayable(self) -> bool:
        """Whether every name came through: the record is text, and a name need not be."""
        return not any("\ufffd" in path for path in self.taken | self.gone)

    def archives(self) -> list[str]:
        """The paths to ask the engine for."""
        number = Counter(_base(path, self.layout) for path in self.taken)
        few = {path for path in self.taken if number[_base(path, self.layout)] <= MANY}
        return sorted(few | {base for base in self.layout.captured if number[base] > MANY})

    def place(self, below: str, name: str) -> str | None:
        """Where a member of the archive of a path in the folder `below` is kept; None for one that is not."""
        path = path_of(below, name)
        is_wanted = path in self.taken or _is_below(path, self.taken)
        return _kept_as(path, self.layout) if is_wanted else None

    def is_gone(self, path: str) -> bool:
        """Whether a path of the container was deleted."""
        return path in self.gone or _is_below(path, self.gone)

    def is_new(self, path: str, member: TarInfo) -> bool:
        return True


class Everything:
    """All there is, told apart by its time: for small projects, and where the record cannot be had.

    The engine compares the whole system for its record, which takes a second or more. The project's files come with
    a time of their own, so that whatever has another one was written by the run.
    """

    def __init__(self, known: Mapping[str, int], layout: Layout = USUAL) -> None:
        """`known` are the paths in the container that were there before, with their sizes."""
        self._known = known
        self._layout = layout
        self._seen: set[str] = set()

    @property
    def is_sayable(self) -> bool:
        return True

    def archives(self) -> list[str]:
        folders = set(self._layout.captured)
        return sorted(folder for folder in folders if not _is_below(folder, folders))

    def place(self, below: str, name: str) -> str | None:
        path = path_of(below, name)
        self._seen.add(path)
        return _kept_as(path, self._layout)

    def is_gone(self, path: str) -> bool:
        return path not in self._seen

    def is_new(self, path: str, member: TarInfo) -> bool:
        """Whether the run made it, or wrote to it; `path` is the one in the container."""
        is_as_before = int(member.mtime) == PROJECT_TIME and self._known.get(path, -1) in (member.size, ANY)
        return not is_as_before


def path_of(below: str, name: str) -> str:
    """A member's path in the container, empty for a name that claims to be elsewhere."""
    parts = PurePosixPath(name).parts
    is_honest = not (name.startswith("/") or ".." in parts or "\0" in name)
    return str(PurePosixPath(below, *parts)) if is_honest else ""


def _base(path: str, layout: Layout) -> str:
    """The captured folder that a path is in, or is."""
    return next((b for b in layout.captured if path == b or path.startswith(b + "/")), "")


def _is_captured(path: str, layout: Layout) -> bool:
    return _base(path, layout) not in ("", path)


def _kept_as(path: str, layout: Layout) -> str | None:
    """The name under which a path is kept; None for one that is in no captured folder, or lies too deep."""
    base = _base(path, layout)
    if base in ("", path) or path.count("/") - base.count("/") > DEEPEST:
        return None
    return layout.captured[base] + path[len(base) :]


def _is_below(path: str, folders: Iterable[str] | frozenset[str] | set[str]) -> bool:
    """Whether one of the folders holds the path."""
    return any(str(parent) in folders for parent in PurePosixPath(path).parents)
