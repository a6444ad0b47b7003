"""A project as it would be with a patch applied, so that it can be judged before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..facts.files import MAX_TEXT, Tree
from ..project import Project


@dataclass(frozen=True)
class Overlay(Tree):
    """The files of a tree, with some of them laid over by other content."""

    laid: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        below = Tree(self.root, self.repository, self.ignored).paths
        return tuple(sorted({*below, *self.laid}))

    def size(self, path: str) -> int:
        return len(self.laid[path]) if path in self.laid else super().size(path)

    def open_bytes(self, path: str, limit: int = MAX_TEXT) -> bytes | None:
        return self.laid[path][:limit] if path in self.laid else super().open_bytes(path, limit)


@dataclass(frozen=True)
class Patched(Project):
    """A project with a patch that is not written yet."""

    laid: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def files(self) -> Tree:
        return Overlay(self.root, self.repository, self.hints.ignored, laid=self.laid)
