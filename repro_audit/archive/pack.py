"""A crate as a folder or as one zip file, whole or not at all, the same bytes for the same files."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import UsageError
from ..text import one_line

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
LARGE = 1 << 31  # bytes, from where on an entry needs the larger form
MODE = 0o644


def check_target(output: str | None) -> Path:
    """Where the crate is to be; raises UsageError before anything is read or run."""
    if not output:
        raise UsageError("a crate is a folder or a zip file", "Name it: -o audit.zip, or -o FOLDER")
    target = Path(output)
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {one_line(str(target.parent))}", "Make it, or give another place to -o.")
    if is_zip(target):
        if target.is_dir():
            raise UsageError(f"{one_line(output)} is a folder", "Give a file to -o, or a folder without .zip.")
    elif os.path.lexists(target) and (target.is_symlink() or not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{one_line(output)} is there already", "Give a new folder to -o, so that nothing is lost.")
    return target


def is_zip(target: Path) -> bool:
    return target.suffix.lower() == ".zip"


def pack(fill: Callable[[Path], None], target: Path) -> None:
    """Have the folder filled beside its place, and put it there, or its zip file. Raises UsageError."""
    with _told_of(target), tempfile.TemporaryDirectory(prefix=".repro-audit-", dir=target.parent) as work:
        folder = Path(work) / "crate"
        folder.mkdir()
        fill(folder)
        if is_zip(target):
            _zip(folder, Path(work) / "crate.zip")
            os.replace(Path(work) / "crate.zip", target)
            return
        for path in _files(folder):
            path.chmod(MODE)
        if target.is_dir():
            target.rmdir()
        os.replace(folder, target)


def _zip(folder: Path, target: Path) -> None:
    """Stored and not compressed: what a compressor writes depends on its version."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = (0o100000 | MODE) << 16
            is_large = path.stat().st_size >= LARGE
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=is_large) as into:
                shutil.copyfileobj(source, into, 1 << 20)
    target.chmod(MODE)


def _files(folder: Path) -> list[Path]:
    return sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.relative_to(folder).as_posix())


@contextmanager
def _told_of(target: Path) -> Iterator[None]:
    """A full disk or a missing permission in one line."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{one_line(str(target))} cannot be written: {reason}", "Give another place to -o.") from error
