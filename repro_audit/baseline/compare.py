"""What became of the earlier side.

Where both sides were run, final answers are compared; else what reading says, since a run that only one side
had would look like the work of the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..model import Answer
from ..result import Criterion
from ..score import ONLY_BY_RUNNING, judge_stars
from .lines import reasons
from .model import Change, Changed, Comparison, Side

Told = Mapping[str, Any]
VALUES = {
    Answer.VERIFIED: 2, Answer.YES: 2, Answer.NA: 2, Answer.PARTIAL: 1, Answer.NO: 0, Answer.REFUTED: -1,
}  # fmt: skip


def compare(source: str, before: Side, now: Side) -> Comparison:
    """What the change did to the criteria that both sides judged, in the order of the scale."""
    by_runs = before.has_run and now.has_run
    earlier = {c.id: _spoken(c, by_runs) for c in before.criteria}
    pairs = [(earlier[c.id], _spoken(c, by_runs)) for c in now.criteria if c.id in earlier]
    lost, won = _stars(pairs)
    return Comparison(
        source, before, by_runs, lost, won,
        tuple(_changed(pairs, before, now)),
        tuple(_new_causes(before.experiments, now.experiments)) if by_runs else (),
        tuple(_newly_dead(before.experiments, now.experiments)) if by_runs else (),
        (*before.notes, *now.notes),
    )  # fmt: skip


def _spoken(criterion: Criterion, by_runs: bool) -> Criterion:
    """The criterion with the answer that counts here."""
    could_tell = criterion.answer is not Answer.INCONCLUSIVE or criterion.id in ONLY_BY_RUNNING
    return criterion if by_runs and could_tell else replace(criterion, answer=criterion.declared)


def _stars(pairs: Sequence[tuple[Criterion, Criterion]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(lost, won), as numbers."""
    ids = {now.id: now.star for _, now in pairs}
    before = {s.star.value for s in judge_stars([b for b, _ in pairs], ids) if s.earned}
    now = {s.star.value for s in judge_stars([n for _, n in pairs], ids) if s.earned}
    return tuple(sorted(before - now)), tuple(sorted(now - before))


def _changed(pairs: Sequence[tuple[Criterion, Criterion]], before: Side, now: Side) -> Iterator[Changed]:
    for earlier, later in pairs:
        change = _change(earlier, later)
        if change is not None:
            yield Changed(earlier, later, change, reasons(earlier, later, before, now))


def _change(before: Criterion, now: Criterion) -> Change | None:
    was, value = VALUES.get(before.answer), VALUES.get(now.answer)
    if was is None or was == value:
        return None
    if value is None:
        return Change.UNTOLD if was == VALUES[Answer.YES] else None
    if value > was:
        return Change.BETTER
    return Change.WAIVED if now.is_set_aside else Change.WORSE


def _new_causes(before: Sequence[Told], now: Sequence[Told]) -> Iterator[Told]:
    known = {_cause_key(c) for c in _confirmed(before)}
    for cause in _confirmed(now):
        if _cause_key(cause) not in known:
            known.add(_cause_key(cause))
            yield {key: cause.get(key) for key in ("cause", "path", "line", "text", "outputs", "fix")}


def _confirmed(experiments: Sequence[Told]) -> Iterator[Told]:
    for told in experiments:
        yield from (c for c in told.get("causes") or () if c.get("confirmed"))


def _cause_key(cause: Told) -> tuple[str, ...]:
    """By the line's text where it is known: a cause that moved is the same one."""
    text = " ".join(str(cause.get("text") or "").split())
    return str(cause.get("cause")), str(cause.get("path")), text or str(cause.get("line"))


def _newly_dead(before: Sequence[Told], now: Sequence[Told]) -> Iterator[Told]:
    """Those that the earlier runs found live, or did not know; what they could not tell is left open."""
    earlier = {e.get("parameter"): e.get("outcome") for e in before if e.get("parameter")}
    for told in now:
        name = told.get("parameter")
        if told.get("outcome") == "dead" and earlier.get(name, "live") == "live":
            yield {"parameter": name, "path": told.get("path"), "line": told.get("line")}
