"""What a probe noted in a run, brought back: plain files of one folder, and not too much of it."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from tarfile import TarInfo

from . import copying, taking
from .model import MIB, NOTES

FOLDER = NOTES.rpartition("/")[2]
LIMIT = 64 * MIB  # bytes


def place(member: TarInfo, name: str) -> str | None:
    """Where a member of the notes' archive is kept, None for anything that is no plain file right in the folder."""
    top, _, rest = name.partition("/")
    is_note = member.isreg() and top == FOLDER and rest not in ("", ".", "..") and "/" not in rest and "\0" not in rest
    return name if is_note else None


def take(source: Path, into: Path) -> None:
    """Move the notes of a run on this machine into its folder."""
    copying.remove(into / FOLDER)
    with suppress(taking.TooMuch):
        taking.take(source, into / FOLDER, _plain(source), LIMIT)


def _plain(source: Path) -> list[str]:
    found = [path for path, _ in copying.stamps(source) if "/" not in path]
    return [path for path in found if stat.S_ISREG((source / path).lstat().st_mode)]
