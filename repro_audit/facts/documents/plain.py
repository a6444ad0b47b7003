"""reStructuredText, Org and plain text into blocks, line by line.

Only what matters here is understood: titles, code, paragraphs, inline code and links. A real
reStructuredText parser would be slow, and would follow `include` directives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model import Place
from ..regex import regex
from .headings import Headings
from .markdown import ADDRESS
from .model import Block, BlockKind

UNDERLINE = regex(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")
ORG_HEADING = regex(r"(\*+)\s+(.*\S)")
ORG_BEGIN = regex(r"\s*#\+begin_(src|example)\s*(\S*)", re.IGNORECASE)
ORG_END = regex(r"\s*#\+end_(src|example)", re.IGNORECASE)
DIRECTIVE = regex(r"\s*\.\.\s+(code-block|code|sourcecode|prompt|parsed-literal)::\s*(\S*)")
OTHER_DIRECTIVE = regex(r"\s*\.\.(\s|$)")
RST_LINK = regex(r"`([^`<]*)<([^`>]+)>`_")
RST_TARGET = regex(r"\.\.\s+_([^:]+):\s*(\S+)")
ORG_LINK = regex(r"\[\[([^\]]+)\](?:\[([^\]]*)\])?\]")
RST_CODE = regex(r"``([^`]+)``")
ORG_CODE = regex(r"(?<!\S)[=~]([^=~\s][^=~\n]*)[=~](?!\w)")


def plain_blocks(path: str, text: str, dialect: str) -> list[Block]:
    """The blocks of a text; the dialect is `rst`, `org` or `txt`."""
    return _Reader(path, text.split("\n"), dialect).read()


@dataclass
class _Reader:
    path: str
    lines: list[str]
    dialect: str

    def read(self) -> list[Block]:
        self._headings = Headings()
        self._levels: list[str] = []
        self._blocks: list[Block] = []
        at = 0
        while at < len(self.lines):
            at = self._take(at)
        return self._blocks

    def _take(self, at: int) -> int:
        """Read what begins on a line; gives the line after it."""
        line = self.lines[at]
        if not line.strip():
            return at + 1
        if self.dialect == "org":
            return self._take_org(at)
        directive = DIRECTIVE.match(line)
        if directive:
            return self._indented(at + 1, directive.group(2).lower(), indent_of(line), skip_options=True)
        if self.dialect == "rst" and RST_TARGET.match(line.strip()):
            return self._paragraph(at, at + 1)
        if self.dialect == "rst" and OTHER_DIRECTIVE.match(line):
            return at + 1
        title = self._title(at)
        if title:
            return title
        if indent_of(line) >= 4 and self.dialect == "txt":
            return self._indented(at, "", 3)
        return self._prose(at)

    def _title(self, at: int) -> int | None:
        """A title with its line below (and maybe above); None where there is none."""
        over = UNDERLINE.match(self.lines[at])
        if over and at + 2 < len(self.lines) and UNDERLINE.match(self.lines[at + 2]) and self.lines[at + 1].strip():
            return self._heading(self.lines[at + 1], over.group(1) * 2, at + 1, at + 3)
        if over:
            return at + 1
        below = UNDERLINE.match(self.lines[at + 1]) if at + 1 < len(self.lines) else None
        if below and not self.lines[at].startswith((" ", "\t")):
            return self._heading(self.lines[at], below.group(1), at, at + 2)
        return None

    def _heading(self, text: str, sign: str, at: int, after: int) -> int:
        if sign not in self._levels:
            self._levels.append(sign)
        self._enter(self._levels.index(sign) + 1, text.strip(), at)
        return after

    def _enter(self, level: int, text: str, at: int) -> None:
        above = self._headings.enter(level, text)
        self._blocks.append(Block(BlockKind.HEADING, text, Place(self.path, at + 1), above))

    def _take_org(self, at: int) -> int:
        line = self.lines[at]
        heading = ORG_HEADING.match(line)
        if heading:
            self._enter(len(heading.group(1)), heading.group(2), at)
            return at + 1
        begin = ORG_BEGIN.match(line)
        if begin:
            end = next((i for i in range(at + 1, len(self.lines)) if ORG_END.match(self.lines[i])), len(self.lines))
            self._code(at + 1, self.lines[at + 1 : end], begin.group(2).lower())
            return end + 1
        if line.lstrip().startswith(": "):
            end = next(
                (i for i in range(at, len(self.lines)) if not self.lines[i].lstrip().startswith(":")), len(self.lines)
            )
            self._code(at, [text.lstrip()[2:] for text in self.lines[at:end]], "")
            return end
        return at + 1 if line.startswith("#+") else self._prose(at)

    def _prose(self, at: int) -> int:
        end = at + 1
        while end < len(self.lines) and self.lines[end].strip() and not self._begins_other(end):
            end += 1
        after = self._paragraph(at, end)
        if self.dialect != "org" and self.lines[end - 1].rstrip().endswith("::"):
            return self._indented(after, "", indent_of(self.lines[end - 1]))
        return after

    def _begins_other(self, at: int) -> bool:
        line = self.lines[at]
        if self.dialect == "org":
            return bool(ORG_HEADING.match(line) or ORG_BEGIN.match(line))
        return bool(self.dialect == "rst" and (OTHER_DIRECTIVE.match(line) or self._is_title(at)))

    def _is_title(self, at: int) -> bool:
        return at + 1 < len(self.lines) and bool(UNDERLINE.match(self.lines[at + 1]))

    def _paragraph(self, at: int, end: int) -> int:
        text = "\n".join(line.strip() for line in self.lines[at:end])
        block = Block(
            BlockKind.PROSE,
            text,
            Place(self.path, at + 1),
            self._headings.path,
            "",
            self._inline_code(text),
            links_in(text),
        )
        self._blocks.append(block)
        return end

    def _inline_code(self, text: str) -> tuple[str, ...]:
        if self.dialect == "org":
            return tuple(ORG_CODE.findall(text))
        return tuple(RST_CODE.findall(text)) or tuple(re.findall(r"(?<!`)`([^`<>]+)`(?![`_])", text))

    def _indented(self, at: int, language: str, outer: int, skip_options: bool = False) -> int:
        """The lines that are indented further than `outer`, as code."""
        while at < len(self.lines) and (
            not self.lines[at].strip() or (skip_options and is_option(self.lines[at], outer))
        ):
            at += 1
        end = at
        while end < len(self.lines) and (not self.lines[end].strip() or indent_of(self.lines[end]) > outer):
            end += 1
        self._code(at, self.lines[at:end], language)
        return max(end, at)

    def _code(self, at: int, lines: list[str], language: str) -> None:
        margin = min((indent_of(line) for line in lines if line.strip()), default=0)
        text = "\n".join(line[margin:] for line in lines).rstrip()
        if text:
            self._blocks.append(Block(BlockKind.CODE, text, Place(self.path, at + 1), self._headings.path, language))


def indent_of(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def is_option(line: str, outer: int) -> bool:
    """An option line of a directive, such as `:linenos:`."""
    return indent_of(line) > outer and bool(re.match(r"\s*:[\w-]+:", line))


def links_in(text: str) -> tuple[tuple[str, str], ...]:
    """Links of either dialect, and bare addresses."""
    found = [(name.strip(), target) for name, target in RST_LINK.findall(text)]
    found += [(name.strip(), target) for name, target in RST_TARGET.findall(text)]
    found += [(name or target, target) for target, name in ORG_LINK.findall(text)]
    known = {target for _, target in found}
    found += [(a, a) for a in ADDRESS.findall(text) if a not in known]
    return tuple(found)
