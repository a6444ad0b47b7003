"""CSV and TSV: row by row and cell by cell, with the columns by name."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from . import masks
from .content import WHOLE, Content, Unreadable
from .model import Difference
from .scope import Scope
from .tally import Tally, short
from .text import compare_numerals, value_of

LARGEST = 4 * WHOLE
FORMS = "only the way that cells are written differs"
ROWS_SORTED = 1_000_000  # rows up to which we look whether only their order differs


def compare_csv(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(first, second, scope, ",")


def compare_tsv(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(first, second, scope, "\t")


def _compare(first: Content, second: Content, scope: Scope, delimiter: str) -> Difference:
    tally = Tally(scope.tolerance)
    if max(first.size, second.size) > LARGEST:
        raise Unreadable(f"larger than {LARGEST >> 20} MB")
    rows = (_rows(first, delimiter), _rows(second, delimiter))
    header, other = next(rows[0], []), next(rows[1], [])
    if header != other:
        _compare_headers(tally, header, other)
        if sorted(header) != sorted(other) or len(set(other)) != len(other):
            return tally.result(FORMS)
    order = [other.index(name) for name in header] if header != other else None
    _compare_rows(tally, header, *rows, order)
    if tally.counts and _is_reordered(first, second, delimiter):
        reordered = Tally(scope.tolerance)
        reordered.differ("", "the same rows in another order")
        return reordered.result(FORMS)
    return tally.result(FORMS)


def _rows(content: Content, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 20)
    text = io.TextIOWrapper(content.stream(), "utf-8-sig", "surrogateescape", newline="")
    with text:
        sniffed = delimiter
        if delimiter == "," and ";" in (head := text.readline()) and "," not in head:
            sniffed = ";"
        text.seek(0)
        for row in csv.reader(text, delimiter=sniffed):
            if row:
                yield row


def _compare_headers(tally: Tally, one: list[str], two: list[str]) -> None:
    if len(one) == len(two) and all(value_of(cell) is not None for cell in one):
        _compare_cells(tally, [], one, two, "row 1")  # no header at all
        return
    for name in sorted(set(one) - set(two)):
        tally.differ(f"column {short(name)}", "only in the first")
    for name in sorted(set(two) - set(one)):
        tally.differ(f"column {short(name)}", "only in the second")
    if sorted(one) == sorted(two):
        tally.differ("", "the same columns in another order")


def _compare_rows(
    tally: Tally, header: list[str], first: Iterator[list[str]], second: Iterator[list[str]], order: list[int] | None
) -> None:
    for number, (one, two) in enumerate(zip_longest(first, second), 2):
        if one == two:
            continue
        if one is None or two is None:
            common = number - 2
            longer = common + 1 + sum(1 for _ in (second if one is None else first))
            left, right = (common, longer) if one is None else (longer, common)
            tally.differ("", f"{left} rows != {right} rows")
            return
        if order:
            two = [two[position] for position in order if position < len(two)]
        _compare_cells(tally, header, one, two, f"row {number}")


def _compare_cells(tally: Tally, header: Sequence[str], one: Sequence[str], two: Sequence[str], row: str) -> None:
    tally.step()
    if len(one) != len(two):
        tally.differ(row, f"{len(one)} cells != {len(two)} cells")
        return
    for position, (left, right) in enumerate(zip(one, two, strict=True)):
        if left != right:
            name = header[position] if position < len(header) else str(position + 1)
            compare_cell(tally, name, left, right, f"{row} {short(name, 30)}")


def compare_cell(tally: Tally, column: str, one: str, two: str, where: str) -> None:
    """Times are data, unless the column is named after the time of the run."""
    numeric = value_of(one) is not None and value_of(two) is not None
    kind = masks.kind_under_key(column, one, two)
    if kind is None and not numeric:
        kind = masks.kind_of_pair(one, two)
        kind = None if kind == masks.TIMESTAMPS else kind
    if kind:
        tally.masked(kind, where, one, two)
    elif numeric:
        compare_numerals(tally, where, one, two)
    elif one.strip() == two.strip():
        tally.masked(masks.SPACING)
    else:
        tally.differ(where, f"{short(one)} != {short(two)}")


def _is_reordered(first: Content, second: Content, delimiter: str) -> bool:
    one, two = (
        Counter(hash(tuple(row)) for row in islice(_rows(content, delimiter), ROWS_SORTED))
        for content in (first, second)
    )
    return one == two
