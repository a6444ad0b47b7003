"""Notes: one file a process, one JSON object a line, each written and closed at once."""

from __future__ import annotations

import _thread
import json
import os
from contextlib import suppress
from typing import Any

from . import settings

LIMIT = 2_000_000  # bytes a process
_encode = json.JSONEncoder(default=str).encode
# Taken before anything is replaced: the probe itself must meet the machine as it is.
_getpid, _open, _write, _close = os.getpid, os.open, os.write, os.close


class _File:
    """Where this process writes; a forked child finds another process id and begins its own file."""

    pid = 0
    path = ""
    written = 0


class _Busy(_thread._local):
    """Per thread: whether the probe itself is at work, so that its own doings are not noted.

    It is at work `with` this, however many of these stand within each other.
    """

    now = 0

    def __enter__(self) -> None:
        self.now += 1

    def __exit__(self, *_error: object) -> None:
        self.now -= 1


busy = _Busy()


def write(note: dict[str, Any]) -> None:
    """Append one note. No descriptor stays open: a program may close or reuse any that it did not open itself."""
    if not settings.NOTES:
        return
    with suppress(Exception), busy:
        line = _encode(note).encode("ascii") + b"\n"
        if _File.pid != _getpid():
            _begin_file()
        if _File.written + len(line) <= LIMIT:
            _append(line)


def _begin_file() -> None:
    pid = _getpid()
    for counter in range(10_000):  # a process id may come again
        path = os.path.join(settings.NOTES, f"{pid}-{counter}.jsonl")
        try:
            _close(_open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666))
        except FileExistsError:
            continue
        _File.pid, _File.path, _File.written = pid, path, 0
        return


def _append(line: bytes) -> None:
    descriptor = _open(_File.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
    try:
        _write(descriptor, line)
    finally:
        _close(descriptor)
    _File.written += len(line)
