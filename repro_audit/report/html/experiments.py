"""Experiments as the page shows them: what was asked, what came of it, and what can be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...facts.files import decode
from ...model import Place
from ...result import Line
from ...text import count
from .. import told
from ..findings import PASSED
from ..told import Told
from . import pictures
from .curves import Curve, curves
from .sources import Sources
from .textdiff import TextDifference, side_by_side
from .tree import FEWER, SHOWN, Differences, differences

TITLES = {
    "build": "The environment", "repeat": "The same twice", "stress": "Under changed surroundings",
    "seed": "Other seeds", "data": "Other data", "stage": "One step alone", "app": "The app",
}  # fmt: skip
DETAILED = 16  # outputs looked into
CAUSES = 20
TEXT_READ = 1 << 20  # bytes of a text, of which the rest is not looked at, or of a file of curves
LAST_LINES = 12


@dataclass(frozen=True, slots=True)
class CauseView:
    name: str
    confirmed: bool
    why: str
    fix: str
    at: Place | None
    text: str
    outputs: tuple[str, ...]
    also: tuple[Place, ...]
    together: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One output that differs, looked into."""

    path: str
    stored: tuple[str, str]  # where the evidence has both
    text: TextDifference | None = None
    curves: tuple[Curve, ...] = ()
    pictures: pictures.Pair | None = None


@dataclass(frozen=True, slots=True)
class FailureView:
    kind: str
    message: str
    next: str
    at: Place | None
    lines: tuple[Line, ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExperimentView:
    id: str
    kind: str
    title: str
    outcome: str
    tone: str  # good, bad or open
    reason: str
    runner: str
    failure: FailureView | None
    causes: tuple[CauseView, ...]
    tree: Differences | None
    committed: Differences | None
    details: tuple[Detail, ...]
    left_out: int  # outputs that differ and were not looked into
    change: tuple[tuple[str, str], ...]
    screenshot: pictures.Picture | None


def view(experiment: Told, sources: Sources, room: pictures.Room) -> ExperimentView:
    kind, outcome = told.words(experiment, "kind"), told.words(experiment, "outcome")
    details = list(_details(experiment, sources, room)) if kind == "repeat" else []
    return ExperimentView(
        id=told.words(experiment, "id"),
        kind=kind,
        title=_title(kind, told.words(experiment, "id").partition(":")[2]),
        outcome=outcome,
        tone=tone(outcome),
        reason=told.words(experiment, "reason"),
        runner=told.words(experiment, "isolation") or told.words(experiment, "runner"),
        failure=_failure(experiment.get("failure"), sources),
        causes=tuple(_cause(c, sources) for c in told.parts(experiment, "causes")[:CAUSES]),
        tree=differences(told.parts(experiment, "outputs"), SHOWN if kind == "repeat" else FEWER),
        committed=differences(told.parts(experiment, "committed")),
        details=tuple(d for d in details if d.text or d.curves or d.pictures),
        left_out=max(len(_unlike(experiment)) - DETAILED, 0) if kind == "repeat" else 0,
        change=tuple(_asked(experiment)),
        screenshot=_screenshot(experiment, sources, room),
    )


def tone(outcome: str) -> str:
    return "good" if outcome in PASSED else "open" if outcome in ("skipped", "inconclusive") else "bad"


def _unlike(experiment: Told) -> list[Mapping[str, Any]]:
    return [o for o in told.parts(experiment, "outputs") if o.get("verdict") in ("different", "close")]


def _details(experiment: Told, sources: Sources, room: pictures.Room) -> Iterator[Detail]:
    runs = told.run_names(experiment)
    if len(runs) < 2:
        return
    for output in _unlike(experiment)[:DETAILED]:
        yield _detail(told.words(output, "path"), (runs[0], runs[1]), sources, room)


def _detail(path: str, runs: tuple[str, str], sources: Sources, room: pictures.Room) -> Detail:
    is_picture = path.lower().endswith(pictures.SUFFIXES)
    limit = pictures.LARGEST_FILE if is_picture else TEXT_READ
    first, second = (sources.output(run, path, limit) for run in runs)
    one, two = (f"{sources.label}/{sources.stored(run, path)}" for run in runs)
    if first is None or second is None:
        return Detail(path, (one, two))
    if is_picture:
        return Detail(path, (one, two), pictures=pictures.pair(first, second, room))
    is_whole = max(len(first), len(second)) < TEXT_READ
    return Detail(path, (one, two), _text(first, second), curves(path, first, second) if is_whole else ())


def _text(first: bytes, second: bytes) -> TextDifference | None:
    one, two = decode(first), decode(second)
    return side_by_side(one, two) if one is not None and two is not None else None


def _cause(cause: Mapping[str, Any], sources: Sources) -> CauseView:
    at = told.place(cause)
    also = tuple(p for p in map(told.place, told.parts(cause, "also")[:CAUSES]) if p)
    return CauseView(
        told.words(cause, "cause").replace("-", " "), bool(cause.get("confirmed")), told.words(cause, "why"),
        told.words(cause, "fix"), at, told.words(cause, "text"), tuple(told.texts(cause, "outputs")[:CAUSES]), also,
        tuple(told.texts(cause, "together_with")), sources.excerpt(at),
    )  # fmt: skip


def _failure(failure: Any, sources: Sources) -> FailureView | None:
    if not isinstance(failure, Mapping):
        return None
    at = told.place(failure)
    return FailureView(
        told.words(failure, "class").replace("-", " "), told.words(failure, "message"), told.words(failure, "next"),
        at, sources.excerpt(at), tuple(told.texts(failure, "last_lines")[-LAST_LINES:]),
    )  # fmt: skip


def _asked(experiment: Told) -> Iterator[tuple[str, str]]:
    """What was changed or asked, as (word, value)."""
    for key, word in (
        ("parameter", "parameter"), ("from", "from"), ("to", "to"), ("input", "data"), ("variant", "other data"),
        ("through", "given by"), ("app", "app"), ("asked", "asked"), ("answered", "answered"), ("by", "asked by"),
        ("remark", "remark"),
    ):  # fmt: skip
        value = experiment.get(key)
        if value not in (None, "", []):
            yield word, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    changed = told.texts(experiment, "changed")
    if changed:
        yield "changed", f"{count(len(changed), 'thing')}: {', '.join(changed).replace('-', ' ')}"


def _screenshot(experiment: Told, sources: Sources, room: pictures.Room) -> pictures.Picture | None:
    path = told.words(experiment, "screenshot")
    data = sources.recorded(path, pictures.LARGEST_FILE) if path else None
    return pictures.single(data, room) if data else None


def _title(kind: str, part: str) -> str:
    title = TITLES.get(kind, kind.capitalize())
    return f"{title}: {part}" if part else title
