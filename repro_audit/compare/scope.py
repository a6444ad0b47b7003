"""What every comparison of two files needs besides the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .content import Budget, Content, Unreadable
from .ids import Renaming
from .model import Difference, Tolerance

DEEPEST = 5  # archives within archives


@dataclass(frozen=True, slots=True)
class Scope:
    """`inside` compares two members of an archive as if they were files; `renaming` is of the whole archive."""

    tolerance: Tolerance
    budget: Budget
    inside: Callable[[Content, Content, Scope], Difference]
    depth: int = 0
    renaming: Renaming = field(default_factory=Renaming)

    def member(self, first: Content, second: Content) -> Difference:
        if self.depth >= DEEPEST:
            raise Unreadable(f"archives nested more than {DEEPEST} deep")
        return self.inside(first, second, replace(self, depth=self.depth + 1))
