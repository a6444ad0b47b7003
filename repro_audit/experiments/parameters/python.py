"""Give a literal of a Python file or notebook another value, at its exact place."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...facts.source import Source, notebook_cells, parse_notebook, parse_python
from .literals import is_literal
from .model import CannotSet
from .rendering import in_python

Edit = tuple[int, int, int, str]  # line from 0, first and last column in bytes, new text


@dataclass(frozen=True, slots=True)
class Spot:
    """Which expression of a file: its number in the order of a walk, which no change of a value moves."""

    path: str
    number: int


def spot_of(source: Source, node: ast.expr) -> Spot:
    """The spot of an expression of the source's own tree."""
    return Spot(source.path, next(i for i, n in enumerate(_expressions(source)) if n is node))


def edit_python(text: str, spot: Spot, value: Any) -> str:
    """The file with another value at the spot; raises `CannotSet`."""
    is_notebook = spot.path.endswith(".ipynb")
    source = parse_notebook(spot.path, text) if is_notebook else parse_python(spot.path, text)
    if source is None or source.is_broken:
        raise CannotSet("the file cannot be parsed")
    node = next((n for i, n in enumerate(_expressions(source)) if i == spot.number), None)
    if node is None or not is_literal(node):
        raise CannotSet("there is no literal at that place")
    edits = sorted(_edits(source, node, value), reverse=True)
    if is_notebook:
        return _in_notebook(text, edits)
    lines = text.split("\n")
    for edit in edits:
        _apply(lines, edit)
    return "\n".join(lines)


def _expressions(source: Source) -> Iterator[ast.expr]:
    return (n for n in ast.walk(source.tree) if isinstance(n, ast.expr))


def _edits(source: Source, node: ast.expr, value: Any) -> Iterator[Edit]:
    if isinstance(node, (ast.List, ast.Tuple)):
        if not isinstance(value, (list, tuple)) or len(value) != len(node.elts):
            raise CannotSet("a list keeps its length")
        for child, item in zip(node.elts, value, strict=True):
            yield from _edits(source, child, item)
        return
    if node.end_lineno != node.lineno or node.end_col_offset is None:
        raise CannotSet("a text over several lines")
    line = source.lines[node.lineno - 1].encode("utf-8", "surrogateescape")
    written = line[node.col_offset : node.end_col_offset].decode("utf-8", "replace")
    new = in_python(value, written)
    if new != written:
        yield node.lineno - 1, node.col_offset, node.end_col_offset, new


def _apply(lines: list[str], edit: Edit) -> None:
    number, start, end, new = edit
    line = lines[number].encode("utf-8", "surrogateescape")
    lines[number] = (line[:start] + new.encode() + line[end:]).decode("utf-8", "surrogateescape")


def _in_notebook(text: str, edits: list[Edit]) -> str:
    """The lines of the code cells, one after the other, are those of the source; the cells get them back."""
    data = json.loads(text)
    raw = data.get("cells")
    if not isinstance(raw, list):
        raise CannotSet("a notebook of an old format")
    cells = [c for c in notebook_cells(text) or () if c.kind == "code"]
    lines = {c.number: c.text.split("\n") for c in cells}
    where = [(number, line) for number, texts in lines.items() for line in range(len(texts))]
    for number, start, end, new in edits:
        cell, line = where[number]
        _apply(lines[cell], (line, start, end, new))
        joined = "\n".join(lines[cell])
        raw[cell]["source"] = joined.splitlines(keepends=True) if isinstance(raw[cell]["source"], list) else joined
    indent = re.search(r"\n( +)\S", text)
    return json.dumps(data, indent=len(indent[1]) if indent else None, ensure_ascii=False) + "\n"
