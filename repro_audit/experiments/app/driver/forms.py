"""The forms of a page, filled in as a visitor would."""

from __future__ import annotations

import contextlib
from html.parser import HTMLParser
from typing import Any

from .examples import Examples

NO_VALUE = ("submit", "button", "reset", "image")


class Form:
    def __init__(self, attributes: dict[str, str]) -> None:
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get").upper()
        self.fields: list[dict[str, Any]] = []


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.is_open = False
        self.select: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(attributes))
            self.is_open = True
        elif self.is_open and tag in ("input", "textarea", "select"):
            field: dict[str, Any] = dict(attributes, tag=tag, options=[])
            self.found[-1].fields.append(field)
            self.select = field if tag == "select" else {}
        elif self.is_open and tag == "option" and self.select:
            if attributes.get("value"):
                self.select["options"].append(attributes["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_open = False


def forms_of(page: str) -> list[Form]:
    parser = Forms()
    with contextlib.suppress(AssertionError, ValueError):
        parser.feed(page)
    return [f for f in parser.found if f.fields]


def filled(form: Form, examples: Examples) -> tuple[dict[str, str], dict[str, str]]:
    """(values, files) of the form's fields, by name."""
    values: dict[str, str] = {}
    files: dict[str, str] = {}
    for field in form.fields:
        name, kind = field.get("name", ""), field.get("type", "text").lower()
        if not name or (field["tag"] == "input" and kind in NO_VALUE and not field.get("value")):
            continue
        if kind == "file":
            accepted = tuple(s.strip() for s in field.get("accept", "").split(",") if s.strip().startswith("."))
            files[name] = examples.file(name + " " + field.get("accept", ""), accepted)
        elif kind in ("radio", "checkbox"):
            values.setdefault(name, field.get("value") or "on")
        else:
            values[name] = value_of(field, name, kind, examples)
    return values, files


def value_of(field: dict[str, Any], name: str, kind: str, examples: Examples) -> str:
    if field.get("value"):
        return str(field["value"])
    if field["tag"] == "select":
        return str((field["options"] or [""])[0])
    about = " ".join((name, field.get("placeholder", ""), field.get("id", "")))
    found = examples.named(name)
    if found is None:
        found = examples.named(field.get("placeholder", "") or name)
    if found is not None:
        return str(found)
    if kind in ("number", "range"):
        return str(field.get("min") or 1)
    if kind == "date":
        return "2020-01-31"
    examples.is_sure = False
    is_text = field["tag"] == "textarea" or any(w in about.lower() for w in ("text", "message", "review", "sentence"))
    return examples.text(name) if is_text else "1"
