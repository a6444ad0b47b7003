"""Tolerant loading of the formats that declare packages; nothing here raises."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

MAX_YAML = 512 * 1024  # characters; YAML is slow, and an environment file is small
MAX_ALIASES = 50  # more aliases than that is an attack or a mistake

_ALIAS = re.compile(r"(?:^|[\s\[,:-])\*\w+")


def load_yaml(text: str) -> Any:
    """The document, or None where it is none; tags beyond plain data are refused."""
    if len(text) > MAX_YAML or len(_ALIAS.findall(text)) > MAX_ALIASES:
        return None
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, loader)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, KeyError, RecursionError, MemoryError):
        return None


def load_toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
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
        self._at = 0

    def find(self, *parts: str) -> int:
        """The line with all of these parts, from the last one found on, or else from the top; 1 where none has."""
        for start in (self._at, 0):
            found = self._search(parts, start)
            if found >= 0:
                self._at = found
                return self._text.count("\n", 0, found) + 1
        return 1

    def _search(self, parts: tuple[str, ...], start: int) -> int:
        """The offset of the first such line."""
        while True:
            hit = self._text.find(parts[0], start)
            if hit < 0:
                return -1
            begin = self._text.rfind("\n", 0, hit) + 1
            end = self._text.find("\n", hit)
            line = self._text[begin : end if end >= 0 else len(self._text)]
            if all(p in line for p in parts):
                return begin
            if end < 0:
                return -1
            start = end + 1
