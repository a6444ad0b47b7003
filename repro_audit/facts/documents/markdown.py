"""Markdown into blocks, with the HTML that people write between."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ...model import Place
from ..regex import regex
from .headings import Headings
from .model import Block, BlockKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ADDRESS = regex(r"https?://[^\s<>\"'`)\]]+")
TAG = regex(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
HTML_LINK = regex(r"<a\b[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)[^>]*>(.*?)(?:</a>|$)", re.IGNORECASE | re.DOTALL)
HTML_HEADING = regex(r"<(?:h([1-6])|summary)\b[^>]*>(.*?)</(?:h[1-6]|summary)>", re.IGNORECASE | re.DOTALL)
HTML_CODE = regex(r"<(pre|code)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
CODE_IN_WORDS = regex(r"<(code|tt|kbd|samp)\b[^>]*>([^`]*?)</\1>", re.IGNORECASE)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def markdown_blocks(path: str, text: str) -> list[Block]:
    """The blocks of a Markdown text, in its order."""
    return _Reader(path, text.split("\n")).read(_parser().parse(without_front_matter(text)))


def without_front_matter(text: str) -> str:
    """YAML between `---` lines at the top becomes blank lines, so that places stay true."""
    found = re.match(r"---[ \t]*\n.*?\n---[ \t]*(?=\n|$)", text[:20_000], re.DOTALL)
    return "\n" * found.group().count("\n") + text[found.end() :] if found else text


class _Reader:
    """Walks the tokens of one document once."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self._path = path
        self._lines = lines
        self._headings = Headings()
        self._blocks: list[Block] = []

    def read(self, tokens: list[Token]) -> list[Block]:
        heading = row = None
        for token in tokens:
            if token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "heading_close":
                heading = None
            elif token.type == "tr_open":
                row = token
            elif token.type == "tr_close" and row is not None:
                row = None
            elif token.type == "inline" and row is not None:
                self._cell(token, row)
            elif token.type == "inline" and heading is not None:
                self._heading(heading, plain_text(token), self._at(token))
            elif token.type == "inline":
                self._add(BlockKind.PROSE, CODE_IN_WORDS.sub(r"`\2`", token.content), self._at(token), inline=token)
            elif token.type in ("fence", "code_block"):
                self._code(token)
            elif token.type == "html_block":
                self._html(token)
        return self._blocks

    def _at(self, token: Token, skip: int = 0) -> int:
        return (token.map[0] if token.map else 0) + 1 + skip

    def _heading(self, level: int, text: str, line: int) -> None:
        above = self._headings.enter(level, text)
        self._blocks.append(Block(BlockKind.HEADING, text, Place(self._path, line), above))

    def _code(self, token: Token) -> None:
        language = (token.info.strip().split() or [""])[0].strip("{}.,").lower()
        line = self._at(token, skip=1 if token.type == "fence" else 0)
        self._blocks.append(
            Block(BlockKind.CODE, token.content.rstrip("\n"), Place(self._path, line), self._headings.path, language)
        )

    def _cell(self, token: Token, row: Token) -> None:
        """The first cell makes the block of its row, the others add their code and links to it."""
        line = self._at(row)
        last = self._blocks[-1] if self._blocks else None
        code, links = inline_parts(token)
        if last is not None and last.kind is BlockKind.TABLE and last.at.line == line:
            code, links = last.inline_code + code, last.links + links
            self._blocks.pop()
        text = self._lines[line - 1].strip() if line <= len(self._lines) else token.content
        self._blocks.append(Block(BlockKind.TABLE, text, Place(self._path, line), self._headings.path, "", code, links))

    def _add(self, kind: BlockKind, text: str, line: int, inline: Token) -> None:
        code, links = inline_parts(inline)
        self._blocks.append(Block(kind, text, Place(self._path, line), self._headings.path, "", code, links))

    def _html(self, token: Token) -> None:
        text, line = token.content, self._at(token)
        title = HTML_HEADING.search(text)
        if title:
            self._heading(int(title.group(1) or 6), unmarked(title.group(2)), line)
        if not title or len(unmarked(text)) > len(unmarked(title.group(2))):
            self._html_body(text, line)

    def _html_body(self, text: str, line: int) -> None:
        codes = list(HTML_CODE.finditer(text))
        for code in codes:
            if code.group(1).lower() == "pre":
                at = Place(self._path, line + text.count("\n", 0, code.start(2)))
                self._blocks.append(Block(BlockKind.CODE, unmarked(code.group(2)), at, self._headings.path))
        rest = unmarked(re.sub(r"(?is)<pre\b.*?</pre>", "", text))
        if rest:
            inline = tuple(unmarked(c.group(2)) for c in codes if c.group(1).lower() == "code")
            place = Place(self._path, line)
            self._blocks.append(Block(BlockKind.PROSE, rest, place, self._headings.path, "", inline, html_links(text)))


def inline_parts(token: Token) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The inline code, and the (text, target) of the links, bare addresses included."""
    code: list[str] = []
    links: list[tuple[str, str]] = []
    target = None
    words: list[str] = []
    for child in token.children or ():
        if child.type == "code_inline":
            code.append(child.content)
        if child.type == "link_open":
            target, words = str(child.attrs.get("href", "")), []
        elif child.type == "link_close" and target is not None:
            links.append((" ".join(words), target))
            target = None
        elif target is not None:
            words.append(child.content)
        elif child.type == "text":
            links += [(a, a) for a in ADDRESS.findall(child.content)]
    if "<a" in token.content:
        links += html_links(token.content)
    if "<" in token.content:
        code += (unmarked(m.group(2)) for m in CODE_IN_WORDS.finditer(token.content))
    return tuple(code), tuple(links)


def plain_text(token: Token) -> str:
    """The words of inline Markdown, without signs and pictures."""
    kept = ("text", "code_inline", "softbreak")
    return "".join(c.content or " " for c in token.children or () if c.type in kept).strip()


def unmarked(text: str) -> str:
    """The words of an HTML fragment."""
    return html.unescape(TAG.sub("", text)).strip()


def html_links(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((unmarked(m.group(2)), html.unescape(m.group(1))) for m in HTML_LINK.finditer(text))
