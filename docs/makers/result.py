"""The result as JSON: every key with its type, from the schema that ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from repro_audit.compare.model import Likeness
from repro_audit.experiments.model import FailureClass, Kind
from repro_audit.model import Answer
from repro_audit.result import schema

from .comments import beside
from .table import code, table

HEAD = """\
# The result as JSON

`repro-audit score --format json` prints one JSON document; everything for people goes to standard error. New keys
may be added; the meaning of a key changes only with `format`. `repro-audit schema` prints the [JSON
Schema](../../repro_audit/schema.json), which ships with the program, and from which this page is made. Of several
projects it prints one object with a result for each in `results`.

Paths are relative to the project's root and written with `/`; lines are counted from 1.
"""
SECTIONS = {
    "result": "The whole",
    "star": "A star",
    "criterion": "A criterion",
    "evidence": "Evidence",
    "command": "A command",
    "experiment": "An experiment",
    "baseline": "What became of an earlier state",
}
ANSWERS = """\
By reading, the first five; `verified`, `refuted` and `inconclusive` where an experiment spoke. In `answer` an
experiment overrides what files declare, and `declared` keeps the answer by reading."""
FAILURES = """\
Why a build or a run failed. Marked ones may be the fault of the sandbox's limits and not of the project: the
answers that hang on them are `inconclusive`."""


def page() -> str:
    definitions = json.loads(schema())["$defs"]
    parts = [HEAD]
    for name, title in SECTIONS.items():
        rows = [*_rows("", definitions[name])]
        parts.append(f"## {title}\n\n{definitions[name].get('description', '')}\n\n{table(['key', 'type', ''], rows)}")
    parts.append(f"## Answers\n\n{ANSWERS}\n\n{_words(Answer)}")
    parts.append(f"## Kinds of experiments\n\n{_words(Kind)}")
    parts.append(f"## How alike two outputs are\n\n{_words(Likeness)}")
    rows = [(code(c.value), "may be the sandbox" if c.is_the_sandbox else "") for c in FailureClass]
    parts.append(f"## Classes of failures\n\n{FAILURES}\n\n{table(['class', ''], rows)}")
    return "\n".join(parts)


def _words(members: type[Enum]) -> str:
    said = beside(members)
    return table(["word", "means"], [(code(str(m.value)), said[m.name]) for m in members])


def _rows(prefix: str, part: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """A row for each key, those of objects and lists below it included."""
    for option in [part, *part.get("anyOf", [])]:
        for key, value in option.get("properties", {}).items():
            optional = "" if key in option.get("required", [key]) else " *(not always)*"
            yield code(prefix + key), _type(value) + optional, value.get("description", "")
            yield from _rows(f"{prefix}{key}.", value)
            yield from _rows(f"{prefix}{key}[].", value.get("items", {}))


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{SECTIONS[name].lower().replace(' ', '-')})" if name in SECTIONS else name
    if "enum" in value:
        return ", ".join(code(str(v)) for v in value["enum"])
    if "const" in value:
        return code(str(value["const"]))
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(v) for v in value["anyOf"]))
    kind = value.get("type", "any value")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    return f"list of {_type(value['items'])}" if kind == "array" and "items" in value else words
