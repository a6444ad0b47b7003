"""Each seed changed: do the outputs change, and does the same new seed give the same twice?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..diagnose.model import CauseName
from ..diagnose.notes import Notes, read_notes
from . import spread
from .changing import Session, Trial
from .config import change_of
from .lab import Lab, Planned
from .model import Depth, Experiment, Kind, Outcome, RunRecord
from .parameters.model import Knob
from .parameters.values import other_values

TURN, DEEP_TURN = 20, 90
MOST = 4  # seeds at the standard depth
RANDOM = (
    CauseName.PYTHON_RANDOM, CauseName.NUMPY, CauseName.TORCH, CauseName.TENSORFLOW, CauseName.JAX,
    CauseName.OS_ENTROPY,
)  # fmt: skip


def proposals(lab: Lab) -> Iterator[Planned]:
    """One experiment a seed, and the spread over several where that was asked for."""
    session = Session(lab, "seed")
    seeds = seeds_of(session)
    for place, knob in enumerate(seeds):
        is_deep = place >= MOST
        yield Planned(
            f"seed:{knob.id}", Kind.SEED, (DEEP_TURN if is_deep else TURN) + min(place, 9), 2,
            partial(ask, session, knob),
            change_of(knob, other_values(knob)[0]), at_depth=Depth.DEEP if is_deep else Depth.STANDARD,
        )  # fmt: skip
    if lab.seeds > 1:
        yield from spread.proposals(session, seeds)


def seeds_of(session: Session) -> tuple[Knob, ...]:
    """The seeds with a way to set them."""
    return tuple(k for k in session.knobs if k.is_seed and other_values(k))


def ask(session: Session, knob: Knob, lab: Lab) -> Iterator[Experiment]:
    """Change it, and where outputs change with it, run the same new seed once more."""
    if not draws(lab):
        reason = "nothing in the run is seen to draw random numbers"
        yield _told(lab, knob, None, Outcome.INCONCLUSIVE, reason, ())
        return
    trials = list(session.tried(knob))
    records = tuple(r for t in trials for r in t.records)
    live = next((t for t in trials if t.is_live), None)
    ran = next((t for t in trials if t.ran), None)
    if live is not None:
        yield _live(session, live, records)
    elif ran is not None:
        why, reason = _shadow(lab, ran)
        yield _told(lab, knob, ran, Outcome.DEAD, reason, records, why=why, echoed=list(ran.echoed))
    else:
        failed = next((t for t in trials if t.failure), None)
        outcome = Outcome.FAILED if failed else Outcome.INCONCLUSIVE
        reason = (
            failed.failure.message if failed and failed.failure else trials[0].reason if trials else "no other value"
        )
        yield _told(lab, knob, failed, outcome, reason, records)


def draws(lab: Lab) -> bool:
    """Whether anything random happens in the run, as far as reading or the probe can tell."""
    touched = any(t.cause in RANDOM for t in (*lab.notes.touches, *lab.notes.seeded))
    return touched or bool(lab.project.randomness.draws) or not lab.project.randomness.can_tell


def _live(session: Session, trial: Trial, records: tuple[RunRecord, ...]) -> Experiment:
    again, record = session.repeated(trial)
    first = trial.changed[0]
    reason = f"{first.path}: {first.why or first.verdict}"
    if again:
        reason = f"outputs change with it, but the same new seed gave two results: {again[0].path}: {again[0].why}"
    else:
        reason += "; the same new seed gave the same twice"
    told = {"repeats": not again, "differs": [o.path for o in again]}
    return _told(session.lab, trial.knob, trial, Outcome.LIVE, reason, (*records, record), **told)


def _shadow(lab: Lab, trial: Trial) -> tuple[str, str]:
    """Why the seed changes nothing: the line that seeds with another value, where one was seen."""
    assert trial.run is not None
    notes = read_notes(trial.run.folder / "notes", lab.project.files.paths)
    events = [n for n in notes.raw if n.get("note") == "seeded"]
    used = next((i for i, n in enumerate(events) if n.get("value") == trial.value), None)
    if used is not None:
        cause = events[used].get("cause")
        later = next((n for n in events[used + 1 :] if n.get("cause") == cause and n.get("value") != trial.value), None)
        if later is not None:
            return "shadowed", f"{_line(later)} seeds the same generator again with {_short(later.get('value'))}"
        return "unused", f"{_line(events[used])} seeds with it, and no output depends on what is drawn there"
    other = next((n for n in events if n.get("value") not in (None, trial.knob.value)), None)
    if other is not None:
        return "shadowed", f"{_line(other)} seeds with {_short(other.get('value'))} instead"
    return _unseeded(notes, trial)


def _unseeded(notes: Notes, trial: Trial) -> tuple[str, str]:
    drawn = next((t for t in notes.touches if t.cause in RANDOM and t.at), None)
    if drawn is not None:
        return "unused", f"{drawn.at} draws from a generator that it does not seed"
    if trial.echoed:
        return "echoed", f"only echoed in {trial.echoed[0]}"
    return "unused", trial.knob.why_dead or "no output changed"


def _line(note: dict[str, Any]) -> str:
    path, line = note.get("path"), note.get("line")
    return f"{path}:{line}" if path else "a library"


def _short(value: Any) -> str:
    return str(value)[:40]


def _told(
    lab: Lab, knob: Knob, trial: Trial | None, outcome: Outcome, reason: str, records: tuple[RunRecord, ...],
    **details: Any,
) -> Experiment:  # fmt: skip
    return lab.tell(
        f"seed:{knob.id}", Kind.SEED, outcome, reason, runs=records, failure=trial.failure if trial else None,
        outputs=trial.outputs if trial else (), change=change_of(knob, trial.value if trial else other_values(knob)[0]),
        details={"held": knob.rank.name.lower(), **details},
    )  # fmt: skip
