"""A notebook as one script and back: what is changed are lines of its cells, and nothing else of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..facts.source import notebook_cells

_CELL = re.compile(r"# %% cell (\d+)")
_HIDDEN = re.compile(r"([ \t]*)pass  # %% line (\d+)")
_OTHER_LANGUAGE = re.compile(r"%%(?!time\b|timeit\b|capture\b|prun\b|memit\b)")
_INDENTS = (1, 2, 4, None, 0, "\t")


@dataclass(frozen=True)
class Notebook:
    """How its JSON is laid out, and the lines that are no Python."""

    data: Mapping[str, Any]
    indent: int | str | None
    is_ascii: bool
    end: str
    hidden: Sequence[str]
    lines: Mapping[int, int]  # line of the file: line of the script

    def written(self, code: str) -> str | None:
        """The file with the cells of a changed script; None where a cell was lost."""
        cells = _split(code, self.hidden)
        numbers = [n for n, cell in enumerate(self.data["cells"]) if cell.get("cell_type") == "code"]
        if cells is None or list(cells) != numbers:
            return None
        new = [_with_source(cell, cells[n]) if n in cells else cell for n, cell in enumerate(self.data["cells"])]
        return _text({**self.data, "cells": new}, self.indent, self.is_ascii) + self.end


def read_notebook(text: str) -> tuple[str, Notebook] | None:
    """The code cells as one script, each below a line that names it; None where the file would not keep its form."""
    cells = notebook_cells(text)
    if cells is None or '"cells"' not in text:
        return None
    lines: list[str] = []
    hidden: list[str] = []
    places: dict[int, int] = {}
    for cell in cells:
        if cell.kind != "code":
            continue
        lines.append(f"# %% cell {cell.number}")
        for line, at in zip(_plain(cell.text, hidden), cell.lines, strict=False):
            lines.append(line)
            if line.strip():
                places.setdefault(at, len(lines))
    code = sum(1 for line in lines if line.strip() and not _CELL.fullmatch(line))
    if len(places) * 2 < code:
        return None  # many lines of code in one of the file: which is meant cannot be told
    data = json.loads(text)
    end = text[len(text.rstrip()) :]
    for indent in _INDENTS:
        for is_ascii in (False, True):
            if _text(data, indent, is_ascii) + end == text:
                return "\n".join(lines) + "\n", Notebook(data, indent, is_ascii, end, hidden, places)
    return None


def _text(data: Mapping[str, Any], indent: int | str | None, is_ascii: bool) -> str:
    return json.dumps(data, indent=indent, ensure_ascii=is_ascii)


def _plain(text: str, hidden: list[str]) -> list[str]:
    """A cell's lines, with a `pass` that is known again for each that is a magic or a shell command."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    is_foreign = _OTHER_LANGUAGE.match(first.lstrip()) is not None
    plain = []
    for line in lines:
        body = line.lstrip()
        if is_foreign or body.startswith(("%", "!")) or re.fullmatch(r"[\w.]+\?{1,2}", body.rstrip()):
            indent = "" if is_foreign else line[: len(line) - len(body)]
            plain.append(f"{indent}pass  # %% line {len(hidden)}")
            hidden.append(line[len(indent) :])
        else:
            plain.append(line)
    return plain


def _split(code: str, hidden: Sequence[str]) -> dict[int, str] | None:
    """The text of each code cell by its number."""
    cells: dict[int, list[str]] = {}
    current: list[str] | None = None
    for line in code.removesuffix("\n").split("\n"):
        mark = _CELL.fullmatch(line)
        if mark:
            current = cells.setdefault(int(mark[1]), [])
        elif current is None:
            return None
        else:
            found = _HIDDEN.fullmatch(line)
            current.append(found[1] + hidden[int(found[2])] if found else line)
    return {number: "\n".join(lines) for number, lines in cells.items()}


def _with_source(cell: dict[str, Any], text: str) -> dict[str, Any]:
    """The cell with its code, in the form that it had: a text, or a list of lines."""
    old = cell.get("source", "")
    if text == ("".join(old) if isinstance(old, list) else old):
        return cell
    return {**cell, "source": text.splitlines(keepends=True) if isinstance(old, list) else text}
