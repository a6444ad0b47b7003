"""Each parameter changed: does a result change?

First, without a run: keys of configuration files that the reference run never read. Then one run a parameter,
the most telling first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..diagnose.notes import Notes
from .changing import Session, Trial
from .lab import Lab, Planned
from .model import Change, Depth, Experiment, Kind, Outcome, RunRecord
from .parameters.model import Knob, Rank
from .parameters.values import other_values

MOST_STANDARD, MOST_DEEP = 6, 100  # parameters that are changed, each by a run
UNREAD_TURN, TURN, DEEP_TURN = 5, 30, 100
NEVER_READ = "the run read its file, and never this key"


def proposals(lab: Lab) -> Iterator[Planned]:
    """The experiments that fit this project."""
    session = Session(lab, "config")
    wanted = [k for k in session.knobs if not k.is_seed]
    unread = [k for k in wanted if is_unread(k, lab.notes)]
    for knob in unread:
        yield Planned(f"config:{knob.id}", Kind.CONFIG, UNREAD_TURN, 0, partial(_never_read, knob), change_of(knob))
    asked = [k for k in wanted if k not in unread and not k.is_descriptive and other_values(k)]
    for place, knob in enumerate(asked[:MOST_DEEP]):
        is_deep = place >= MOST_STANDARD
        yield Planned(
            f"config:{knob.id}", Kind.CONFIG, (DEEP_TURN if is_deep else TURN) + place, 1 if place else 2,
            partial(ask, session, knob), change_of(knob, other_values(knob)[0]),
            at_depth=Depth.DEEP if is_deep else Depth.STANDARD,
        )  # fmt: skip


def is_unread(knob: Knob, notes: Notes) -> bool:
    """Whether the run read keys beside this one and never this one.

    Where a whole group was taken and none of its keys was seen to be read, it was handed on to something that
    the probe does not see into; items of a list are not watched.
    """
    if not notes.is_there or knob.path in notes.unsure or knob.rank is not Rank.FILE:
        return False
    read = {k.key for k in notes.keys if k.file == knob.path}
    parts = knob.key.split(".")
    if not read or knob.path.endswith((".py", ".ipynb")) or any(p.isdigit() for p in parts):
        return False
    parent = ".".join(parts[:-1])
    is_handed_on = parent in read and not any(k.startswith(f"{parent}.") for k in read)
    return not is_handed_on and not any(k == knob.key or k.startswith(f"{knob.key}.") for k in read)


def change_of(knob: Knob, value: Any = None) -> Change:
    return Change(knob.id, _plain(knob.value), _plain(value), knob.at)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _never_read(knob: Knob, lab: Lab) -> Iterator[Experiment]:
    reason = f"{NEVER_READ}: {knob.why_dead}" if knob.why_dead else NEVER_READ
    yield lab.tell(
        f"config:{knob.id}", Kind.CONFIG, Outcome.DEAD, reason, change=change_of(knob),
        details={**_about(knob), "why": "unread"},
    )  # fmt: skip


def ask(session: Session, knob: Knob, lab: Lab) -> Iterator[Experiment]:
    """Another value, and one more where the first was refused or made no difference."""
    trials = list(session.tried(knob))
    best = _best(trials)
    records = tuple(r for t in trials for r in t.records)
    details: dict[str, Any] = _about(knob)
    if best is None:
        yield _told(lab, knob, None, Outcome.INCONCLUSIVE, "no other valid value is known", records, details)
    elif best.is_live:
        reason = f"{best.changed[0].path}: {best.changed[0].why or best.changed[0].verdict}"
        if not session.again:
            session.again = True
            again, record = session.repeated(best)
            records += (record,)
            details |= {"repeats": not again, "differs": [o.path for o in again]}
        yield _told(lab, knob, best, Outcome.LIVE, reason, records, details)
    elif best.ran:
        why, reason = _why_dead(best, lab.notes)
        details |= {"why": why, "echoed": list(best.echoed)}
        yield _told(lab, knob, best, Outcome.DEAD, reason, records, details)
    elif best.failure:
        yield _told(lab, knob, best, Outcome.FAILED, best.failure.message, records, details)
    else:
        yield _told(lab, knob, best, Outcome.INCONCLUSIVE, best.reason, records, details)


def _best(trials: list[Trial]) -> Trial | None:
    """The one that tells most: a live one, one that ran, one that failed."""
    order = (lambda t: t.is_live, lambda t: t.ran, lambda t: t.failure is not None, lambda t: True)
    return next((t for fits in order for t in trials if fits(t)), None)


def _about(knob: Knob) -> dict[str, Any]:
    """What the answers need to know of a parameter."""
    return {"held": knob.rank.name.lower(), "read": knob.is_read, "descriptive": knob.is_descriptive}


def _why_dead(trial: Trial, notes: Notes) -> tuple[str, str]:
    knob = trial.knob
    why = "shadowed" if knob.is_read is False else "echoed" if trial.echoed else "unnoticed"
    if trial.echoed:
        listed = ", ".join(trial.echoed[:3])
        told = f"only echoed: {listed} {'tells' if len(trial.echoed) == 1 else 'tell'} the value, no result changed"
        return why, f"{told}; {knob.why_dead}" if knob.is_read is False and knob.why_dead else told
    if knob.is_read is False:
        return why, knob.why_dead
    read_at = next((k.at for k in notes.keys if k.at and k.file == knob.path and k.key == knob.key), None)
    seen = f"it is read at {read_at}, and " if read_at else ""
    return why, f"{seen}no output changed"


def _told(
    lab: Lab, knob: Knob, trial: Trial | None, outcome: Outcome, reason: str, records: tuple[RunRecord, ...],
    details: dict[str, Any],
) -> Experiment:  # fmt: skip
    return lab.tell(
        f"config:{knob.id}", Kind.CONFIG, outcome, reason, runs=records, failure=trial.failure if trial else None,
        outputs=trial.outputs if trial else (), change=change_of(knob, trial.value if trial else None), details=details,
    )  # fmt: skip
