"""Strangers' text in Markdown: every value a template shows is escaped here, unless it is `Safe` already."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from ..model import Place
from ..text import clean, one_line

# On a forge `@name` would call somebody, and `#12` would link an issue.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
_SIGNS = re.compile(r"[\\`*_\[\]|~$&<>@]|#(?=\d)")
_OPENING = re.compile(r"^(#{1,6}|[-+]+|=+|\d{1,9}[.)])(?=\s|$)")  # what makes a heading, a list or a rule of a line
_RENDERED = (".md", ".markdown", ".rst", ".ipynb", ".adoc", ".org")  # shown without line numbers unless asked


class Safe(str):
    """Markdown that was escaped already; `__html__` is how Jinja asks for that."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def escape(value: object) -> Safe:
    """Text as plain words on one line."""
    if hasattr(value, "__html__"):  # a template's own macro gives Markup
        return Safe(value)
    return Safe(escape_inside(str(value).strip(), is_start=True))


def escape_inside(part: str, *, is_start: bool) -> str:
    """A part of a text; blanks at its ends stay, because other parts follow."""
    text = clean(part).replace("\n", "\\n").replace("\t", "\\t")
    text = _SIGNS.sub(lambda sign: _ENTITIES.get(sign.group(), "\\" + sign.group()), text)
    return _OPENING.sub(lambda start: start.group()[:-1] + "\\" + start.group()[-1], text) if is_start else text


def prose(value: object) -> Safe:
    """A sentence of a rule: words in backticks become code, the rest is escaped, the closing full stop goes."""
    parts = re.split(r"`([^`]+)`", str(value).rstrip().removesuffix("."))
    return Safe("".join(code(part) if i % 2 else escape_inside(part, is_start=i == 0) for i, part in enumerate(parts)))


def code(value: object) -> Safe:
    """Text between as many backticks as it takes."""
    text = one_line(str(value))
    if not text:
        return Safe("")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if text[0] == "`" or text[-1] == "`" else ""
    return Safe(f"{ticks}{padding}{text}{padding}{ticks}")


def cell(value: object) -> Safe:
    """Code in a table, where a bar would end the cell even between backticks."""
    return Safe(code(value).replace("|", "\\|"))


def prose_cell(value: object) -> Safe:
    """A sentence in a table."""
    return Safe(re.sub(r"(?<!\\)\|", r"\\|", prose(value)))


def url(base: str, place: Place) -> str:
    """The address of a file below `base` ("" for a relative link), down to its line."""
    path = quote(os.fsencode(place.path), safe="/")
    if place.line is None:
        return base + path
    plain = "?plain=1" if place.path.lower().endswith(_RENDERED) else ""
    return f"{base}{path}{plain}#L{place.line}"


def link(place: Place, base: str = "") -> Safe:
    """A link that shows `path:line` and opens it."""
    return Safe(f"[{code(place)}]({url(base, place)})")
