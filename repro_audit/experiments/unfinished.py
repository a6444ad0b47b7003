"""The mark of an audit that has not come to its end. Where the program was killed, or the disk was full, the mark
stays in the evidence folder and tells how far the audit got; whoever reads the folder knows that it is partial."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

from ..opening import open_regular
from ..text import shorten
from .jsonfile import read_json, write_json

FILE = "unfinished.json"
LOCK = "lock"
LARGEST = 64 * 1024  # bytes
NOTE = "This audit is under way or was ended before its time: what lies here is partial."


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How far an audit got; times are UTC."""

    began: str
    step: str  # what it was at
    since: str
    is_under_way: bool

    def __str__(self) -> str:
        how = "is under way" if self.is_under_way else "was interrupted"
        return f"the audit that began at {self.began} {how}: {self.step}, from {self.since} on"


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def mark(folder: Path, began: str, step: str) -> None:
    """Say that the audit is at this step. Raises OSError."""
    write_json(folder / FILE, {"note": NOTE, "began": began, "step": step, "since": now(), "process": os.getpid()})


def unmark(folder: Path) -> None:
    with suppress(OSError):
        (folder / FILE).unlink()


def unfinished(folder: Path) -> Unfinished | None:
    """How far the audit got that this folder is the evidence of; None where it came to its end."""
    path = folder / FILE
    if not os.path.lexists(path):
        return None
    try:
        data = read_json(path, LARGEST)
        told = [shorten(str(data[key]), 80) for key in ("began", "step", "since")]
    except (OSError, ValueError, KeyError, TypeError):
        told = ["an unknown time", "an unknown step", "an unknown time"]
    return Unfinished(told[0], told[1], told[2], _is_locked(folder))


def is_of_this_process(folder: Path) -> bool:
    """Whether the mark was made by the audit that asks."""
    try:
        return not folder.is_symlink() and read_json(folder / FILE, LARGEST)["process"] == os.getpid()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def locked(folder: Path) -> IO[bytes] | None:
    """Hold the folder for as long as the file is open; None where another audit does."""
    import fcntl

    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    file = os.fdopen(descriptor, "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    except OSError:
        pass  # a file system that knows no locks
    return file


def _is_locked(folder: Path) -> bool:
    """Whether the audit that writes here is still alive."""
    try:
        import fcntl

        with open_regular(folder / LOCK) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):  # Windows reads what was run elsewhere
        return False
    return False
