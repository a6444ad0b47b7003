"""A fresh copy of the project for a run, and what the run changed in it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .model import Snapshot

FICLONE = 0x40049409  # ioctl: share the blocks where the file system can
Stamp = tuple[int, int, int]  # size, mtime in ns, inode


@dataclass(frozen=True)
class Copy:
    """A copy and how each file in it looked before the run."""

    folder: Path
    stamps: dict[str, Stamp]


def copy_tree(snapshot: Snapshot, target: Path) -> Copy:
    """Copy the project's files; links that stay inside the tree are kept, others are left out."""
    root = Path(os.path.realpath(snapshot.root))
    target.mkdir(parents=True, exist_ok=True)
    for path in snapshot.paths:
        source, copy = root / path, target / path
        if not Path(os.path.realpath(source)).is_relative_to(root):
            continue
        try:
            mode = os.lstat(source).st_mode
        except OSError:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), copy)
        elif stat.S_ISREG(mode):
            _copy_file(source, copy)
            copy.chmod(0o755 if mode & 0o100 else 0o644)
    return Copy(target, dict(stamps(target)))


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        try:
            import fcntl

            fcntl.ioctl(writer.fileno(), FICLONE, reader.fileno())
        except (ImportError, OSError):
            shutil.copyfileobj(reader, writer, 1024 * 1024)


def stamps(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """Every file and link below a folder with its stamp; nothing is followed or opened."""
    stack = [folder]
    while stack:
        try:
            entries = sorted(os.scandir(stack.pop()), key=lambda e: e.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                stack.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                info = entry.stat(follow_symlinks=False)
                yield (
                    os.path.relpath(entry.path, folder).replace(os.sep, "/"),
                    (info.st_size, info.st_mtime_ns, info.st_ino),
                )


def changes(copy: Copy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(new or changed, deleted) files since the copy was made; git's own folder and byte code are not results."""
    now = dict(stamps(copy.folder))
    changed = [p for p, s in now.items() if copy.stamps.get(p) != s and not is_noise(p)]
    deleted = [p for p in copy.stamps if p not in now and not is_noise(p)]
    return tuple(sorted(changed)), tuple(sorted(deleted))


def is_noise(path: str) -> bool:
    parts = path.split("/")
    return ".git" in parts[:-1] or "__pycache__" in parts or path.endswith(".pyc")


def keep_only(folder: Path, wanted: frozenset[str]) -> None:
    """Remove what was not changed, so that the evidence holds results and not another copy of the project."""
    for path, _ in list(stamps(folder)):
        if path not in wanted:
            (folder / path).unlink(missing_ok=True)
    for parent, _folders, _files in sorted(os.walk(folder), reverse=True):
        if parent != str(folder) and not os.listdir(parent):
            os.rmdir(parent)


def remove(folder: Path) -> None:
    """Remove a folder whatever permissions a run gave to what is in it."""

    def loosen(function: object, path: str, _error: object) -> None:
        parent = os.path.dirname(path)
        os.chmod(parent, 0o700)
        if not os.path.islink(path) and os.path.isdir(path):
            os.chmod(path, 0o700)
            shutil.rmtree(path, ignore_errors=True)
        elif os.path.lexists(path):
            os.unlink(path)

    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, onerror=loosen)
