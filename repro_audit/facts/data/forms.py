"""Whether a reference to a version in a store has the form that the store takes; no server is asked.

It is read here, and by the store's own client where one is installed, which the evidence tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..regex import regex
from .clients import Said, ask_clients
from .evidence import Evidence
from .model import Management, Source
from .references import Reference, references_of

LAKEFS = regex(r"lakefs://[a-z0-9][a-z0-9-]{2,62}/\w[\w.-]*(?:(?:[~^]\d*)*|@)/.*", re.DOTALL)
PACKAGE = regex(r"[\w-]+/[\w-]+")
TOP_HASH = regex(r"[0-9a-f]{6,64}")
POINTER = regex(r"version \S+\n(?:ext-\d-\S+ \S+\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n?")
CHECKED = (Management.LAKEFS, Management.QUILT, Management.LFS)


def with_forms(sources: Iterable[Source], seen: Evidence) -> list[Source]:
    """The data sets, each with what was found of the form of its references; a malformed one names no version."""
    found = list(sources)
    named = {s: references_of(s, seen) for s in found if s.is_main and s.management in CHECKED}
    every = [r for references in named.values() for r in references]
    said = dict(zip(every, ask_clients(every))) if every else {}
    return [_judged(s, named[s], said) if named.get(s) else s for s in found]


def _judged(source: Source, references: tuple[Reference, ...], said: dict[Reference, Said | None]) -> Source:
    for reference in references:
        why = fault_of(reference, said[reference])
        if why:
            what = f"the malformed reference {reference.shown}"
            if reference.store is Management.LFS:
                what = reference.at.path
            return replace(source, what=what, management=Management.DOWNLOAD, at=reference.at, text=why)
    by = " and ".join(sorted({told[0] if (told := said[r]) else "reading alone" for r in references}))
    count = "" if len(references) == 1 else f" and {len(references) - 1} more"
    text = f"{source.text or source.what}; the form of {references[0].shown}{count} was checked by {by}"
    return replace(source, text=text)


def fault_of(reference: Reference, said: Said | None) -> str:
    """What is wrong with its form, and who says so; nothing where it is right."""
    if said and said[1]:
        return f"{said[0]} does not take {reference.shown}: {said[1]}"
    pattern, form = _form(reference)
    if pattern.fullmatch(reference.text):
        return ""
    return f"{reference.shown} has not the form of {form}, by reading"


def _form(reference: Reference) -> tuple[re.Pattern[str], str]:
    if reference.store is Management.LAKEFS:
        return LAKEFS, "lakefs://repository/reference/path"
    if reference.store is Management.LFS:
        return POINTER, "a pointer of Git LFS, whose oid is a SHA-256"
    return (TOP_HASH, "a top hash of Quilt") if reference.package else (PACKAGE, "a package of Quilt, owner/name")
