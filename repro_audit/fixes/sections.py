"""A further section of a README: at its end, but above what closes a page, such as its license."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .model import newline_of, with_lines

_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_CLOSING = re.compile(
    r"\W*(?:licen[cs]\w*|citations?|citing.*|cite.*|acknowledg\w*|references?|bibliography|credits?|contact\w*|authors?|"
    r"contribut\w*|support|thanks|disclaimer|how to cite|bibtex)\b.{0,40}",
    re.IGNORECASE,
)


def with_section(text: str, title: str, lines: Iterable[str]) -> str:
    """The page with one more section of the second level, in its own line ends."""
    section = [f"## {title}", "", *lines]
    parts = text.split("\n")
    at = _closing(parts)
    if at is None:
        return with_lines(text, ["", *section])
    end = "\r" if newline_of(text) == "\r\n" else ""
    return "\n".join([*parts[:at], *(line + end for line in (*section, "")), *parts[at:]])


def _closing(lines: list[str]) -> int | None:
    """Where the closing sections begin: the first of the second level after which nothing else follows."""
    found: int | None = None
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(line.removesuffix("\r"))
        if heading is None or len(heading[1]) > 2:
            continue
        is_closing = len(heading[1]) == 2 and _CLOSING.fullmatch(heading[2])
        found = (number if found is None else found) if is_closing else None
    return found
