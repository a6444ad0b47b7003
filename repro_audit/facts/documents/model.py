"""The pieces of a document, whatever it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...model import Place


class BlockKind(Enum):
    HEADING = "heading"
    PROSE = "prose"  # a paragraph or list item
    CODE = "code"  # a fenced or indented block
    TABLE = "table"  # a row


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document; `headings` are those it stands under, outermost first.

    A block's text is as it is written, without the signs around it, so line i of the text of code
    or of a table row stands at line `at.line + i` of the file.
    """

    kind: BlockKind
    text: str
    at: Place  # its first line
    headings: tuple[str, ...]
    language: str = ""  # of a fenced block
    inline_code: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (text, target)


@dataclass(frozen=True)
class Document:
    path: str
    blocks: tuple[Block, ...]

    @property
    def is_readme(self) -> bool:
        return self.path.rpartition("/")[2].lower().startswith("readme")


@dataclass(frozen=True)
class Documents:
    """All documents, the root README first, then other READMEs by depth, then docs, then notebook prose."""

    all: tuple[Document, ...]

    @property
    def readme(self) -> Document | None:
        """The README of the root."""
        return next((d for d in self.all if d.is_readme and "/" not in d.path), None)
