"""What `--config` of Snakemake gives: `least=3`, or a mapping as in `report={digits: 3}`, merged into the rest.

Of a mapping, Snakemake takes every leaf as text, which a command cannot tell from a number; a script may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...facts.yamls import Entry, read_yaml
from ..parameters.command import unquoted

OPTION = re.compile(r"\s(?:--config|-C)(?=\s)")
WORD = re.compile(r"\s+((?:'[^']*'|\"[^\"]*\"|[^\s'\";&|])+)")
ENTRY = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
DEEPEST = 20


def entries(text: str) -> dict[str, str]:
    """The entries behind the first `--config` of a command, by name."""
    option = OPTION.search(text)
    found: dict[str, str] = {}
    at = option.end() if option else len(text)
    while (word := WORD.match(text, at)) and (entry := ENTRY.fullmatch(unquoted(word[1]))):
        found[entry[1]] = entry[2]
        at = word.end()
    return found


def leaves(name: str, value: str) -> Iterator[str]:
    """The dotted keys that an entry gives."""
    yield from _leaves(name, _mapping(value)) if value.lstrip().startswith("{") else (name,)


def with_leaf(written: str, keys: list[str], value: Any) -> str:
    """A mapping as it was written with one more leaf, or another value for it."""
    whole = _mapping(written)
    inner = whole
    for key in keys[:-1]:
        below = inner.get(key)
        inner[key] = inner = below if isinstance(below, dict) else {}
    inner[keys[-1]] = value
    return json.dumps(whole)


def _leaves(above: str, mapping: dict[str, Any]) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _leaves(f"{above}.{key}", value) if isinstance(value, dict) else (f"{above}.{key}",)


def _mapping(text: str) -> dict[str, Any]:
    told = _value(read_yaml(text)) if text.lstrip().startswith("{") else {}
    return told if isinstance(told, dict) else {}


def _value(entry: Entry, depth: int = 0) -> Any:
    if entry.values and depth < DEEPEST:
        return {key: _value(inner, depth + 1) for key, inner in entry.values.items()}
    return [i.text for i in entry.items] if entry.is_list else entry.text
