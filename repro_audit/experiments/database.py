"""Asking a SQLite database that a run left: a stranger's file, opened for reading only, bounded in size and time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from ..compare.content import Unreadable
from ..compare.databases import opened_database

MAGIC = b"SQLite format 3\0"
LARGEST = 256 * 1024 * 1024  # bytes
SECONDS = 5.0

T = TypeVar("T")


def asked(file: Path, ask: Callable[[sqlite3.Connection], Iterable[T]], largest: int = LARGEST) -> tuple[T, ...]:
    """What `ask` finds in it; nothing where it is no such database, is too large or takes too long to answer."""
    try:
        if not _is_database(file, largest):
            return ()
        with opened_database(str(file), SECONDS) as connection:
            return tuple(ask(connection))
    except (OSError, sqlite3.Error, Unreadable):
        return ()


def _is_database(file: Path, largest: int) -> bool:
    if file.is_symlink() or not file.is_file() or file.stat().st_size > largest:
        return False
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC
