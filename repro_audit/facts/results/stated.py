"""Numbers that a README states as results: beside a metric's name, in prose, a list or a table.

A number counts with the digits it is written in: 0.93 claims anything that rounds to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..documents import Documents
from ..documents.model import Block, BlockKind
from .names import Metric, metric_of

MOST = 200  # numbers
NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?"
_BESIDE = re.compile(
    rf"(?P<name>[A-Za-z][\w ²/@().-]{{0,40}}?)\s*(?:\*\*|`|_)?\s*(?::|=|≈|~|\bof\b|\bis\b|\bwas\b)\s*"
    rf"(?:about |around |~|≈|\*\*|`)?\s*(?P<number>{NUMBER})\s*(?P<percent>%)?"
)
_BEFORE = re.compile(rf"(?P<number>{NUMBER})\s*(?P<percent>%)?\s+(?P<name>[A-Za-z][A-Za-z0-9 -]{{2,24}})")
_CELL = re.compile(rf"^\W{{0,4}}(?P<number>{NUMBER})\s*(?P<percent>%)?(?:\s*(?:±|\+/-|\(|&).{{0,24}})?\W{{0,4}}$")
_RULE = re.compile(r"^[\s|:+-]+$")
_FAR = re.compile(  # a number of somebody else's, or no result at all
    r"\b(?:paper|reported|original|baseline|state.of.the.art|sota|et al|target|expected|at least|more than|less than|"
    r"above|below|over|under|up to|e\.g|example)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that is said to have come out. `decimals` is how many digits stand after the point."""

    metric: Metric
    value: float
    text: str
    at: Place
    decimals: int
    is_percent: bool = False
    row: str = ""  # what the row of its table is about

    def agrees(self, value: float) -> bool:
        """Whether a value, written with as many digits, is this number; a share may be written as a percentage."""
        return any(abs(v - self.value) <= 0.5000001 * 10**-self.decimals for v in self.scaled(value))

    def scaled(self, value: float) -> tuple[float, ...]:
        """The value as it may have been written."""
        is_share = abs(value) <= 1.0 and (self.is_percent or self.value > 1.5)
        return (value, value * 100) if is_share else (value,)

    def is_close(self, value: float, relative: float) -> bool:
        return any(abs(v - self.value) <= relative * max(abs(self.value), 1e-12) for v in self.scaled(value))


def stated_numbers(documents: Documents) -> tuple[Stated, ...]:
    """The results that the root README states, in the order of the text."""
    readme = documents.readme
    if readme is None:
        return ()
    found: list[Stated] = []
    header: list[str] = []
    last_row = -2
    for block in readme.blocks:
        if block.kind is BlockKind.TABLE:
            line = block.at.line or 0
            cells = _cells(block.text)
            is_rule = bool(_RULE.match(block.text))
            if line > last_row + 1 and not is_rule:
                header, last_row = cells, line + 1  # the rule below it is no row
                continue
            found += () if is_rule else _in_row(header, cells, block)
            last_row = line
        elif block.kind is BlockKind.PROSE:
            found += _in_prose(block)
    return tuple(dict.fromkeys(found))[:MOST]


def _in_prose(block: Block) -> Iterator[Stated]:
    for offset, line in enumerate(block.text.split("\n")):
        if _FAR.search(line):
            continue
        at = Place(block.at.path, (block.at.line or 1) + offset)
        for match in (*_BESIDE.finditer(line), *_BEFORE.finditer(line)):
            metric = metric_of(match["name"])
            made = _stated(metric, match["number"], match["percent"], line.strip(), at) if metric else None
            if made:
                yield made


def _in_row(header: list[str], cells: list[str], block: Block) -> Iterator[Stated]:
    """A column named for a metric, or a row whose first cell is one."""
    label = cells[0] if cells else ""
    of_row = metric_of(label)
    for title, cell in zip(header[1:], cells[1:]):
        number = _CELL.match(cell)
        of_column = metric_of(title)
        metric = of_row if of_column is None or (of_row and of_column.name == "score") else of_column
        if number is None or metric is None:
            continue
        row = "" if metric is of_row else label
        made = _stated(metric, number["number"], number["percent"], block.text.strip(), block.at, row)
        if made:
            yield made


def _stated(metric: Metric, number: str, percent: str | None, text: str, at: Place, row: str = "") -> Stated | None:
    """None for what is no measured value: a whole number without a percent sign may be a count or a year."""
    plain = number.replace(",", "")
    mantissa, _, exponent = plain.lower().partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    if "." not in mantissa and not percent:
        return None
    return Stated(metric, float(plain), text[:200], at, decimals, bool(percent), row)


def _cells(row: str) -> list[str]:
    return [c.strip().strip("*`") for c in row.strip().strip("|").split("|")]
