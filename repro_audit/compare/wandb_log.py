"""The log of a Weights & Biases run (`run-ID.wandb`): what was logged at which step, and with which configuration.

It is a LevelDB log behind a header of seven bytes, and its records are messages of protocol buffers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .content import WHOLE, Content, Unreadable
from .model import Difference
from .protobuf import Value, fields, grouped, text_of
from .scope import Scope
from .tally import Tally
from .values import Values

MAGIC = b":W&B"
BLOCK = 32768
HISTORY, SUMMARY, CONFIG, RUN = 2, 3, 5, 17  # records
ITEM, KEY, NESTED, VALUE, RUN_CONFIG = 1, 1, 2, 16, 4  # fields of theirs
WHOLE_RECORD, LAST_PIECE, CUT_OFF = 1, 4, 0


@dataclass(slots=True)
class WandbRun:
    """What one log tells; names that begin with `_` are W&B's own, and left out."""

    history: dict[str, list[Any]] = field(default_factory=dict)  # each name with its values in the order of logging
    summary: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)


def read_wandb(content: Content) -> WandbRun:
    """Raises `Unreadable` for what is no such log; of one that ends too early, what it has."""
    data = content.whole(WHOLE)
    if not data.startswith(MAGIC):
        raise Unreadable("not a log of Weights & Biases")
    run = WandbRun()
    for message in _messages(data):
        for number, value in fields(message):
            if isinstance(value, bytes):
                _take(run, number, value)
    return run


def _take(run: WandbRun, number: int, record: bytes) -> None:
    if number == HISTORY:
        for name, value in _items(record):
            run.history.setdefault(name, []).append(value)
    elif number == SUMMARY:
        run.summary.update(_items(record))
    elif number == CONFIG:
        run.config.update(_items(record))
    elif number == RUN:
        for part in grouped(record).get(RUN_CONFIG, []):
            run.config.update(_items(part) if isinstance(part, bytes) else ())


def _items(record: bytes) -> Iterator[tuple[str, Any]]:
    """Items of a history record, updates of a summary and of a configuration are alike, and in the same field."""
    for item in grouped(record).get(ITEM, []):
        parts: dict[int, list[Value]] = grouped(item) if isinstance(item, bytes) else {}
        name = ".".join(text_of(p) for p in parts.get(NESTED, parts.get(KEY, [])))
        if not name or name.startswith("_"):
            continue
        try:
            yield name, json.loads(text_of(parts.get(VALUE, [b"null"])[0]))
        except (ValueError, RecursionError) as error:
            raise Unreadable("a value that is no JSON") from error


def _messages(data: bytes) -> Iterator[bytes]:
    """The records of the log; one may lie in pieces: whole (1), first (2), middle (3), last (4)."""
    at, pieces = 7, b""
    while at + 7 <= len(data):
        left = BLOCK - at % BLOCK
        if left < 7:
            at += left
            continue
        length, kind = struct.unpack_from("<HB", data, at + 4)
        pieces += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (WHOLE_RECORD, LAST_PIECE):
            yield pieces
        if kind in (CUT_OFF, WHOLE_RECORD, LAST_PIECE):
            pieces = b""


def compare_wandb(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    one, two = read_wandb(first), read_wandb(second)
    values = Values(tally)
    for part in ("config", "history", "summary"):
        values.compare(part, getattr(one, part), getattr(two, part))
    return tally.result("only times and ids differ")
