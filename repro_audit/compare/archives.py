"""Zip, tar and gzip files: members by name, whatever their times, order and compression."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from typing import IO

from . import masks
from .content import Content, Unreadable, first_difference, unpacked
from .ids import addresses
from .model import Difference, renamed
from .scope import Scope
from .tally import Tally, named

MOST_MEMBERS = 100_000
PACKING = "only times, order or compression of the members differ"
Open = Callable[[str], Content]


def compare_zip(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    with zipfile.ZipFile(first.stream()) as one, zipfile.ZipFile(second.stream()) as two:
        names = (members_of(one), members_of(two))
        compare_members(
            tally,
            scope,
            names,
            (
                lambda name: member(first, one, names[0][name], scope),
                lambda name: member(second, two, names[1][name], scope),
            ),
        )
    return tally.result(PACKING)


def members_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise Unreadable(f"more than {MOST_MEMBERS} members")
    return {info.filename: info for info in infos}


def member(content: Content, archive: zipfile.ZipFile, info: zipfile.ZipInfo, scope: Scope) -> Content:
    """A stored member is a window into the archive; others are unpacked within the budget."""
    name = info.filename
    if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
        scope.budget.spend(info.file_size)
        return _stored(content, info)
    try:
        with archive.open(info) as source:
            return unpacked(name, source, scope.budget)
    except (RuntimeError, NotImplementedError) as error:
        raise Unreadable("an encrypted or unknown compression") from error


def _stored(content: Content, info: zipfile.ZipInfo) -> Content:
    """The local header says how long its own name and extra field are."""
    header = content.read(info.header_offset, 30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Unreadable("a zip file with a broken member")
    lengths = sum(struct.unpack("<HH", header[26:30]))
    window = content.window(info.header_offset + 30 + lengths, info.file_size)
    return Content(info.filename, window.file, window.size, window.start)


def compare_members(
    tally: Tally, scope: Scope, names: tuple[Iterable[str], Iterable[str]], opens: tuple[Open, Open]
) -> None:
    one, two = set(names[0]), set(names[1])
    told: set[str] = set()
    # What a schema says of objects tells which of the members that are named after objects belong together.
    for name in sorted(one, key=lambda name: (bool(addresses(name)), name)):
        other = scope.renaming.renamed(name)
        if other not in two:
            tally.differ(name, "only in the first")
            continue
        tally.step()
        told.add(other)
        if other != name:  # whoever opens it by name finds it in one of the two only
            tally.differ(name, f"{renamed(other)}: {masks.ADDRESSES} differ")
        tally.child(named(scope.member(opens[0](name), opens[1](other)), name))
    for name in sorted(two - told):
        tally.differ(name, "only in the second")


def compare_tar(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    with _tar(first, scope) as one, _tar(second, scope) as two:
        infos = (_tar_members(one), _tar_members(two))
        _compare_links(tally, *infos)
        files = tuple({name: info for name, info in found.items() if info.isreg()} for found in infos)
        compare_members(
            tally,
            scope,
            (files[0], files[1]),
            (
                lambda name: _tar_member(one, files[0][name], scope),
                lambda name: _tar_member(two, files[1][name], scope),
            ),
        )
    return tally.result(PACKING)


def _tar(content: Content, scope: Scope) -> tarfile.TarFile:
    """Unpacked as a whole before, because seeking in a compressed stream costs its length each time."""
    plain = _decompressed(content, scope) if _compression(content) else content
    return tarfile.open(fileobj=plain.stream(), mode="r:")


def _tar_members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    for info in archive:
        if len(found) >= MOST_MEMBERS:
            raise Unreadable(f"more than {MOST_MEMBERS} members")
        if not info.isdir():
            found[info.name.removeprefix("./")] = info
    return found


def _compare_links(tally: Tally, one: dict[str, tarfile.TarInfo], two: dict[str, tarfile.TarInfo]) -> None:
    for name in sorted(one.keys() & two.keys()):
        left, right = one[name], two[name]
        if (left.type, left.linkname) != (right.type, right.linkname):
            tally.differ(name, "another kind of member, or a link to somewhere else")
    for name in sorted(one.keys() ^ two.keys()):
        if not (one.get(name) or two[name]).isreg():
            tally.differ(name, f"only in the {'first' if name in one else 'second'}")


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, scope: Scope) -> Content:
    source = archive.extractfile(info)
    if source is None:
        raise Unreadable("a tar member without content")
    return unpacked(info.name, source, scope.budget)


Opener = Callable[[IO[bytes]], gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]
_OPENERS: dict[bytes, Opener] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}


def _compression(content: Content) -> Opener | None:
    head = content.read(0, 6)
    return next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)


def _decompressed(content: Content, scope: Scope) -> Content:
    opener = _compression(content)
    if opener is None:
        raise Unreadable("an unknown compression")
    name = content.name
    for suffix in (".gz", ".bz2", ".xz"):
        name = name.removesuffix(suffix)
    with content.stream() as raw, opener(raw) as source:
        return unpacked(name, source, scope.budget)


def compare_compressed(first: Content, second: Content, scope: Scope) -> Difference:
    """One compressed file: the time and name in its header mean nothing."""
    one, two = _decompressed(first, scope), _decompressed(second, scope)
    tally = Tally(scope.tolerance)
    if one.size != two.size or first_difference(one, two) is not None:
        tally.child(named(scope.member(one, two), "content"))
    return tally.result("only the time in the header or the compression differs")
