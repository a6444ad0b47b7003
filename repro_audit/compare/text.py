"""Text and logs, line by line: words must be the same, numbers are compared, and times are masked in pairs."""

from __future__ import annotations

import re
from itertools import zip_longest

from . import masks
from .content import WHOLE, Content
from .model import Difference
from .scope import Scope
from .tally import Tally, short

LONGEST = 100_000  # characters of a line that are looked at by meaning
ENOUGH = 1_000  # real differences after which the rest is not looked at
# What a library says only where its start, or its end, takes long; another run may not.
SLOW = re.compile(
    r"^(?:\S+ ?)?Matplotlib is building the font cache; this may take a moment\.$|"
    r"^[\d:.]+ \| (?:WARNING|ERROR) +\| (?:EventsWorker - Still processing items|asyncio - Task was destroyed)\b.*$|"
    r"^(?:ending name=|task: <Task ).*\bAsyncAdapt_aiosqlite_connection\b.*$",  # Prefect's server, in haste
    re.MULTILINE,
)
_SPACES = re.compile(r"\s+")
_CLOCK = re.compile(r"\[[^\]\n]{0,30}\d{1,2}:\d{2}:\d{2}[^\]\n]{0,12}\]")


def compare_text(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    if max(first.size, second.size) > WHOLE:
        tally.remarks.append(f"only the first {WHOLE >> 20} MB were compared by meaning")
        tally.differ("", "too large to tell whether all that differs is times and durations")
    compare_lines(tally, decoded(first.read(0, WHOLE)), decoded(second.read(0, WHOLE)))
    return tally.result("only line ends or spacing differ")


def decoded(data: bytes) -> str:
    """Text in whatever encoding; bytes that are none are kept apart from each other."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "backslashreplace")
    return data.decode("utf-8-sig", "surrogateescape")


def compare_lines(tally: Tally, first: str, second: str, where: str = "") -> None:
    first, second = first.replace("\r\n", "\n"), second.replace("\r\n", "\n")
    one, two = _lines(first), _lines(second)
    if len(one) != len(two) and SLOW.search(first + second):
        one, two = ([line for line in lines if not SLOW.match(line)] for lines in (one, two))
        tally.masked(masks.SLOW_START)
    if len(one) != len(two):
        _count_lines(tally, one, two, where)
    elif _is_reordered(one, two):
        tally.differ(where, "the same lines in another order")
        return
    if "\r" in first + second and one == two:
        tally.masked(masks.PROGRESS)
    start = tally.counts.total()
    for number, (left, right) in enumerate(zip_longest(one, two), 1):
        if left == right:
            continue
        if left is None or right is None or tally.counts.total() - start > ENOUGH:
            break
        compare_line(tally, left, right, f"{where} line {number}".strip())


def _lines(text: str) -> list[str]:
    """Lines as a terminal would leave them: of what a progress bar overwrote, only the last state."""
    return [_last_state(line) for line in text.split("\n")] if "\r" in text or "\b" in text else text.split("\n")


def _last_state(line: str) -> str:
    states = [state for state in re.split(r"[\r\b]+", line) if state.strip()]
    return states[-1] if states else ""


def _count_lines(tally: Tally, one: list[str], two: list[str], where: str) -> None:
    least = min(len(one), len(two))
    extra = next((line for line in (one if len(one) > len(two) else two)[least:] if line.strip()), "")
    if not extra and one[:least] == two[:least]:
        tally.masked(masks.SPACING)
        return
    tally.differ(where, f"{len(one)} lines != {len(two)} lines")


def _is_reordered(one: list[str], two: list[str]) -> bool:
    return one != two and sorted(one) == sorted(two)


def compare_line(tally: Tally, left: str, right: str, where: str) -> None:
    """Both sides piece by piece, as long as the pieces are of the same kinds."""
    tally.step()
    if max(len(left), len(right)) > LONGEST:
        tally.differ(where, "a line too long to compare by meaning")
        return
    left, right = _without_clock(tally, left, right), _without_clock(tally, right, left)
    one, two = masks.tokens(left), masks.tokens(right)
    if [kind for kind, _ in one] != [kind for kind, _ in two] or not _same_words(one, two):
        tally.differ(where, f"{short(left)} != {short(right)}")
        return
    for position, ((kind, a), (_, b)) in enumerate(zip(one, two, strict=True)):
        if a != b:
            _compare_piece(tally, kind, a, b, _label(one, position, where))


def _without_clock(tally: Tally, line: str, other: str) -> str:
    """A log may leave out a time that equals the one above it: then blanks stand there in one run only."""
    clock = _CLOCK.match(line)
    if not clock or not other[: clock.end()].isspace() or len(other) < clock.end():
        return line
    tally.masked(masks.TIMESTAMPS)
    return " " * clock.end() + line[clock.end() :]


def _same_words(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> bool:
    return all(kind or _squeezed(a) == _squeezed(b) for (kind, a), (_, b) in zip(one, two, strict=True))


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text)


def _compare_piece(tally: Tally, kind: str, one: str, two: str, where: str) -> None:
    if not kind:
        tally.masked(masks.SPACING)
    elif kind == masks.NUMBER:
        compare_numerals(tally, where, one, two)
    else:
        tally.masked(kind, where, one, two)


def compare_numerals(tally: Tally, where: str, one: str, two: str) -> None:
    """Two numbers as they are written; 1 and 1.0 are the same number."""
    left, right = value_of(one), value_of(two)
    if left is None or right is None:
        tally.differ(where, f"{short(one)} != {short(two)}")
    elif left == right or (left != left and right != right):
        tally.masked("the ways numbers are written")
    else:
        tally.number(where, left, right)


def value_of(text: str) -> float | None:
    """The number that a text is, whole numbers exactly; None for anything else."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


_WORD = re.compile(r"([A-Za-z_][\w./-]*)\W*$")


def _label(pieces: list[tuple[str, str]], position: int, where: str) -> str:
    """`line 3 loss` for a number that follows the word `loss`."""
    before = pieces[position - 1] if position else ("x", "")
    word = _WORD.search(before[1][-80:]) if not before[0] else None
    return f"{where} {word[1]}" if word else where
