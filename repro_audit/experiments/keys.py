"""Outputs of several runs under one name, though a run names some of them after its time or id."""

from __future__ import annotations

from collections.abc import Iterable

from ..compare.pairing import Kind, generic
from ..diagnose.unlike import Unlike
from .model import Output
from .outputs import PLACES, unlike


def key_of(path: str) -> str:
    """The path without what a run draws anew."""
    *folders, name = path.split("/")
    return "/".join([*(generic(f, Kind.FOLDER) for f in folders), generic(name, Kind.FILE)])


def differing(outputs: Iterable[Output]) -> Unlike:
    """What differs, and where in it; the whole output where not every place is told."""
    found = set()
    for output in unlike(tuple(outputs)):
        places = [at for at, _ in output.places if at]
        whole = not places or len(output.places) >= PLACES or len(places) < len(output.places)
        found |= {(key_of(output.path), at) for at in ([""] if whole else places)}
    return frozenset(found)
