"""All runs of an audit, one after the other, as bars; in percent of the whole, so that they fit any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..told import Told, number, parts, words

SHOWN = 120  # runs
MIB = 1024 * 1024
THINNEST = 0.4  # percent, so that the shortest run is seen


@dataclass(frozen=True, slots=True)
class Bar:
    experiment: str
    run: str  # its folder in the evidence
    seconds: float
    memory: str
    ending: str
    start: float  # percent
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    bars: tuple[Bar, ...]
    seconds: float
    left_out: int


def timeline(experiments: Sequence[Told]) -> Timeline:
    runs = [(words(e, "id"), run) for e in experiments for run in parts(e, "runs")]
    total = sum(number(run, "seconds") for _, run in runs)
    return Timeline(tuple(_bars(runs[:SHOWN], total)), total, max(len(runs) - SHOWN, 0))


def _bars(runs: Sequence[tuple[str, Told]], total: float) -> Iterator[Bar]:
    passed = 0.0
    for experiment, run in runs:
        seconds = number(run, "seconds")
        start, width = (100 * passed / total, 100 * seconds / total) if total else (0.0, 0.0)
        width = max(width, THINNEST)
        passed += seconds
        yield Bar(
            experiment, words(run, "log").rpartition("/")[0], seconds, _memory(number(run, "peak_memory_bytes")),
            _ending(run), round(min(start, 100 - width), 2), round(width, 2),
        )  # fmt: skip


def _memory(size: float) -> str:
    return f"{size / MIB:.0f} MiB" if size else ""


def _ending(run: Told) -> str:
    ending = words(run, "ending")
    status = run.get("exit")
    return f"{ending} ({status})" if status not in (0, None) else ending or "ended"
