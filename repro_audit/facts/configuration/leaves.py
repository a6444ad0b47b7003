"""The leaves of a configuration file, each with its line. Nothing is constructed but plain values.

Bounded: a file over `MAX_BYTES` is data, and no more than `MAX_LEAVES` leaves are taken from any file,
so that an alias bomb costs as much as an ordinary file.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ..regex import regex
from .leaf import MAX_BYTES, MAX_DEPTH, MAX_LEAVES, Leaf, join, number
from .yaml_leaves import yaml_leaves


def leaves_of(path: str, text: str) -> tuple[Leaf, ...]:
    """The leaves of a file by its suffix; nothing where it cannot be read."""
    if len(text) > MAX_BYTES:
        return ()
    suffix = path.lower().rpartition("/")[2].rpartition(".")[2]
    read = READERS.get(suffix, plain_leaves)
    try:
        return tuple(islice(read(text), MAX_LEAVES))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return ()


def json_leaves(text: str) -> Iterator[Leaf]:
    """Leaves of a JSON file (`//` comments allowed); the line is found by looking for the keys in their order."""
    try:
        data = json.loads(text)
    except ValueError:
        data = json.loads(re.sub(r"^\s*//.*$|\s//.*$", "", text, flags=re.MULTILINE))
    finder = _Finder(text)
    if isinstance(data, (dict, list)):
        yield from _walk_plain(data, "", 0, lambda name: finder.key(json.dumps(name)))


def toml_leaves(text: str) -> Iterator[Leaf]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    finder = _Finder(text)
    yield from _walk_plain(tomllib.loads(text), "", 0, lambda name: finder.match(_TOML_KEY % re.escape(name)))


_TOML_KEY = r"""^\s*(?:[\w."'-]*[.\[])?["']?%s["']?\s*[=.\]]"""


class _Finder:
    """Finds keys one after the other; one that is not found is taken to stand on the line of the one before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1  # of self._at

    def key(self, quoted: str) -> int:
        """The line of the next place where a JSON key stands."""
        found = self._text.find(quoted, self._at)
        while found >= 0 and not self._text[found + len(quoted) : found + len(quoted) + 9].lstrip().startswith(":"):
            found = self._text.find(quoted, found + 1)
        return self._advance(found, len(quoted))

    def match(self, pattern: str) -> int:
        """The line of the next match."""
        found = re.compile(pattern, re.MULTILINE).search(self._text, self._at)
        return self._advance(found.end() - 1 if found else -1, 1)

    def _advance(self, found: int, length: int) -> int:
        if found >= 0:
            self._line += self._text.count("\n", self._at, found)
            self._at = found + length
        return self._line


def _walk_plain(data: Any, prefix: str, depth: int, line_of: Callable[[str], int], line: int = 1) -> Iterator[Leaf]:
    if depth > MAX_DEPTH:
        return
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _walk_plain(value, join(prefix, str(name)), depth + 1, line_of, line_of(str(name)))
    elif isinstance(data, list) and any(isinstance(d, (dict, list)) for d in data):
        for index, value in enumerate(data):
            yield from _walk_plain(value, join(prefix, str(index)), depth + 1, line_of, line)
    else:
        yield Leaf(prefix, data, line)


_SECTION = regex(r"\s*\[([^\]]+)\]\s*$")
_PAIR = regex(r"\s*(?:export\s+)?([A-Za-z_][\w.\-/@ ]*?)\s*[=:]\s*(.*?)\s*$")


def plain_leaves(text: str) -> Iterator[Leaf]:
    """`key = value` and `key: value` lines, with `[sections]`: INI, .env, .gin and files of options."""
    section = ""
    for index, raw in enumerate(text.split("\n"), 1):
        line = re.split(r"(?:^|\s)[#;]", raw, maxsplit=1)[0]
        header = _SECTION.match(line)
        if header:
            section = header.group(1).strip()
            continue
        pair = _PAIR.match(line)
        if pair and len(pair.group(1)) <= 80:
            yield Leaf(join(section, pair.group(1)), number(pair.group(2).strip("\"'")), index)


def gin_leaves(text: str) -> Iterator[Leaf]:
    """`scope/module.function.parameter = value`."""
    for leaf in plain_leaves(text):
        if not leaf.key.startswith(("import ", "include ")):
            yield leaf


READERS: dict[str, Callable[[str], Iterable[Leaf]]] = {
    "yaml": yaml_leaves,
    "yml": yaml_leaves,
    "json": json_leaves,
    "json5": json_leaves,
    "jsonc": json_leaves,
    "toml": toml_leaves,
    "gin": gin_leaves,
}
