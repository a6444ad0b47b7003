"""What a run left, taken into the folder that is kept: files and harmless links, nothing else.

A run may leave anything: links to the host's files, pipes, a terabyte of nothing, names that lead out.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCK = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT)
UNNAMEABLE = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.ENOTDIR, errno.EISDIR)


class TooMuch(Exception):
    """There is more than the budget allows; what fitted was taken."""


def take(source: Path, target: Path, paths: Iterable[str], budget: int) -> int:
    """Move files and links from one folder to another; gives the bytes, raises `TooMuch` when some did not fit."""
    taken, is_whole = 0, True
    target.mkdir(parents=True, exist_ok=True)
    for path in paths:
        status = os.lstat(source / path)
        place = target / path
        if stat.S_ISLNK(status.st_mode):
            _link(os.readlink(source / path), path, place)
        elif taken + status.st_size > budget:
            is_whole = False
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            _move(source / path, place, status.st_mode)
            taken += status.st_size
    if not is_whole:
        raise TooMuch
    return taken


def _move(source: Path, place: Path, mode: int) -> None:
    if not mode & 0o400:
        os.chmod(source, 0o600)  # else nobody but root could compare it
    try:
        os.rename(source, place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with _naming(place):
            shutil.copyfile(source, place, follow_symlinks=False)


@contextmanager
def _naming(place: Path) -> Iterator[None]:
    """A full disk is the one that the file is written to, not the one that it comes from."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:  # among others whatever broke off the stream that it comes from
            raise
        raise OSError(error.errno, error.strerror, str(place)) from error


def _link(leads_to: str, path: str, place: Path) -> None:
    if stays_inside(path, leads_to):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        os.symlink(leads_to, place)


def stays_inside(path: str, leads_to: str) -> bool:
    """Whether a link at `path` leads to a place of the same tree, whatever links it passes on its way.

    Only `../` at its beginning may climb: after a name, which may be a link itself, nobody knows where `..` is.
    """
    parts = leads_to.split("/")
    climbs = next((i for i, part in enumerate(parts) if part != ".."), len(parts))
    return not leads_to.startswith("/") and ".." not in parts[climbs:] and climbs <= path.count("/")


def unpack(
    chunks: Iterable[bytes], target: Path, place: Callable[[tarfile.TarInfo, str], str | None], budget: int
) -> tuple[int, dict[str, str]]:  # fmt: skip
    """Unpack an archive's files below `target`; `place` says where a member of a name is kept, None where it is not.

    Gives the bytes written, and the links with what they lead to: they are made when all files are there, so that
    no file is written through one. Raises `TooMuch` past the budget.
    """
    written, links = 0, {}
    with tarfile.open(fileobj=Stream(chunks), mode="r|", bufsize=BLOCK) as tar:
        for member in tar:
            path = place(member, member.name)
            if path is None:
                continue
            if member.issym():
                links[path] = member.linkname
            elif member.isreg():
                if written + member.size > budget:
                    raise TooMuch
                written += _write(tar, member, target / path)
            elif member.islnk():
                _second_name(target, place(member, member.linkname), path)
    return written, links


def link_all(target: Path, links: dict[str, str]) -> None:
    """Make the links that stay in the folder of `target` that they are in."""
    for path in sorted(links):
        if not os.path.lexists(target / path):
            _link(links[path], path.partition("/")[2], target / path)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> int:
    source = tar.extractfile(member)
    if source is None:
        return 0
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _naming(place), place.open("wb") as file:
            shutil.copyfileobj(source, file, BLOCK)
    except OSError as error:
        if error.errno not in UNNAMEABLE:
            raise
        return 0
    return member.size


def _second_name(target: Path, first: str | None, path: str) -> None:
    """A file that has two names is in the archive once."""
    if first is None or not (target / first).is_file() or (target / path).exists():
        return
    (target / path).parent.mkdir(parents=True, exist_ok=True)
    os.link(target / first, target / path, follow_symlinks=False)


class Stream(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = []
        while size < 0 or size > 0:
            if not self._rest:
                chunk = next(self._chunks, None)
                if chunk is None:
                    break
                self._rest = memoryview(chunk)
            piece = self._rest if size < 0 else self._rest[:size]
            self._rest = self._rest[len(piece) :]
            size -= len(piece) if size > 0 else 0
            found.append(piece)
        return b"".join(found)
