"""Console scripts: what `pip install` puts on the path, and the function each one calls."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..sources import Sources
from .recipes import line_of

CONSOLE = regex(r"^\s*[\"']?([\w.-]+)[\"']?\s*=\s*[\"']?([A-Za-z_][\w.]*):([\w.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A console script, the module that it calls, and that module's file where it is the project's own."""

    name: str
    module: str
    function: str
    at: Place
    path: str | None


def read_entry_points(tree: Tree, sources: Sources) -> tuple[EntryPoint, ...]:
    """The console scripts of pyproject.toml, setup.cfg and setup.py files."""
    found: list[EntryPoint] = []
    for path in tree.named("pyproject.toml", "setup.cfg", "setup.py")[:30]:
        text = tree.text(path) or ""
        for name, target, line in _scripts(path, text):
            module, _, function = target.partition(":")
            module = module.strip()
            found.append(EntryPoint(name, module, function.strip(), Place(path, line), sources.resolve(module, path)))
    return tuple(found)


def _scripts(path: str, text: str) -> Iterator[tuple[str, str, int]]:
    if path.endswith(".toml"):
        yield from _toml_scripts(text)
    elif path.endswith(".cfg"):
        yield from _section(text, re.search(r"^console_scripts\s*=", text, re.MULTILINE))
    elif "console_scripts" in text:
        yield from _setup_scripts(text)


def _toml_scripts(text: str) -> Iterator[tuple[str, str, int]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    for table in (_at(data, "project", "scripts"), _at(data, "tool", "poetry", "scripts")):
        for name, target in table.items():
            target = target.get("callable", "") if isinstance(target, dict) else target
            found = re.search(rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*=", text, re.MULTILINE)
            yield name, str(target), line_of(text, found.start() if found else 0)


def _at(data: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _section(text: str, start: re.Match[str] | None) -> Iterator[tuple[str, str, int]]:
    if start is None:
        return
    end = re.compile(r"^\S", re.MULTILINE).search(text, start.end())
    for found in CONSOLE.finditer(text, start.end(), end.start() if end else len(text)):
        yield found.group(1), f"{found.group(2)}:{found.group(3)}", line_of(text, found.start(1))


def _setup_scripts(text: str) -> Iterator[tuple[str, str, int]]:
    """Strings of the form `name = module:function` in setup.py, which is read and never run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in CONSOLE.finditer(node.value):
                yield found.group(1), f"{found.group(2)}:{found.group(3)}", node.lineno
