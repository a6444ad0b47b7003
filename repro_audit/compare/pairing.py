"""Which entry of one folder belongs to which of the other: by name, else by what a generated name leaves over."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from pathlib import Path

from ..opening import open_regular
from .content import CHUNK


class Kind(Enum):
    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    OTHER = "a special file"


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Pair:
    """Both entries, or one of them; `is_generated` where the names differ only in what a run draws anew."""

    first: Entry | None
    second: Entry | None
    is_generated: bool = False


def entries(folder: Path) -> list[Entry]:
    """What lies in a folder, by name; links are told, never followed."""
    found = []
    with os.scandir(folder) as scan:
        for entry in scan:
            found.append(Entry(entry.name, folder / entry.name, _kind(entry)))
    return sorted(found, key=lambda entry: entry.name)


def _kind(entry: os.DirEntry[str]) -> Kind:
    mode = entry.stat(follow_symlinks=False).st_mode
    kinds = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK))
    return next((kind for test, kind in kinds if test(mode)), Kind.OTHER)


_GENERATED = re.compile(
    r"(?:(?<=events\.out\.tfevents)\..*)"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|(?:19|20)\d{2}[-_.]?[01]\d[-_.]?[0-3]\d"
    r"(?:[T _@-]{0,2}[0-2]\d[-:_.h]?[0-5]\d(?:[-:_.m]?[0-5]\d(?:[.,_-]?\d{3,6})?)?)?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\d{2}_\d{2}-\d{2}-\d{2}(?:_[\w.-]+)?"  # PyTorch's own
    r"|(?<!\d)[0-2]\d[-:_.][0-5]\d[-:_.][0-5]\d(?!\d)"
    r"|(?<!\d)1[4-9]\d{8}(?:\.?\d+)?(?!\d)"
    r"|(?<![0-9a-zA-Z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,64}(?![0-9a-zA-Z])"
    r"|(?<=[_-])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8}(?![0-9a-zA-Z])"  # ids of eight letters and figures
    r"|(?<=_\d{6}-)[a-z0-9]{8}(?![0-9a-zA-Z])|(?<=run-)[a-z0-9]{8}(?=\.wandb$)"  # which may have no figure
    r"|(?<=tmp)[a-z0-9_]{8}(?![0-9a-zA-Z])"
    r"|(?i:(?<=pid)[-_]?\d+)"
)
_COUNTER = re.compile(r"^(?:(?:run|exp|experiment|version|trial|job|train|attempt)[-_]?)?\d+$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def generic(name: str, kind: Kind) -> str:
    """The name without what a run draws anew: times, ids, and the counters of run folders."""
    plain = _GENERATED.sub("*", name)
    return re.sub(r"\d+", "*", plain) if kind is Kind.FOLDER and _COUNTER.match(plain) else plain


def pairs(first: Sequence[Entry], second: Sequence[Entry]) -> list[Pair]:
    """Equal names, then equal generic names, then names that differ in one number, such as a rounded score."""
    names = {entry.name: entry for entry in second}
    found = [Pair(entry, names[entry.name]) for entry in first if entry.name in names]
    taken = {pair.second.name for pair in found if pair.second}
    left = [entry for entry in first if entry.name not in names]
    right = [entry for entry in second if entry.name not in taken]
    for one, two in _matched(left, right, is_number=False):
        found.append(Pair(one, two, is_generated=True))
        left.remove(one)
        right.remove(two)
    for one, two in _matched(left, right, is_number=True):
        found.append(Pair(one, two))
        left.remove(one)
        right.remove(two)
    found += [Pair(entry, None) for entry in left] + [Pair(None, entry) for entry in right]
    return sorted(found, key=_name)


def _name(pair: Pair) -> str:
    entry = pair.first or pair.second
    return entry.name if entry else ""


def _matched(left: list[Entry], right: list[Entry], is_number: bool) -> list[tuple[Entry, Entry]]:
    groups: dict[tuple[str, Kind], tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for side, side_entries in enumerate((left, right)):
        for entry in side_entries:
            name = generic(entry.name, entry.kind)
            name = _NUMBER.sub("#", name) if is_number else name
            if is_number or name != entry.name:
                groups[name, entry.kind][side].append(entry)
    found: list[tuple[Entry, Entry]] = []
    for one, two in groups.values():
        if is_number and not len(one) == len(two) == 1:
            continue
        found += _most_alike(one, two) if len(one) + len(two) > 2 else zip(one, two, strict=False)
    return found


def _most_alike(one: list[Entry], two: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Those with the most content in common first, the rest in the order of their names."""
    if len(one) * len(two) > 10_000:
        return list(zip(one, two, strict=False))
    marks = {entry.path: signature(entry) for entry in (*one, *two)}
    ranked = sorted(
        (
            (-sum((marks[a.path] & marks[b.path]).values()), abs(i - j), i, j)
            for i, a in enumerate(one)
            for j, b in enumerate(two)
        ),
    )
    found, used_one, used_two = [], set(), set()
    for _, _, i, j in ranked:
        if i not in used_one and j not in used_two:
            found.append((one[i], two[j]))
            used_one.add(i)
            used_two.add(j)
    return found


def signature(entry: Entry, limit: int = 500) -> Counter[tuple[str, bytes]]:
    """Generic paths and digests of the files of an entry, each file by its first megabyte and size."""
    found: Counter[tuple[str, bytes]] = Counter()
    for path, file in _files(entry, ""):
        found[path, _digest(file)] += 1
        if len(found) >= limit:
            break
    return found


def _files(entry: Entry, parent: str, depth: int = 0) -> Iterator[tuple[str, Path]]:
    if entry.kind is Kind.FILE:
        yield parent, entry.path
    elif entry.kind is Kind.FOLDER and depth < 20:
        try:
            inside = entries(entry.path)
        except OSError:
            return
        for child in inside:
            yield from _files(child, f"{parent}/{generic(child.name, child.kind)}", depth + 1)


def _digest(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            return blake2b(file.read(CHUNK) + str(size).encode(), digest_size=16).digest()
    except OSError:
        return b""
