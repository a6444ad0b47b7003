"""Lines of strangers' text, cut and squeezed so that no pattern takes long over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Place
from ..documents import Block
from ..regex import regex

MAX_LINE = 2000  # characters of a line that are looked at

_TARGET = regex(r"\[([^\[\]\n]{1,80})\] ?\((?:https?|ftp)://[^()\s]{1,300}\)")  # Markdown of old wrote a space between
_GAP = regex(r"[ \t\f\v]{3,}")


def squeezed(line: str) -> str:
    """The beginning of a line, with long gaps shortened: several `\\s*` in a row are slow over spaces."""
    line = line[:MAX_LINE]
    return _GAP.sub("  ", line) if "   " in line or "\t" in line else line


def without_targets(text: str) -> str:
    """`[CUDA](https://...) (11.8)` as a reader sees it: `CUDA (11.8)`."""
    return _TARGET.sub(r"\1", text) if "](" in text or "] (" in text else text


def lines_of(block: Block) -> Iterator[tuple[str, Place]]:
    """The lines of a piece of a document, each with its place."""
    for i, line in enumerate(block.text.split("\n")):
        yield squeezed(line), Place(block.at.path, block.at.line + i if block.at.line else None)


def joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(number from 1, text) of logical lines: one that ends in a backslash goes on in the next."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        text = squeezed(line).strip()
        if text.startswith("#"):  # a comment between continued lines does not end them
            continue
        first = first if parts else number
        is_open = text.endswith("\\")
        parts.append(text[:-1] if is_open else text)
        if not is_open:
            yield first, " ".join(parts).strip()
            parts = []
    if parts:
        yield first, " ".join(parts).strip()
