"""What lies in a folder that a run has written to, and its removal."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

DEEPEST = 100  # levels of folders: a result that lies deeper is not taken
PROJECT_TIME = 946_684_800  # seconds: what every file of the project is dated, 2000 (archives know none before 1980)
Stamp = tuple[int, int, int]  # size, mtime in ns, inode


def stamps(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """Every file and link below a folder with its stamp, down to `DEEPEST`; nothing is followed or opened."""
    stack = [("", 1)]
    while stack:
        prefix, depth = stack.pop()
        try:
            entries = sorted(os.scandir(folder / prefix), key=lambda e: e.name)
        except OSError:
            continue
        for entry in entries:
            info = _info(entry)
            if info is None:
                continue
            if stat.S_ISDIR(info.st_mode):
                if depth < DEEPEST:
                    stack.append((f"{prefix}{entry.name}/", depth + 1))
            elif stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode):
                yield prefix + entry.name, (info.st_size, info.st_mtime_ns, info.st_ino)


def _info(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def is_noise(path: str) -> bool:
    parts = path.split("/")
    return ".git" in parts[:-1] or "__pycache__" in parts or path.endswith(".pyc")


def remove(folder: Path) -> None:
    """Remove a folder, whatever a run made of it: no permissions, thousands of levels, names that are no text.

    What lies deeper than two levels is moved up first, so that no path grows too long and nothing recurses.
    What cannot be removed (a read-only file system) stays, and is tried again by the next run.
    """
    if folder.is_symlink() or not folder.is_dir():
        return
    _loosen(os.fspath(folder))
    moved = 0
    is_moving = True
    while is_moving:
        is_moving = False
        for child in _emptied(os.fspath(folder)):
            for grandchild in _emptied(child):
                target = os.path.join(folder, f".{os.getpid()}-moved-{moved}")
                moved += 1
                with suppress(OSError):
                    os.rename(grandchild, target)
                    is_moving = True
            with suppress(OSError):
                os.rmdir(child)
    with suppress(OSError):
        os.rmdir(folder)


def _emptied(folder: str) -> list[str]:
    """Remove the files of a folder; gives the folders in it, which the caller may now enter."""
    inner = []
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return []
    for entry in entries:
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                _loosen(entry.path)
                inner.append(entry.path)
            else:
                os.unlink(entry.path)
    return inner


def _loosen(folder: str) -> None:
    with suppress(OSError):
        os.chmod(folder, 0o700)
