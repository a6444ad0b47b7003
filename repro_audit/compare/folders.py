"""Two folders, such as the outputs of two runs: a tree of differences with a verdict at each node."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..text import count
from .files import compare_files
from .model import Difference, Likeness, Tolerances, renamed, worst
from .pairing import Entry, Kind, Pair, entries, pairs
from .runs import record_kind
from .tally import short

DEEPEST = 100  # folders within folders
SHORTEST = 12  # characters of a generated name that is looked for in texts


@dataclass(frozen=True, slots=True)
class Terms:
    """How two trees are compared: `renamed` has the first's names of folders to those that the second gave anew."""

    tolerances: Tolerances
    renamed: Mapping[str, str] = field(default_factory=dict)


def compare(first: Path, second: Path, tolerances: Tolerances | None = None) -> Difference:
    """Compare two folders or two files by meaning. Neither is changed, no link is followed, nothing is run."""
    tolerances = tolerances or Tolerances()
    if first.is_dir() and second.is_dir():
        found = _folders(".", first, second, ("", ""), Terms(tolerances), 0)
        renamed = {} if found.likeness.is_same else dict(_names(found))
        return _folders(".", first, second, ("", ""), Terms(tolerances, renamed), 0) if renamed else found
    if first.is_dir() or second.is_dir():
        return Difference(".", Likeness.DIFFERENT, "one is a folder, the other is not")
    # What the caller names may be a link; what lies in a folder may not.
    found = compare_files(first.resolve(), second.resolve(), tolerances.at(first.name), (first.name, second.name))
    return replace(found, name=first.name)


def _folders(name: str, first: Path, second: Path, paths: tuple[str, str], terms: Terms, depth: int) -> Difference:
    if depth > DEEPEST:
        return Difference(name, Likeness.DIFFERENT, "nested too deep to be compared", is_folder=True)
    try:
        found = pairs(entries(first), entries(second))
    except OSError as error:
        return Difference(name, Likeness.DIFFERENT, f"it cannot be listed: {error.strerror}", is_folder=True)
    children = tuple(_pair(pair, paths, terms, depth) for pair in found)
    likeness = worst(child.likeness for child in children)
    return Difference(name, likeness, _summary(children), children, is_folder=True)


def _names(node: Difference) -> Iterator[tuple[str, str]]:
    """Folders that were found to belong together under generated names."""
    if node.is_folder and node.other_name and node.likeness is not Likeness.ONLY_FIRST:
        if min(len(node.name), len(node.other_name)) >= SHORTEST:
            yield node.name, node.other_name
    for child in node.details:
        yield from _names(child)


def _summary(children: tuple[Difference, ...]) -> str:
    files = [file for child in children for _, file in child.files()]
    unlike = sum(not file.likeness.is_same for file in files)
    if unlike:
        return f"{unlike} of {count(len(files), 'file')} {'differs' if unlike == 1 else 'differ'}"
    return f"{count(len(files), 'file')}, none of which differs in meaning"


def _pair(pair: Pair, paths: tuple[str, str], terms: Terms, depth: int) -> Difference:
    one, two = pair.first, pair.second
    if one is None or two is None:
        return _alone(one or two, Likeness.ONLY_SECOND if one is None else Likeness.ONLY_FIRST)
    inside = (_joined(paths[0], one.name), _joined(paths[1], two.name))
    return _renamed(pair, _entries(one, two, inside, terms, depth))


def _alone(entry: Entry | None, likeness: Likeness, depth: int = 0) -> Difference:
    """A file or a whole folder that the other side lacks."""
    if entry is None:
        return Difference("", likeness)
    children: tuple[Difference, ...] = ()
    if entry.kind is Kind.FOLDER and depth < DEEPEST:
        try:
            children = tuple(_alone(child, likeness, depth + 1) for child in entries(entry.path))
        except OSError:
            children = ()
    return Difference(entry.name, likeness, likeness.sentence, children, is_folder=entry.kind is Kind.FOLDER)


def _entries(one: Entry, two: Entry, inside: tuple[str, str], terms: Terms, depth: int) -> Difference:
    if one.kind is not two.kind:
        return Difference(one.name, Likeness.DIFFERENT, f"{one.kind.value} != {two.kind.value}")
    if one.kind is Kind.FOLDER:
        return _folders(one.name, one.path, two.path, inside, terms, depth + 1)
    if one.kind is Kind.LINK and (kind := record_kind(*inside)):
        return Difference(one.name, Likeness.EQUIVALENT, f"only {kind} differ")
    if one.kind is Kind.LINK:
        return _links(one, two, terms.renamed)
    if one.kind is Kind.OTHER:
        return Difference(one.name, Likeness.EQUIVALENT, "special files, which are not opened")
    found = compare_files(one.path, two.path, terms.tolerances.at(inside[0]), inside, terms.renamed)
    return replace(found, name=one.name)


def _links(one: Entry, two: Entry, renamed: Mapping[str, str]) -> Difference:
    try:
        left, right = os.readlink(one.path), os.readlink(two.path)  # keeps names that are no text
    except OSError as error:
        return Difference(one.name, Likeness.DIFFERENT, f"a link cannot be read: {error.strerror}")
    if left == right:
        return Difference(one.name, Likeness.IDENTICAL)
    for old, new in renamed.items():
        right = right.replace(new, old)
    if left == right:
        return Difference(one.name, Likeness.EQUIVALENT, "it links to a folder whose name is generated")
    return Difference(one.name, Likeness.DIFFERENT, f"links to {short(left)} and {short(right)}")


def _renamed(pair: Pair, found: Difference) -> Difference:
    """Another generated name means nothing; another number in a name is a difference of its own."""
    one, two = pair.first, pair.second
    if one is None or two is None or one.name == two.name:
        return found
    if not pair.is_generated:
        why = renamed(two.name) + (f"; {found.why}" if found.why else ", with the same bytes")
        return replace(found, likeness=Likeness.DIFFERENT, why=why, other_name=two.name)
    if found.likeness is Likeness.IDENTICAL:
        found = replace(found, likeness=Likeness.EQUIVALENT, why=found.why or "the same bytes under a generated name")
    return replace(found, other_name=two.name)


def _joined(parent: str, name: str) -> str:
    return f"{parent}/{name}" if parent else name
