"""Bytes to compare, read piece by piece: a file, a stored member of an archive, or an unpacked one.

Everything here is a stranger's: sizes that a format declares are never trusted, no link is followed,
and what is unpacked is counted against a budget.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol

from ..opening import open_regular

CHUNK = 1 << 20
IN_MEMORY = 16 << 20  # larger members of archives are unpacked to a temporary file
WHOLE = 64 << 20  # the largest text that is read at once
UNPACKED = 2 << 30  # bytes that one pair of files may unpack to in all


class MissingLibrary(Exception):
    """An optional library that this format needs is not installed."""


class Unreadable(Exception):
    """The file is not what its name or its first bytes promise, or too large to look inside."""


def library(name: str) -> Any:
    """An optional library of the `compare` extra, imported when a file needs it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingLibrary(name.partition(".")[0]) from error


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked."""

    left: int = UNPACKED

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise Unreadable(f"more than {UNPACKED >> 30} GiB when unpacked")


@dataclass(frozen=True, slots=True)
class Content:
    """A window of `size` bytes, from `start` on, into an open file; `path` where the window is the whole file."""

    name: str
    file: IO[bytes]
    size: int
    start: int = 0
    path: Path | None = None

    def read(self, offset: int = 0, length: int | None = None) -> bytes:
        """At most `length` bytes, never beyond the window."""
        left = max(self.size - offset, 0)
        self.file.seek(self.start + offset)
        return self.file.read(left if length is None else max(min(length, left), 0))

    def whole(self, limit: int = WHOLE) -> bytes:
        if self.size > limit:
            raise Unreadable(f"larger than {limit >> 20} MB")
        return self.read()

    def window(self, offset: int, size: int) -> Content:
        if offset < 0 or size < 0 or offset + size > self.size:
            raise Unreadable("it ends too early")
        return Content(self.name, self.file, size, self.start + offset)

    def stream(self) -> IO[bytes]:
        """A file of its own that others may seek in."""
        if self.path is not None:
            return open_regular(self.path)
        return io.BufferedReader(_Window(self))

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A path for libraries that take nothing else; a temporary copy for a member of an archive."""
        if self.path is not None:
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="repro-audit-") as folder:
            copy = Path(folder, "member")
            with copy.open("wb") as out:
                for offset in range(0, self.size, CHUNK):
                    out.write(self.read(offset, CHUNK))
            yield copy


class _Window(io.RawIOBase):
    """A window as a file, so that a library reads a member of an archive piece by piece."""

    def __init__(self, content: Content) -> None:
        self.content, self.at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.content.size}[whence]
        self.at = max(start + offset, 0)
        return self.at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self.content.read(self.at, len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


@contextmanager
def opened(path: Path, name: str) -> Iterator[Content]:
    with open_regular(path) as file:
        yield Content(name, file, os.fstat(file.fileno()).st_size, path=path)


def in_memory(name: str, data: bytes) -> Content:
    return Content(name, io.BytesIO(data), len(data))


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpacked(name: str, source: Readable, budget: Budget) -> Content:
    """Copy a decompressing stream, in memory while it is small."""
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # lives as long as the content
    size = 0
    while piece := source.read(CHUNK):
        budget.spend(len(piece))
        size += target.write(piece)
    return Content(name, target, size)


def first_difference(first: Content, second: Content) -> int | None:
    """The offset of the first byte that differs, None where all are the same."""
    for offset in range(0, max(first.size, second.size, 1), CHUNK):
        one, two = first.read(offset, CHUNK), second.read(offset, CHUNK)
        if one != two:
            return offset + _prefix(one, two)
    return None


def _prefix(one: bytes, two: bytes) -> int:
    """The length of the common start, found by halves because slices compare fast."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == two[:middle] else (low, middle - 1)
    return low
