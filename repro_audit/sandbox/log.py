"""The words of a run on disk: the beginning, and the end where an error stands, whatever is said between."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

LEFT_OUT = b"\n... %d bytes left out ...\n"


class KeptLog:
    """A file that takes `limit` bytes at most: the first half as it comes, the last half when it is closed."""

    def __init__(self, path: Path, limit: int) -> None:
        self._file = path.open("wb")
        self._room = self._half = max(limit // 2, 1)
        self._tail = bytearray()
        self._left_out = 0

    def write(self, chunk: bytes) -> str:
        """Keep a chunk; gives the last line in it, for whoever watches."""
        head = chunk[: self._room]
        if head:
            self._file.write(head)
            self._file.flush()
            self._room -= len(head)
        self._tail += chunk[len(head) :]
        if len(self._tail) > 2 * self._half:
            self._shorten()
        return chunk.decode("utf-8", "replace").replace("\r", "\n").rstrip().rpartition("\n")[2]

    def _shorten(self) -> None:
        surplus = len(self._tail) - self._half
        if surplus > 0:
            self._left_out += surplus
            del self._tail[:surplus]

    def __enter__(self) -> KeptLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shorten()
        if self._left_out:
            self._file.write(LEFT_OUT % self._left_out)
        self._file.write(self._tail)
        self._file.close()
