"""An example that fits a JSON Schema, as OpenAPI and Gradio write them."""

from __future__ import annotations

from typing import Any

from .examples import Examples

DEEPEST = 8
FORMATS = {"date": "2020-01-31", "date-time": "2020-01-31T12:00:00", "email": "someone@example.org",
           "uri": "https://example.org", "uuid": "00000000-0000-4000-8000-000000000000"}  # fmt: skip


def example(schema: Any, known: dict[str, Any], examples: Examples, name: str = "", depth: int = 0) -> Any:
    """A value that the schema allows: its own example first, then one of the project's, then a plain one."""
    schema = resolved(schema, known)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return None
    for key in ("example", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(key) or ():
            if resolved(one, known).get("type") != "null":
                return example(one, known, examples, name, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "null")
    if kind == "object" or "properties" in schema:
        return {
            key: example(one, known, examples, key, depth + 1) for key, one in (schema.get("properties") or {}).items()
        }
    if kind == "array":
        return _array(schema, known, examples, name, depth)
    return _scalar(schema, kind, examples, name)


def resolved(schema: Any, known: dict[str, Any]) -> Any:
    """Follow `#/...` references."""
    for _ in range(DEEPEST):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        found: Any = known
        for part in str(schema["$ref"]).lstrip("#/").split("/"):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        schema = found
    return schema


def _array(schema: dict[str, Any], known: dict[str, Any], examples: Examples, name: str, depth: int) -> list[Any]:
    items = resolved(schema.get("items") or {}, known)
    kind = items.get("type") if isinstance(items, dict) else None
    if kind in ("number", "integer"):
        row = examples.numbers()
        least = int(schema.get("minItems") or 0)
        row = (row + [1.0] * least)[: int(schema.get("maxItems") or max(len(row), least))]
        return [int(v) for v in row] if kind == "integer" else row
    if kind is None and not items:
        return list(examples.numbers())
    return [example(items, known, examples, name, depth + 1)]


def _scalar(schema: dict[str, Any], kind: Any, examples: Examples, name: str) -> Any:
    found = examples.named(name)
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        value = found if isinstance(found, (int, float)) else 1
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        most = schema.get("maximum", schema.get("exclusiveMaximum"))
        if isinstance(least, (int, float)) and value <= least:
            value = least + (1 if "exclusiveMinimum" in schema else 0)
        if isinstance(most, (int, float)) and value >= most:
            value = most - (1 if "exclusiveMaximum" in schema else 0)
        return int(value) if kind == "integer" else value
    if kind == "string" or kind is None:
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        return str(found) if found is not None else examples.text(name)
    return None
