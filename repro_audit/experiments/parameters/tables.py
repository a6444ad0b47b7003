"""Parameters in small tables: a row of values below their names, or a name and its value in each row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...facts.configuration.leaf import number
from ...model import Place
from .lines import edit_table
from .model import Knob, Rank, Read
from .ways import InFile

NAMED = re.compile(r"(param|config|setting|hyper|option|threshold|conf\b|cfg)", re.IGNORECASE)
LARGEST = 20_000  # characters
MOST_ROWS = 60


def table_knobs(path: str, read: Read) -> Iterator[Knob]:
    """The values of a table that is named as one of parameters."""
    if not NAMED.search(path.rpartition("/")[2]):
        return
    text = read(path) or ""
    rows = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if not 1 < len(rows) <= MOST_ROWS or len(text) > LARGEST or '"' in text:
        return
    separator = "\t" if "\t" in rows[0] else ";" if ";" in rows[0] else ","
    for key, value, line in _cells([row.split(separator) for row in rows]):
        yield Knob(path, key, value, Place(path, line), InFile(path, key, line, edit_table), Rank.FILE)


def _cells(rows: list[list[str]]) -> Iterator[tuple[str, Any, int]]:
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1:
        yield from ((name.strip(), number(cell.strip()), 2) for name, cell in zip(rows[0], rows[1], strict=True))
    elif all(len(row) == 2 for row in rows):
        pairs = ((row[0].strip(), number(row[1].strip()), at) for at, row in enumerate(rows, 1))
        yield from (p for p in pairs if isinstance(p[1], (int, float)) or p[2] > 1)
