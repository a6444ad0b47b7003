"""Whether the input of the main experiment comes with it."""

from __future__ import annotations

from ...model import Answer, Evidence, Place, Verdict
from .model import Management, Source
from .origins import MANAGED

SHOWN = 5
COMMITTED = (Management.GIT, Management.LFS)
READY = MANAGED | {Management.DOWNLOAD, Management.GENERATED}


def judge_input(sources: tuple[Source, ...], uses_data: bool) -> Verdict:
    """What a reader who types the command finds: the input is there, has to be placed by hand, or is missing."""
    main = [s for s in sources if s.is_main]
    if not uses_data:
        return Verdict(Answer.NA, "the main experiment reads no data")
    ready = [s for s in main if s.management in READY and not s.needs_hand]
    linked = [s for s in main if s.management is Management.LINK or s.needs_hand]
    missing = [s for s in main if s not in ready and s not in linked]
    if not linked and not missing:
        message = f"{ready[0].what} comes with the project ({ready[0].management.value})"
        others = [s for s in ready if s.at.path != s.what or s.management not in COMMITTED]
        return Verdict(Answer.YES, message, (*_committed(ready), *_shown(others)))
    if linked:
        first = linked[0]
        return Verdict(
            Answer.PARTIAL, f"{first.what} has to be fetched and placed by hand", _shown([*linked, *missing]),
            f"{first.at}: Give the full command that downloads it and puts it in place, or commit a sample.",
        )  # fmt: skip
    first = missing[0]
    fix = f"{first.at}: Say where {first.what} comes from, with the full download command, or commit a sample."
    if ready:
        return Verdict(
            Answer.PARTIAL, f"{first.what} is missing; {ready[0].what} is there", _shown([*missing, *ready]), fix
        )
    return Verdict(
        Answer.NO, f"{first.what} is not in the project, and nothing tells where to get it", _shown(missing), fix
    )


def _committed(sources: list[Source]) -> tuple[Evidence, ...]:
    """The files themselves, since the line that reads them does not show that they are there."""
    found = [s for s in sources if s.management in COMMITTED]
    return tuple(Evidence(f"committed ({s.management.value})", Place(s.what)) for s in found[:SHOWN])


def _shown(sources: list[Source]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(Evidence(s.text or s.what, s.at) for s in sources))[:SHOWN]
