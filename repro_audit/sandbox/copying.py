"""A fresh copy of the project for a run, what the run changed in it, and its removal."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import history
from .model import Snapshot

DEEPEST = 100  # levels of folders: a result that lies deeper is not taken
PROJECT_TIME = 946_684_800  # seconds: what every file of the project is dated, 2000 (archives know none before 1980)
FICLONE = 0x40049409  # ioctl: share the blocks where the file system can
Stamp = tuple[int, int, int]  # size, mtime in ns, inode


@dataclass(frozen=True)
class Copy:
    """A copy and how each file in it looked before the run."""

    folder: Path
    stamps: dict[str, Stamp]


def copy_tree(snapshot: Snapshot, target: Path) -> Copy:
    """Copy the project's files; links that stay inside the tree are kept, others are left out."""
    target.mkdir(parents=True, exist_ok=True)
    for path, source, mode in sources(snapshot):
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), copy)
        else:
            _copy_file(source, copy)
            copy.chmod(0o755 if mode & 0o100 else 0o644)
            os.utime(copy, (PROJECT_TIME, PROJECT_TIME))
    return Copy(target, dict(stamps(target)))


def sources(snapshot: Snapshot) -> Iterator[tuple[str, Path, int]]:
    """(path, where it is, mode) of the files and links that a run may see: none that leads out of the project.

    With them come the files of a repository that holds nothing, for programs that want one around them.
    """
    root = Path(os.path.realpath(snapshot.root))
    for path in snapshot.paths:
        source = root / path
        if not Path(os.path.realpath(source)).is_relative_to(root):
            continue
        try:
            mode = os.lstat(source).st_mode
        except OSError:
            continue
        is_readable = stat.S_ISLNK(mode) or (stat.S_ISREG(mode) and os.access(source, os.R_OK))
        if is_readable:
            yield path, source, mode
    if not any(path.split("/", 1)[0] == history.FOLDER for path in snapshot.paths):
        yield from ((path, place, place.stat().st_mode) for path, place in history.files())


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        try:
            import fcntl

            fcntl.ioctl(writer.fileno(), FICLONE, reader.fileno())
        except (ImportError, OSError):
            shutil.copyfileobj(reader, writer, 1024 * 1024)


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


def changes(copy: Copy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(new or changed, deleted) files since the copy was made; git's own folder and byte code are not results."""
    now = dict(stamps(copy.folder))
    changed = [p for p, s in now.items() if copy.stamps.get(p) != s and not is_noise(p)]
    deleted = [p for p in copy.stamps if p not in now and not is_noise(p)]
    return tuple(sorted(changed)), tuple(sorted(deleted))


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
