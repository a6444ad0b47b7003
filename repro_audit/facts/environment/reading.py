"""Tolerant loading of the formats that declare packages; nothing here raises."""

from __future__ import annotations

import json
import sys
from typing import Any

MAX_TOML = 1024 * 1024
MAX_APART = 200  # characters between the two parts of what is looked for
MAX_MISSED = 100  # searches that found nothing, after which the text is taken to be written in another way


def load_toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if len(text) > MAX_TOML:
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError, MemoryError, TypeError):
        return {}


def load_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError, MemoryError):
        return None


def as_table(value: Any) -> dict[str, Any]:
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def at_path(value: Any, *keys: str) -> Any:
    """The value under nested keys, None where there is none."""
    for key in keys:
        value = as_table(value).get(key)
    return value


class Lines:
    """Finds the line on which something stands, going forward from the last one found."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0  # offset behind what was found last
        self._line = 1  # the line of that offset
        self._missed = 0

    def find(self, first: str, also: str = "") -> int:
        """The line that holds `first` and, behind it, `also`; from the last one on, or else from the top."""
        for start in (self._at, 0) if self._missed < MAX_MISSED else ():
            found = self._search(first, also, start)
            if found >= 0:
                self._line = self._text.count("\n", start, found) + (self._line if start else 1)
                self._at = found
                return self._line
        self._missed += 1
        return 1

    def _search(self, first: str, also: str, start: int) -> int:
        """The offset behind the first hit, -1 where there is none."""
        found = self._text.find(first, start) if first else -1
        while found >= 0:
            behind = found + len(first)
            if not also or also in self._text[behind : behind + MAX_APART].split("\n", 1)[0]:
                return behind
            found = self._text.find(first, behind)
        return -1
