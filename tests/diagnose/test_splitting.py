"""Which of many changes matters, found with few runs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from repro_audit.diagnose.search import Exhausted
from repro_audit.diagnose.splitting import split

CHANGES = tuple("abcdefghijkl")


@pytest.mark.parametrize("bad", ["a", "l", "ag", "abc", "bgl", "abcdefghijkl"])
def test_each_change_that_matters_alone_is_found(bad: str) -> None:
    found = split(CHANGES, lambda some: bool(set(some) & set(bad)))
    assert sorted(found.alone) == sorted(bad) and not found.together and not found.open


def test_one_of_twelve_takes_few_runs() -> None:
    asked: list[Sequence[str]] = []

    def is_bad(some: Sequence[str]) -> bool:
        asked.append(some)
        return "e" in some

    split(CHANGES, is_bad)
    assert len(asked) <= 8


def test_two_that_matter_only_together_are_told_as_a_group() -> None:
    found = split(CHANGES, lambda some: {"a", "l"} <= set(some))
    assert found.together == [CHANGES] and not found.alone


def test_what_the_budget_cuts_is_left_open() -> None:
    runs = iter(range(3))

    def is_bad(some: Sequence[str]) -> bool:
        if next(runs, None) is None:
            raise Exhausted
        return "a" in some

    found = split(CHANGES, is_bad)
    assert not found.alone and "a" in found.open
