"""Parquet, Feather and Arrow files column by column, Excel workbooks cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from . import masks
from .arrays import Array, compare_arrays
from .content import Content, in_memory, library
from .model import Difference
from .scope import Scope
from .tables import compare_cell
from .tally import Tally, short
from .values import Values

ROWS = 65_536


def compare_parquet(first: Content, second: Content, scope: Scope) -> Difference:
    parquet = library("pyarrow.parquet")
    with parquet.ParquetFile(first.stream()) as one, parquet.ParquetFile(second.stream()) as two:
        lengths = (one.metadata.num_rows, two.metadata.num_rows)
        batches = (one.iter_batches(ROWS), two.iter_batches(ROWS))
        return _compare(scope, (one.schema_arrow, two.schema_arrow), lengths, batches)


def compare_arrow(first: Content, second: Content, scope: Scope) -> Difference:
    """Feather of version 2 is Arrow's own file format; version 1 is read by the same function."""
    feather = library("pyarrow.feather")
    one, two = feather.read_table(first.stream()), feather.read_table(second.stream())
    for side in (one, two):
        side.validate(full=True)  # the offsets of a broken file would lead out of its memory
    batches = (iter(one.combine_chunks().to_batches(ROWS)), iter(two.combine_chunks().to_batches(ROWS)))
    return _compare(scope, (one.schema, two.schema), (one.num_rows, two.num_rows), batches)


def _compare(
    scope: Scope, schemas: tuple[Any, Any], lengths: tuple[int, int], batches: tuple[Iterator[Any], Iterator[Any]]
) -> Difference:
    library("numpy")
    tally = Tally(scope.tolerance)
    _compare_schemas(tally, *schemas)
    if lengths[0] != lengths[1]:
        tally.differ("", f"{lengths[0]} rows != {lengths[1]} rows")
    else:
        common = [name for name in schemas[0].names if name in schemas[1].names]
        start = 0
        for one, two in _aligned(*batches):
            for side in (one, two):
                side.validate(full=True)  # likewise
            for name in common:
                _compare_column(tally, name, one.column(name), two.column(name), start)
            start += one.num_rows
    return tally.result("only the metadata or the layout of the file differs")


def _compare_schemas(tally: Tally, one: Any, two: Any) -> None:
    for name in sorted(set(one.names) ^ set(two.names)):
        tally.differ(f"column {name}", f"only in the {'first' if name in one.names else 'second'}")
    if one.names != two.names and sorted(one.names) == sorted(two.names):
        tally.differ("", "the same columns in another order")
    for name in one.names:
        if name in two.names and one.field(name).type != two.field(name).type:
            tally.differ(f"column {name}", f"type {one.field(name).type} != {two.field(name).type}")


def _aligned(one: Iterator[Any], two: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """Batches of the same rows: row groups of the two files may be cut elsewhere."""
    left = right = None
    while True:
        left = next(one, None) if left is None else left
        right = next(two, None) if right is None else right
        if left is None or right is None:
            return
        rows = min(left.num_rows, right.num_rows)
        if rows:
            yield left.slice(0, rows), right.slice(0, rows)
        left = left.slice(rows) if left.num_rows > rows else None
        right = right.slice(rows) if right.num_rows > rows else None


def _compare_column(tally: Tally, name: str, one: Any, two: Any, start: int) -> None:
    if one.equals(two):
        return
    types = library("pyarrow.types")
    numeric = types.is_floating(one.type) or types.is_integer(one.type)
    if numeric and one.type == two.type and not one.null_count and not two.null_count and not masks.kind_of_key(name):
        left, right = (side.to_numpy(zero_copy_only=False) for side in (one, two))
        arrays = [Array(side.dtype.str, side.shape, in_memory(name, side.tobytes())) for side in (left, right)]
        compare_arrays(tally, f"{name}{f' from row {start} on' if start else ''}", arrays[0], arrays[1])
        return
    values = Values(tally)
    for row, (left, right) in enumerate(zip(one.to_pylist(), two.to_pylist(), strict=True), start):
        if left != right:
            values.compare(f"row {row}.{name}", _plain(left), _plain(right))


def _plain(value: object) -> object:
    """Times and decimals as text, which masks and sentences know."""
    return value if isinstance(value, (str, int, float, bytes, list, dict, type(None))) else str(value)


def compare_excel(first: Content, second: Content, scope: Scope) -> Difference:
    openpyxl = library("openpyxl")
    tally = Tally(scope.tolerance)
    one = openpyxl.load_workbook(first.stream(), read_only=True, keep_links=False)
    two = openpyxl.load_workbook(second.stream(), read_only=True, keep_links=False)
    if one.sheetnames != two.sheetnames:
        tally.differ("", f"sheets {short(', '.join(one.sheetnames))} != {short(', '.join(two.sheetnames))}")
    for name in one.sheetnames:
        if name in two.sheetnames:
            _compare_sheet(tally, name, one[name], two[name])
    return tally.result("the same cells, only times or compression differ")


def _compare_sheet(tally: Tally, name: str, one: Any, two: Any) -> None:
    header: list[str] = []
    rows = zip_longest(one.iter_rows(values_only=True), two.iter_rows(values_only=True))
    for number, (left, right) in enumerate(rows, 1):
        tally.step()
        header = header or [str(cell) for cell in left or ()]
        if left is None or right is None or len(left) != len(right):
            tally.differ(f"sheet {name}", f"rows or cells are missing from row {number} on")
            return
        for position, (a, b) in enumerate(zip(left, right, strict=True)):
            if a != b:
                column = header[position] if position < len(header) else ""
                compare_cell(tally, column, str(a), str(b), f"{name} row {number} {short(column, 30)}")
