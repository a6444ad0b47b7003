"""Give a value in a file of lines (INI, .env, gin, Makefile, shell script, options, table) another one."""

from __future__ import annotations

import re
from typing import Any

from ...facts.configuration.words import leaf_name
from .model import CannotSet
from .rendering import in_words

_VALUE = r"""(?P<quote>["']?)(?P<value>[^\s"'#;,]+)(?P=quote)"""


def edit_pair(text: str, key: str, value: Any, line: int | None = None) -> str:
    """`key = value` (or `key: value`, `key := value`, `--key value`) on the given line."""
    lines = text.split("\n")
    if line is None or not 0 < line <= len(lines):
        raise CannotSet("its line is not known")
    name = re.escape(key) if key.startswith("-") else f"(?:{re.escape(key)}|{re.escape(key.rpartition('.')[2])})"
    found = re.search(rf"(?<![\w-]){name}(?![\w-])\s*(?:[:?+]?=|:|\s)\s*{_VALUE}", lines[line - 1])
    if found is None:
        raise CannotSet(f"{leaf_name(key)} is not found on its line")
    start, end = found.span("value")
    lines[line - 1] = lines[line - 1][:start] + in_words(value, found["value"]) + lines[line - 1][end:]
    return "\n".join(lines)


def edit_table(text: str, key: str, value: Any, line: int | None = None) -> str:
    """A table of parameters: a column of the only row below the header, or the second cell of the key's row."""
    lines = text.split("\n")
    separator = "\t" if "\t" in lines[0] else ";" if ";" in lines[0] else ","
    rows = [row.rstrip("\r").split(separator) for row in lines]
    names = [_bare(cell) for cell in rows[0]]
    if key in names and len(rows) > 1:
        row, column = 1, names.index(key)
    else:
        row, column = next((i for i, cells in enumerate(rows) if _bare(cells[0]) == key), -1), 1
    if row < 0 or column >= len(rows[row]):
        raise CannotSet(f"{key} is not found in the table")
    old = rows[row][column]
    rows[row][column] = old.replace(_bare(old), in_words(value)) if _bare(old) else in_words(value)
    end = "\r" if lines[row].endswith("\r") else ""
    lines[row] = separator.join(rows[row]) + end
    return "\n".join(lines)


def _bare(cell: str) -> str:
    return cell.strip().strip("\"'")
