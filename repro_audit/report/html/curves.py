"""Series of numbers that both runs wrote, such as a loss per epoch, where they part."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...compare.content import in_memory
from ...compare.events import series_of
from ...model import is_number

LEAST, MOST = 3, 100_000  # points of a series
DRAWN = 300  # points of a line on the page
CURVES = 6  # of one output
WIDTH, HEIGHT = 600, 160
Series = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines in one box of WIDTH by HEIGHT; `parts_at` is the first point that differs, counted from 1."""

    name: str
    first: str  # points, as SVG has them
    second: str
    low: float
    high: float
    count: int
    parts_at: int
    ends: tuple[float, float]


def curves(name: str, first: bytes, second: bytes) -> tuple[Curve, ...]:
    """The series that differ, in the order of the file; none for what cannot be read as such."""
    try:
        one, two = _series(name, first), _series(name, second)
    except Exception:  # readers meet broken files with errors of every kind; the text is shown all the same
        return ()
    found = (_curve(key, one[key], two[key]) for key in one if key in two)
    return tuple(c for c in found if c is not None)[:CURVES]


def _curve(name: str, one: Sequence[float], two: Sequence[float]) -> Curve | None:
    if min(len(one), len(two)) < LEAST or one == two:
        return None
    finite = [v for v in (*one, *two) if math.isfinite(v)]
    if not finite or not all(map(math.isfinite, (one[-1], two[-1]))):
        return None
    low, high = min(finite), max(finite)
    most = max(len(one), len(two))
    parts_at = next((n for n, (a, b) in enumerate(zip(one, two), 1) if a != b), min(len(one), len(two)) + 1)
    return Curve(
        name, _points(one, low, high, most), _points(two, low, high, most), low, high, most, parts_at,
        (one[-1], two[-1]),
    )  # fmt: skip


def _points(values: Sequence[float], low: float, high: float, most: int) -> str:
    """Every n-th point and the last, scaled to the box; upwards is less in SVG."""
    step = max(-(-len(values) // DRAWN), 1)
    chosen = [n for n in range(len(values)) if n % step == 0 or n == len(values) - 1]
    span = (high - low) or 1.0
    return " ".join(
        f"{n * WIDTH / max(most - 1, 1):.1f},{HEIGHT - (values[n] - low) / span * HEIGHT:.1f}"
        for n in chosen
        if math.isfinite(values[n]) and math.isfinite(span)
    )


def _series(name: str, data: bytes) -> Series:
    lower = name.lower()
    if "tfevents" in lower:
        read = series_of(in_memory(name, data))
        return {tag: [float(v) for _, v in found if isinstance(v, float)] for tag, found in read.items()}
    if lower.endswith((".csv", ".tsv")):
        return _columns(data.decode("utf-8-sig"), "\t" if lower.endswith(".tsv") else ",")
    if lower.endswith(".json"):
        return dict(_in_json(json.loads(data), ""))
    if lower.endswith((".jsonl", ".ndjson")):
        rows = [json.loads(line) for line in data.decode().splitlines()[:MOST] if line.strip()]
        return dict(_in_json(rows, ""))
    return {}


def _columns(text: str, delimiter: str) -> Series:
    """The columns that hold numbers only; an empty cell is left out."""
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))[: MOST + 1]
    found: Series = {}
    for position, title in enumerate(rows[0] if rows else ()):
        cells = [row[position] for row in rows[1:] if position < len(row) and row[position].strip()]
        try:
            found[title] = [float(cell) for cell in cells]
        except ValueError:
            continue
    return found


def _in_json(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[float]]]:
    """Lists of numbers, and of lists of objects the numbers under one key."""
    if depth > 6:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _in_json(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and value and all(map(is_number, value[:MOST])):
        yield path or "values", [float(v) for v in value[:MOST]]
    elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value[:MOST]):
        for key in value[0]:
            numbers = [row.get(key) for row in value[:MOST]]
            if all(map(is_number, numbers)):
                yield f"{path}.{key}" if path else str(key), [float(v) for v in numbers if v is not None]
