"""Who may have made two runs differ, from what the probe saw in both; the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .interventions import FREE, Intervention
from .model import CauseName, Hold
from .notes import Notes, Touch

# Which holds a run is likeliest to stumble over: whoever waits for a clock that stands still waits long.
RISKY = (CauseName.WALL_CLOCK, CauseName.PROCESS_ID, CauseName.OS_ENTROPY, CauseName.FILE_ORDER)
LIBRARIES = {
    CauseName.NUMPY: "numpy", CauseName.TORCH: "torch", CauseName.TENSORFLOW: "tensorflow", CauseName.JAX: "jax",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suspect:
    """A source with what holds it and what releases it, and the project's lines that touch it."""

    name: CauseName
    hold: Hold
    releases: tuple[Hold, ...] = (FREE,)
    touches: tuple[Touch, ...] = ()
    is_weak: bool = False  # nothing points at it: asked only where the others do not explain all


def suspects(notes: Iterable[Notes], table: Mapping[CauseName, Intervention], salted: bool = True) -> list[Suspect]:
    """All sources that can be held. `salted`: the two runs had different hash seeds.

    Where no probe spoke nothing is known of the lines, and what is left are the sources that need none.
    """
    seen = list(notes)
    touches = touches_by_cause(t for n in seen for t in n.touches)
    found = [_suspect(one, touches.get(one.name, ()), salted) for one in table.values()]
    if not any(n.is_there for n in seen):
        found = [s for s in found if s.name is CauseName.HASH_SEED]
    imported = {str(note.get("module")) for n in seen for note in n.raw if note.get("note") == "import"}
    absent = {name for name, module in LIBRARIES.items() if imported and module not in imported}
    return sorted((s for s in found if s.touches or s.name not in absent), key=_rank)


def touches_by_cause(touches: Iterable[Touch]) -> dict[CauseName, tuple[Touch, ...]]:
    """In the order of time, but a line that draws before a line whose import draws, and no line last."""
    found: dict[CauseName, list[Touch]] = {}
    for touch in dict.fromkeys(touches):
        found.setdefault(touch.cause, []).append(touch)
    return {name: tuple(sorted(group, key=_directness)) for name, group in found.items()}


def _directness(touch: Touch) -> int:
    if touch.at is None:
        return 2
    return 1 if touch.is_importing or touch.text.startswith(("import ", "from ")) else 0


def _suspect(one: Intervention, touches: tuple[Touch, ...], salted: bool) -> Suspect:
    if one.name is CauseName.HASH_SEED:
        return Suspect(one.name, one.hold, one.releases, touches, is_weak=not salted)
    return Suspect(one.name, one.hold, one.releases, touches, is_weak=not touches)


def _rank(suspect: Suspect) -> tuple[int, int]:
    directness = min((_directness(t) for t in suspect.touches), default=3)
    return (1 if suspect.name is CauseName.HASH_SEED else directness, list(CauseName).index(suspect.name))
