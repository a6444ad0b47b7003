"""The engine's record of what a container changed, and where of it is kept what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from .copying import DEEPEST
from .image import HOME, PROJECT

CAPTURED = {PROJECT: "project", HOME: "home", "/tmp": "tmp"}
MODIFIED, ADDED, DELETED = 0, 1, 2  # kinds in the record
MANY = 40  # single files: above that one archive of everything costs less than one each


@dataclass(frozen=True, slots=True)
class Changes:
    """`taken` are the fewest paths that cover what was added or modified; `gone` the deleted ones."""

    taken: frozenset[str]
    gone: frozenset[str]

    @classmethod
    def of(cls, record: Iterable[dict[str, Any]]) -> Changes:
        """A new folder stands for all that is in it, a modified one for nothing but itself."""
        kinds = {str(r["Path"]): r["Kind"] for r in record}
        parents = {str(p) for path in kinds for p in PurePosixPath(path).parents}
        taken: set[str] = set()
        for path in sorted(p for p in kinds if kinds[p] != DELETED and _base(p) and p not in CAPTURED):
            is_only_on_the_way = kinds[path] == MODIFIED and path in parents
            if not is_only_on_the_way and not _is_below(path, taken):
                taken.add(path)
        return cls(frozenset(taken), frozenset(p for p in kinds if kinds[p] == DELETED))

    def archives(self) -> list[str]:
        """The paths to ask the engine for."""
        number = Counter(_base(path) for path in self.taken)
        few = {path for path in self.taken if number[_base(path)] <= MANY}
        return sorted(few | {base for base in CAPTURED if number[base] > MANY})

    def place(self, below: str, name: str) -> str | None:
        """Where a member of the archive of a path in the folder `below` is kept; None for one that is not."""
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\0" in name:
            return None
        path = str(PurePosixPath(below, *parts))
        base = _base(path)
        is_wanted = base != "" and (path in self.taken or _is_below(path, self.taken))
        if not is_wanted or path in CAPTURED or path.count("/") - base.count("/") > DEEPEST:
            return None
        return CAPTURED[base] + path[len(base) :]

    def is_gone(self, path: str) -> bool:
        return path in self.gone or _is_below(path, self.gone)


def _base(path: str) -> str:
    """The captured folder that a path is in, or is."""
    return next((b for b in CAPTURED if path == b or path.startswith(b + "/")), "")


def _is_below(path: str, folders: Iterable[str] | frozenset[str] | set[str]) -> bool:
    """Whether one of the folders holds the path."""
    return any(str(parent) in folders for parent in PurePosixPath(path).parents)
