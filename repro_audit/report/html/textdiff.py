"""Two texts side by side: the lines that differ with their neighbours, and in a line the words that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from .sources import LONGEST, cut

LINES = 400  # compared, from the first that differs on
ROWS = 60  # shown
AROUND = 2
LEAD = 40  # characters shown before the first that differs in a long line
_WORDS = re.compile(r"\w+|\s+|.")
MOST_WORDS = 120  # of a line; a longer one is marked whole

Words = tuple[tuple[str, bool], ...]  # (text, whether it differs)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of each side; a number of 0 where a side has none, `gap` where lines are left out."""

    left: int = 0
    right: int = 0
    first: Words = ()
    second: Words = ()
    differs: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class TextDifference:
    rows: tuple[Row, ...]
    is_cut: bool  # more differs than is shown


def side_by_side(first: str, second: str) -> TextDifference | None:
    """The first rows that differ; None where no line does."""
    one, two = first.split("\n"), second.split("\n")
    start = next((n for n, (a, b) in enumerate(zip_longest(one, two)) if a != b), None)
    if start is None:
        return None
    start = max(start - AROUND, 0)
    rows = list(_rows(one[start : start + LINES], two[start : start + LINES], start))
    is_cut = len(rows) > ROWS or max(len(one), len(two)) > start + LINES
    return TextDifference(tuple(rows[:ROWS]), is_cut)


def _rows(one: Sequence[str], two: Sequence[str], start: int) -> Iterator[Row]:
    for group in SequenceMatcher(None, one, two).get_grouped_opcodes(AROUND):
        if group[0][1] or group[0][3]:
            yield Row(gap=True)
        for tag, i, i_end, j, j_end in group:
            left, right = range(i, i_end), range(j, j_end)
            for a, b in zip_longest(left, right):
                yield _row(one, two, a, b, start, tag != "equal")


def _row(one: Sequence[str], two: Sequence[str], a: int | None, b: int | None, start: int, differs: bool) -> Row:
    left, right = _from_difference("" if a is None else one[a], "" if b is None else two[b], differs)
    if differs and a is not None and b is not None:
        first, second = _marked(left, right)
    else:
        first, second = ((left, False),), ((right, False),)
    numbers = [0 if n is None else start + n + 1 for n in (a, b)]
    return Row(numbers[0], numbers[1], first, second, differs)


def _from_difference(left: str, right: str, differs: bool) -> tuple[str, str]:
    """Both lines cut to what fits; where they part only later on, from shortly before that."""
    shorter = min(len(left), len(right))
    if not differs or shorter < LONGEST // 2 or left[: LONGEST // 2] != right[: LONGEST // 2]:
        return cut(left), cut(right)
    start = next((n for n, (a, b) in enumerate(zip(left, right)) if a != b), shorter) - LEAD
    return "…" + cut(left[start:]), "…" + cut(right[start:])


def _marked(left: str, right: str) -> tuple[Words, Words]:
    one, two = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(one), len(two)) > MOST_WORDS:
        return ((left, True),), ((right, True),)
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    first = tuple(("".join(one[i:i_end]), tag != "equal") for tag, i, i_end, _, _ in blocks if i_end > i)
    second = tuple(("".join(two[j:j_end]), tag != "equal") for tag, _, _, j, j_end in blocks if j_end > j)
    return first, second
