"""A value of a configuration file with its key and its line, and the limits that every format keeps to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..regex import regex

MAX_BYTES = 1_000_000
MAX_LEAVES = 3000
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value with its dotted key and its line, counted from 1."""

    key: str
    value: Any
    line: int


_NUMBER = regex(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def number(text: str) -> Any:
    """`1e-3` is a number to everyone but YAML."""
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() and len(text) < 30 else float(text)


def join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
