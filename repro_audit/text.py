"""Text of strangers, made fit to be shown or stored. Imports nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

# Controls, and the invisible signs that turn the direction of text or hide in it.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text that any encoder takes and no terminal obeys; line ends and tabs stay.

    A byte of a file name that is no UTF-8 becomes `\\xff`, a control character `\\x1b`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(_escape, _SURROGATE.sub(_unpaired, text))


def one_line(text: str) -> str:
    """Cleaned text on one line: a line end or tab is shown as `\\n` or `\\t`, blanks at the ends fall away."""
    return clean(text.strip()).replace("\n", "\\n").replace("\t", "\\t")


def shorten(text: str, width: int) -> str:
    """One line of at most `width` characters, with `…` where it was cut."""
    text = one_line(text)
    return text if len(text) <= width else text[: max(width - 1, 0)].rstrip() + "…"


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def nearest(word: str, known: list[str]) -> str:
    """A hint that names the nearest valid word, or all of them."""
    return meant(word, known) or f"Valid are: {', '.join(known)}."


def meant(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest valid word, nothing where none is near."""
    found = get_close_matches(word, list(known), 1, 0.5)
    return f"Did you mean {found[0]}?" if found else ""


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _unpaired(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"
