"""Which changed lines an answer rests on: the evidence of either side that the other side does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from ..facts.files import Tree
from ..model import Evidence, Place
from ..result import Criterion
from .model import Lines, Reason, Side

MOST_REASONS = 3  # shown for one criterion
MOST_LINES = 6000  # of a file whose order is compared; of a longer one only which lines there are


def lines_of(folder: Path) -> Lines:
    """Reads files of a tree without following a link out of it, each once."""
    tree = Tree(folder)
    kept: dict[str, list[str] | None] = {}

    def lines(path: str) -> list[str] | None:
        if path not in kept:
            data = tree.open_bytes(path)
            kept[path] = None if data is None else data.decode("utf-8", "replace").splitlines()
        return kept[path]

    return lines


def reasons(earlier: Criterion, later: Criterion, before: Side, now: Side) -> tuple[Reason, ...]:
    """What was taken away, then what came; nothing where only a result is left of the earlier side.

    The evidence of the better answer shows what it rested on, that of the other often no more than where to look:
    of it only what stands in the same files counts, where there is any.
    """
    if not (before.has_files and now.has_files):
        return ()
    gone = list(_only_in(earlier.evidence, before, now, is_now=False))
    came = list(_only_in(later.evidence, now, before, is_now=True))
    if gone and earlier.answer.is_met:
        came = _beside(came, gone)
    elif came and later.answer.is_met:
        gone = _beside(gone, came)
    return tuple(dict.fromkeys((*gone, *came)))[:MOST_REASONS]


def _beside(reasons: list[Reason], others: list[Reason]) -> list[Reason]:
    return [r for r in reasons if r.at.path in {o.at.path for o in others}]


def _only_in(evidence: tuple[Evidence, ...], side: Side, other: Side, *, is_now: bool) -> Iterator[Reason]:
    for one in evidence:
        if one.at is None:
            continue
        own, theirs = side.lines(one.at.path), other.lines(one.at.path)
        if own is not None and _is_changed(one.at, own, theirs):
            yield Reason(one.at, one.text or _text(one.at, own), is_now)


def _is_changed(at: Place, own: list[str], theirs: list[str] | None) -> bool:
    if theirs is None or at.line is None:
        return own != theirs
    return at.line in changed_lines(theirs, own)


def changed_lines(before: list[str], now: list[str]) -> frozenset[int]:
    """The lines of `now`, counted from 1, that are not where the common ones stand; moved ones are changed."""
    if before == now:
        return frozenset()
    if max(len(before), len(now)) > MOST_LINES:
        known = set(before)
        return frozenset(number for number, line in enumerate(now, 1) if line not in known)
    kept: set[int] = set()
    for block in SequenceMatcher(None, before, now).get_matching_blocks():
        kept.update(range(block.b + 1, block.b + block.size + 1))
    return frozenset(range(1, len(now) + 1)) - kept


def _text(at: Place, lines: list[str]) -> str:
    return lines[at.line - 1].strip() if at.line and at.line <= len(lines) else ""
