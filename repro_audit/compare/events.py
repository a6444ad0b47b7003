"""TensorBoard event files: what was logged at which step, not when.

A file is a sequence of records: length (8 bytes), its checksum (4), an `Event` message, its checksum (4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .content import WHOLE, Content, Unreadable
from .model import Difference
from .protobuf import Value, fields, float_of, grouped, text_of
from .scope import Scope
from .tally import Tally

MOST = 16 * WHOLE
STEP, FILE_VERSION, SUMMARY = 2, 3, 5  # of Event; 1 is the wall time
TAG, SIMPLE, TENSOR = 1, 2, 8  # of Summary.Value
CUT_OFF = "a record that is cut off"
Series = dict[str, list[tuple[int, object]]]


def compare_events(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    one, two = series_of(first), series_of(second)
    for tag in sorted(one.keys() ^ two.keys()):
        tally.differ(tag, f"only in the {'first' if tag in one else 'second'}")
    for tag in sorted(one.keys() & two.keys()):
        _compare_series(tally, tag, one[tag], two[tag])
    return tally.result("only wall times differ")


def _compare_series(tally: Tally, tag: str, one: list[tuple[int, object]], two: list[tuple[int, object]]) -> None:
    if [step for step, _ in one] != [step for step, _ in two]:
        tally.differ(tag, f"logged at other steps ({len(one)} times and {len(two)} times)")
        return
    for (step, left), (_, right) in zip(one, two, strict=True):
        tally.step()
        where = f"{tag} at step {step}"
        if isinstance(left, float) and isinstance(right, float):
            tally.number(where, left, right)
        elif left != right:
            tally.differ(where, "other content")


def series_of(content: Content) -> Series:
    """Everything logged, by tag; what is no summary, such as a graph, under the number of its field."""
    found: Series = {}
    for record in _records(content):
        if not record:
            found[CUT_OFF] = []
            continue
        event = grouped(record)
        step = event.get(STEP, [0])[0]
        for number, values in event.items():
            if number == SUMMARY:
                _read_summary(found, int(step) if isinstance(step, int) else 0, values)
            elif number not in (1, STEP, FILE_VERSION):
                found.setdefault(f"event field {number}", []).append((0, values))
    return found


def _records(content: Content) -> Iterator[bytes]:
    """The messages; an empty one at the end where the run was stopped while it wrote."""
    if content.size > MOST:
        raise Unreadable(f"larger than {MOST >> 20} MB")
    at = 0
    while at < content.size:
        header = content.read(at, 12)
        length = struct.unpack("<Q", header[:8])[0] if len(header) == 12 else content.size
        if at + length + 16 > content.size:
            yield b""
            return
        yield content.read(at + 12, length)
        at += length + 16


def _read_summary(found: Series, step: int, summaries: list[Value]) -> None:
    for summary in summaries:
        for number, value in fields(summary if isinstance(summary, bytes) else b""):
            if number == 1 and isinstance(value, bytes):
                parts = grouped(value)
                tag = text_of(parts.get(TAG, [b"a summary without a tag"])[0])
                found.setdefault(tag, []).append((step, _value(parts)))


def _value(parts: dict[int, list[Value]]) -> object:
    if SIMPLE in parts:
        return float_of(parts[SIMPLE][0])
    tensor = parts.get(TENSOR, [0])[0]
    if isinstance(tensor, bytes):
        scalar = _scalar(grouped(tensor))
        if scalar is not None:
            return scalar
    return parts


def _scalar(tensor: dict[int, list[Value]]) -> float | None:
    """TensorFlow 2 writes scalars as tensors of one float: its type is 1, the number in field 4 or 5."""
    if tensor.get(1) != [1]:
        return None
    for number in (4, 5):
        raw = tensor.get(number, [b""])[0]
        if isinstance(raw, bytes) and len(raw) == 4:
            return float(struct.unpack("<f", raw)[0])
        if isinstance(raw, int):
            return float_of(raw)
    return None
