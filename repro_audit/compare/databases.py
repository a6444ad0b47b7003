"""SQLite databases, table by table, opened so that nothing is written and nothing of theirs is run."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest

from ..model import is_number
from . import masks
from .content import Content, Unreadable
from .model import Difference
from .scope import Scope
from .tally import Tally, short
from .values import compare_strings

SECONDS = 60.0
Row = tuple[object, ...]


def compare_sqlite(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    with (
        first.on_disk() as one,
        second.on_disk() as two,
        opened_database(str(one)) as left,
        opened_database(str(two)) as right,
    ):
        tables = (_tables(left), _tables(right))
        for name in sorted(tables[0].keys() ^ tables[1].keys()):
            tally.differ(f"table {name}", f"only in the {'first' if name in tables[0] else 'second'}")
        for name in sorted(tables[0].keys() & tables[1].keys()):
            if _definition(tables[0][name]) != _definition(tables[1][name]):
                tally.differ(f"table {name}", "the table is defined in another way")
            _compare_table(tally, left, right, name)
    return tally.result("the same rows on other pages")


@contextmanager
def opened_database(path: str, seconds: float = SECONDS) -> Iterator[sqlite3.Connection]:
    """For reading only; what takes longer than so many seconds in all ends as `Unreadable`."""
    from urllib.parse import quote

    with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.text_factory = lambda data: data.decode("utf-8", "backslashreplace")
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        try:
            yield connection
        except sqlite3.Error as error:
            raise Unreadable(f"SQLite says: {short(str(error))}") from error


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    """Ordinary tables with their definitions; virtual ones would run an extension."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    return {name: sql for name, sql in rows if sql and not sql.upper().startswith("CREATE VIRTUAL")}


def _definition(sql: str) -> list[str]:
    """Its lines in order: the tools that migrate a database (Alembic, below MLflow) write constraints from a set.
    The order of the columns is compared with the rows."""
    return sorted(" ".join(line.split()).removesuffix(",") for line in sql.split("\n"))


def _compare_table(tally: Tally, left: sqlite3.Connection, right: sqlite3.Connection, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    one, two = left.execute(f"SELECT * FROM {quoted}"), right.execute(f"SELECT * FROM {quoted}")
    columns = [column[0] for column in one.description]
    if columns != [column[0] for column in two.description]:
        tally.differ(f"table {name}", "other columns")
        return
    for number, (a, b) in enumerate(zip_longest(one, two), 1):
        if a is None or b is None:
            tally.differ(
                f"table {name}", f"more rows in the {'second' if a is None else 'first'}, from row {number} on"
            )
            return
        if a != b:
            _compare_row(tally, columns, a, b, f"{name} row {number}")


def _compare_row(tally: Tally, columns: list[str], one: Row, two: Row, where: str) -> None:
    tally.step()
    keys = dict(zip(columns, one)), dict(zip(columns, two))
    named = keys[0].get("key") if keys[0].get("key") == keys[1].get("key") else None
    for column, left, right in zip(columns, one, two, strict=True):
        if left != right:
            name = str(named) if named and column == "value" else column
            _compare_cell(tally, name, left, right, f"{where} {column}")


def _compare_cell(tally: Tally, column: str, one: object, two: object, where: str) -> None:
    if is_number(one) and is_number(two):
        kind = masks.kind_under_key(column, one, two)
        tally.masked(kind, where, one, two) if kind else tally.number(where, one, two)
    elif isinstance(one, str) and isinstance(two, str):
        kind = masks.kind_under_key(column, one, two)
        tally.masked(kind, where, one, two) if kind else compare_strings(tally, where, one, two)
    else:
        tally.differ(where, f"{short(one)} != {short(two)}")
