"""Which of many things that were changed at once make a run differ: by halves, then each one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .search import Exhausted

T = TypeVar("T")


@dataclass
class Split(Generic[T]):
    """`alone` makes the difference by itself, a group of `together` only as a whole; `open` was not looked into."""

    alone: list[T] = field(default_factory=list)
    together: list[tuple[T, ...]] = field(default_factory=list)
    open: list[T] = field(default_factory=list)


def split(changed: Sequence[T], is_bad: Callable[[Sequence[T]], bool]) -> Split[T]:
    """`changed` as a whole is known to be bad. What runs out of budget is left open."""
    found: Split[T] = Split()
    groups: list[Sequence[T]] = _halves(changed) if len(changed) > 1 else [changed]
    whole = changed
    try:
        _look_into(whole, groups, is_bad, found)
    except Exhausted:
        judged = {id(t) for t in found.alone} | {id(t) for g in found.together for t in g}
        found.open = [t for t in changed if id(t) not in judged]
    return found


def _look_into(
    whole: Sequence[T], groups: Sequence[Sequence[T]], is_bad: Callable[[Sequence[T]], bool], found: Split[T]
) -> None:
    bad = [group for group in groups if is_bad(group)]
    if not bad:
        found.together.append(tuple(whole))
    for group in bad:
        if len(group) == 1:
            found.alone.append(group[0])
        else:
            _look_into(group, _halves(group), is_bad, found)


def _halves(things: Sequence[T]) -> list[Sequence[T]]:
    middle = (len(things) + 1) // 2
    return [things[:middle], things[middle:]]
