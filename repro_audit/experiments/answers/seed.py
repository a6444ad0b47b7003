"""What changed seeds say: is the seed that the configuration holds the one that the run obeys?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Answer, Evidence
from ...text import count
from ..model import Experiment, Kind, Outcome
from .said import Said, proof

HELD = ("file", "option")


def seeded(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """A configured seed that changes nothing refutes, whatever else is seeded; all live ones verify."""
    if declared.get("config-seeds") not in (Answer.YES, Answer.PARTIAL, Answer.UNKNOWN):
        return
    asked = [e for e in experiments if e.kind is Kind.SEED and e.details.get("held") in HELD and e.change]
    dead = [e for e in asked if e.outcome is Outcome.DEAD]
    live = [e for e in asked if e.outcome is Outcome.LIVE]
    if dead:
        yield _refuted(dead[0])
    elif live and declared["config-seeds"] is Answer.YES:
        yield _verified(live)


def _refuted(dead: Experiment) -> Said:
    assert dead.change is not None
    change = dead.change
    where = f" ({change.at})" if change.at else ""
    message = f"another {change.parameter}{where} changes nothing: {dead.reason}"
    place = (Evidence(dead.reason, change.at),) if change.at else ()
    fix = f"Seed what the run draws from with {change.parameter}, and let nothing seed it again."
    return Said("config-seeds", Answer.REFUTED, message, (*place, *proof(dead)), fix)


def _verified(live: list[Experiment]) -> Said:
    names = ", ".join(e.change.parameter for e in live[:3] if e.change)
    steady = all(e.details.get("repeats") for e in live)
    message = f"{count(len(live), 'seed')} changed ({names}): the outputs changed"
    if steady:
        return Said("config-seeds", Answer.VERIFIED, f"{message}, the same each time", proof(live[0]))
    message += ", but not the same way when run twice"
    return Said("config-seeds", Answer.INCONCLUSIVE, message, proof(live[0]))
