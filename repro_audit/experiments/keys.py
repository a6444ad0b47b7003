"""Outputs of several runs under one name, though a run names some of them after its time or id."""

from __future__ import annotations

from collections.abc import Iterable

from ..compare.model import Likeness, is_renamed
from ..compare.pairing import Kind, generic
from ..diagnose.unlike import Unlike
from .model import Output
from .outputs import PLACES, unlike

ABSENT = (Likeness.ONLY_FIRST.sentence, Likeness.ONLY_SECOND.sentence)


def key_of(path: str) -> str:
    """The path without what a run draws anew."""
    *folders, name = path.split("/")
    return "/".join([*(generic(f, Kind.FOLDER) for f in folders), generic(name, Kind.FILE)])


def differing(outputs: Iterable[Output]) -> Unlike:
    """What differs, and where in it; the whole output where not every place is told, or some have another name in the
    other run: those names are nobody's to find again in a third.
    """
    found = set()
    for output in unlike(tuple(outputs)):
        places = [at for at, _ in output.places if at]
        told = [why for _, why in output.places]
        is_drawn = all(absent in told for absent in ABSENT) or any(map(is_renamed, told))
        whole = not places or len(output.places) >= PLACES or len(places) < len(output.places) or is_drawn
        found |= {(key_of(output.path), at) for at in ([""] if whole else places)}
    return frozenset(found)
