"""Python source and notebooks, parsed once, never run.

A notebook is read as one module made of its code cells; magics and shell lines are blanked, and
every node still knows its line in the .ipynb file. Source that does not parse (Python 2, a
half-written line) is read without the statements that do not.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..model import Evidence, Place
from .regex import regex

MAX_SOURCE = 2 * 1024 * 1024  # characters; more is generated
MAX_REPAIRS = 60
KERNEL = regex(r"\"kernelspec\"\s*:\s*\{[^{}]{0,1000}\}")
KERNEL_LANGUAGE = regex(r"\"language\"\s*:\s*\"(\w+)")
KERNEL_NAME = regex(r"\"name\"\s*:\s*\"(ir|julia|octave|matlab)\b", re.IGNORECASE)  # others are names of environments


@dataclass(frozen=True)
class Cell:
    """A notebook cell: its number from 0, its text, and the line of the file each of its lines is at."""

    number: int
    kind: str  # "code" or "markdown"
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """A parsed Python file or notebook; `lines[i]` is the text of line i + 1 as `tree` counts it."""

    path: str
    tree: ast.Module
    lines: tuple[str, ...]
    file_lines: tuple[int, ...] | None = None  # for a notebook: the line in the file of each line
    shell_lines: tuple[tuple[str, Place], ...] = ()  # `!command` and `%run` lines of a notebook
    is_broken: bool = False  # some statements did not parse and are left out

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines)

    def place(self, node: ast.AST) -> Place:
        return self.place_of(getattr(node, "lineno", 1))

    def place_of(self, line: int) -> Place:
        if self.file_lines is None:
            return Place(self.path, line)
        return Place(self.path, self.file_lines[min(line, len(self.file_lines)) - 1] if self.file_lines else None)

    def line(self, number: int) -> str:
        """The text of a line as the tree counts it, stripped."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    def evidence(self, node: ast.AST, text: str = "") -> Evidence:
        return Evidence(text or self.line(getattr(node, "lineno", 0)), self.place(node))


def parse_python(path: str, text: str) -> Source:
    """Parse a .py file; never raises."""
    text = text[:MAX_SOURCE]
    tree, is_broken = parse_tolerant(text)
    return Source(path, tree, tuple(text.split("\n")), is_broken=is_broken)


def parse_notebook(path: str, text: str) -> Source | None:
    """Parse the code cells of a notebook as one module; None where it is not one, or of another language."""
    cells = notebook_cells(text) if kernel_language(text) in ("", "python") else None
    if cells is None:
        return None
    lines: list[str] = []
    file_lines: list[int] = []
    shell: list[tuple[str, Place]] = []
    for cell in cells:
        if cell.kind != "code":
            continue
        texts, commands = plain_cell(cell.text.split("\n"))
        shell += [(command, Place(path, cell.lines[i] if i < len(cell.lines) else None)) for i, command in commands]
        lines += texts
        file_lines += list(cell.lines)[: len(texts)] + [cell.lines[-1] if cell.lines else 1] * (
            len(texts) - len(cell.lines)
        )
    tree, is_broken = parse_tolerant("\n".join(lines)[:MAX_SOURCE])
    return Source(path, tree, tuple(lines), tuple(file_lines), tuple(shell), is_broken)


def kernel_language(text: str) -> str:
    """The language of a notebook's kernel, in lower case: "python", "r", "julia"; "" where it names none."""
    found = KERNEL.search(text)
    block = found.group() if found else ""
    told = KERNEL_LANGUAGE.search(block) or KERNEL_NAME.search(block)
    name = told.group(1).lower() if told else ""
    return {"ir": "r", "python2": "python", "python3": "python", "octave": "matlab"}.get(name, name)


def plain_cell(lines: list[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """A cell's lines with magics blanked, and its shell commands by line index."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%"):
        kind = first[2:].split(" ")[0]
        if kind in ("bash", "sh", "script", "cmd"):
            return [""] * len(lines), [
                (i, line) for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(("%%", "#"))
            ]
        if kind == "writefile":
            return [""] * len(lines), []
        if kind not in ("time", "timeit", "capture", "prun", "memit"):
            return [""] * len(lines), []
    plain: list[str] = []
    commands: list[tuple[int, str]] = []
    for i, line in enumerate(lines):
        stripped = line.lstrip()
        indent = line[: len(line) - len(stripped)]
        if stripped.startswith("!"):
            commands.append((i, stripped.lstrip("!").strip()))
            plain.append(indent + "pass")
        elif stripped.startswith("%"):
            word = stripped.lstrip("%").split(" ", 1)
            if word[0] in ("run", "pip", "conda", "sh", "bash"):
                prefix = {"run": "python ", "pip": "pip ", "conda": "conda "}.get(word[0], "")
                commands.append((i, prefix + (word[1] if len(word) > 1 else "")))
            plain.append(indent + "pass")
        elif stripped.endswith("?") and re.fullmatch(r"[\w.]+\?{1,2}", stripped):
            plain.append(indent + "pass")
        else:
            plain.append(line)
    return plain, commands


def notebook_cells(text: str) -> list[Cell] | None:
    """The cells of a notebook of any format version, with the line in the file of each source line."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    raw_cells = data.get("cells")
    if not isinstance(raw_cells, list):
        sheets = data.get("worksheets")
        raw_cells = (
            sheets[0].get("cells") if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else None
        )
    if not isinstance(raw_cells, list):
        return None
    finder = _LineFinder(text)
    cells = []
    for number, raw in enumerate(raw_cells):
        if not isinstance(raw, dict):
            continue
        source = raw.get("source", raw.get("input", ""))
        parts = [s for s in source if isinstance(s, str)] if isinstance(source, list) else [str(source)]
        joined = "".join(parts)
        kind = "code" if raw.get("cell_type") == "code" else "markdown"
        cells.append(Cell(number, kind, joined, finder.lines_of(joined)))
    return cells


class _LineFinder:
    """Finds, in order, the line of the .ipynb file on which each source line is written."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._at = 0

    def lines_of(self, source: str) -> tuple[int, ...]:
        found = []
        for line in source.split("\n"):
            if line.strip():
                self._seek(line)
            found.append(min(self._at + 1, len(self._lines)))
        return tuple(found)

    def _seek(self, line: str) -> None:
        wanted = (json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1])
        for i in range(self._at, min(self._at + 20_000, len(self._lines))):
            if wanted[0] in self._lines[i] or wanted[1] in self._lines[i]:
                self._at = i
                return


def parse_tolerant(text: str) -> tuple[ast.Module, bool]:
    """The syntax tree of what parses, and whether something had to be left out.

    The usual Python 2 statements are rewritten; any other line that does not parse becomes `pass`.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    lines: list[str] | None = None
    before: tuple[int, str] | None = None
    for _ in range(MAX_REPAIRS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in strangers' strings
                return ast.parse(text), lines is not None
        except (RecursionError, MemoryError, OverflowError):
            return ast.Module([], []), True
        except (SyntaxError, ValueError) as error:
            if lines is None:
                lines = [_modern(line) for line in text.split("\n")]
            line = getattr(error, "lineno", None) or 1
            line = min(max(line, 1), len(lines))
            line = _repair(lines, line, before)
            before = (line, lines[line - 1])
            text = "\n".join(lines)
    return _longest_prefix(lines or []), True


_PRINT = regex(r"^(\s*(?:.*[:;]\s*)?)print\s+(?!\s*[=(.,)])(.*?),?\s*$")
_EXCEPT = regex(r"^(\s*except\s+[\w.()\s,]+?),\s*(\w+)\s*:")
_RAISE = regex(r"^(\s*raise\s+[\w.]+),\s*(.+)$")
_OCTAL = regex(r"(?<![\w.])0(\d+)(?![\w.])")


def _modern(line: str) -> str:
    """The common Python 2 statements in Python 3's words; other lines as they are."""
    if "print" in line:
        line = _PRINT.sub(lambda m: f"{m.group(1)}print({m.group(2).replace('>>', '', 1)})", line)
    if "except" in line:
        line = _EXCEPT.sub(r"\1 as \2:", line)
    if "raise" in line:
        line = _RAISE.sub(r"\1(\2)", line)
    return line.replace("<>", "!=")


def _repair(lines: list[str], line: int, before: tuple[int, str] | None) -> int:
    """Neutralise the line at fault (or, where that was done already, the one before it); gives its number."""
    while line > 1 and (lines[line - 1].strip() in ("", "pass") or (before and before[0] == line)):
        line -= 1
        before = None
    text = lines[line - 1]
    octal = _OCTAL.sub(r"0o\1", text)
    if octal != text and not re.search(r"[89]", "".join(_OCTAL.findall(text))):
        lines[line - 1] = octal
        return line
    indent = text[: len(text) - len(text.lstrip())]
    head = re.match(r"\s*(def|class|if|for|while|try|else|elif|with|except|finally)\b", text)
    lines[line - 1] = indent + ("if True:" if head and text.rstrip().endswith(":") else "pass")
    return line


def _longest_prefix(lines: list[str]) -> ast.Module:
    """The tree of the longest half, quarter, ... of the file that parses."""
    count = len(lines)
    while count > 1:
        count //= 2
        try:
            return ast.parse("\n".join(lines[:count]))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return ast.Module([], [])


_IMPORTS = regex(r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][^\n#;]*))", re.MULTILINE)


def scan_imports(text: str) -> Iterator[tuple[str, int]]:
    """(module, offset) of every absolute import, found in the text without parsing it."""
    for found in _IMPORTS.finditer(text):
        if found.group(1):
            yield found.group(1), found.start()
            continue
        for part in found.group(2).split(","):
            name = part.split(" as ")[0].strip().split(" ")[0]
            if name:
                yield name, found.start()


_LITERALS = frozenset({ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Call, ast.UnaryOp, ast.BinOp})


def constant(node: ast.AST | None) -> Any:
    """The value of a literal expression, or `...` where it is not one."""
    if isinstance(node, ast.Constant):
        return node.value
    if node is None or node.__class__ not in _LITERALS:  # to fail takes longer than to look
        return ...
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ...
