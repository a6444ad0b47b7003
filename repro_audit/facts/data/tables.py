"""The columns of committed tables, from their first rows."""

from __future__ import annotations

import csv
import re

from ..regex import regex
from .evidence import Evidence
from .model import Column, Management, Source, Table
from .tree import POINTER

MAX_TABLES = 12
MAX_BYTES = 256 * 1024
MAX_ROWS = 200
MAX_COLUMNS = 100
NUMBER = regex(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DATE = regex(r"\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d.*)?|\d\d?/\d\d?/\d{2,4}.*")
KINDS = {  # the narrowest first
    "boolean": regex(r"true|false", re.IGNORECASE),
    "integer": regex(r"[+-]?\d+"),
    "number": NUMBER,
    "date": DATE,
}
POINTERS = (POINTER, b"/annex/objects/")  # how what stands in a file's place begins
MISSING = frozenset({"", "na", "nan", "null", "none", "n/a", "?"})


def find_tables(seen: Evidence, sources: tuple[Source, ...]) -> tuple[Table, ...]:
    """Tables that the main experiment reads first, then other committed ones."""
    read = [s.what for s in sources if s.management in (Management.GIT, Management.LFS)]
    paths = [p for p in seen.tree.committed if p.lower().endswith((".csv", ".tsv"))]
    paths.sort(key=lambda p: (not any(p == r or p.startswith(r + "/") for r in read), p.count("/"), p))
    tables = (read_table(p, seen.files.open_bytes(p, MAX_BYTES)) for p in paths[:MAX_TABLES])
    return tuple(t for t in tables if t is not None)


def read_table(path: str, data: bytes | None) -> Table | None:
    """The head of a table; None where it has no header of names."""
    if not data or b"\0" in data or data.startswith(POINTERS):
        return None
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    lines = text.split("\n")[: MAX_ROWS + 1]
    delimiter = "\t" if path.lower().endswith(".tsv") else max(",;\t|", key=lines[0].count)
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return None
    if not rows or len(rows[0]) > 5000 or all(NUMBER.fullmatch(c.strip()) for c in rows[0]):
        return None
    columns = [
        Column(name.strip(), kind_of([r[i] for r in rows[1:] if i < len(r)]))
        for i, name in enumerate(rows[0][:MAX_COLUMNS])
    ]
    return Table(path, tuple(columns))


def kind_of(values: list[str]) -> str:
    """The narrowest kind that all values of a column have."""
    plain = {s for s in map(str.strip, values) if s.lower() not in MISSING}
    if not plain:
        return "empty"
    for kind, pattern in KINDS.items():
        if all(map(pattern.fullmatch, plain)):
            return kind
    return "text"
