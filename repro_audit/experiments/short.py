"""A short form of a long run: parameters that shrink the work, set low for the experiments that follow."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..facts.configuration.leaf import number
from ..sandbox import copying
from .changing import Session, combined
from .lab import Lab
from .model import Change, Experiment, Kind, Outcome
from .outputs import unlike
from .parameters.model import CannotSet, Knob, Rank

LONG = 60.0  # seconds of a run from which on a short form is looked for
FEW = 8  # runs that the experiments need at least
ENOUGH = 0.35  # of the whole run's time: no more is shortened below
HELPS = 0.8  # of the time before: a parameter that saves less is left alone
MOST_TRIED = 4
WORK = re.compile(
    r"((n|num|max|total)_?)?(\w*epochs?|\w*iter(ation)?s?|\w*steps?|n_(i|k|t|epoch|step|iter|it|iteration|episode|ep|trial|run)|"
    r"\w*episodes?|\w*rounds?|\w*folds?|\w*trials?|\w*rows|\w*samples|n_estimators|num_trees|n_splits|runs|repeats)$",
    re.IGNORECASE,
)
PARTS = re.compile(r"folds?$|n_splits$", re.IGNORECASE)  # nothing is split into one part

NAMED: tuple[Callable[[Knob, str], bool], ...] = (  # how a user may name a parameter, the exact way first
    lambda k, name: k.id.replace(":--", ":") == name.replace(":--", ":") or k.key.lstrip("-") == name,
    lambda k, name: k.key.endswith("." + name),
    lambda k, name: k.name == name.replace("-", "_"),
)


def shorten(lab: Lab) -> tuple[tuple[Experiment, ...], Lab]:
    """What was found on the way, and the lab of the short form; the same lab where none is needed or known."""
    if lab.wanted_short:
        return (), _by_hand(lab)
    if not _is_long(lab):
        return (), lab
    told: list[Experiment] = []
    for knob, value in _candidates(Session(lab)):
        if lab.seconds <= LONG / 4 or not lab.budget.allows(lab.seconds):
            break
        found, shorter = _tried(lab, knob, value)
        told.append(found)
        if shorter is not None:
            is_enough = shorter.seconds < ENOUGH * lab.seconds
            lab = shorter
            if is_enough:
                break
    return tuple(told), lab


def _is_long(lab: Lab) -> bool:
    """Whether a run is long, or too long for what is left of the budget."""
    fits = lab.budget.allows(FEW * lab.seconds)
    return lab.seconds > LONG or (lab.seconds > LONG / 3 and not fits)


def _candidates(session: Session) -> Iterator[tuple[Knob, int]]:
    fitting = [k for k in session.knobs if WORK.fullmatch(k.name) and _whole(k.value) and k.value > 2]
    fitting.sort(key=lambda k: (k.rank is Rank.LITERAL, -k.value))
    yield from ((k, max(2 if PARTS.search(k.name) else 1, k.value // 10)) for k in fitting[:MOST_TRIED])


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tried(lab: Lab, knob: Knob, value: int) -> tuple[Experiment, Lab | None]:
    """One run; the shorter lab where it succeeds, saves time, and the parameter is live."""
    change = Change(knob.id, knob.value, value, knob.at)
    details = {"held": knob.rank.name.lower(), "read": knob.is_read, "short": True}
    try:
        shorter, record = _set(lab, ((knob, value),))
    except CannotSet as error:
        told = lab.tell(f"config:{knob.id}", Kind.CONFIG, Outcome.INCONCLUSIVE, str(error), change=change)
        return replace(told, details=details), None
    failure = lab.failure(shorter.reference, of_a_value=True)
    outputs = lab.compare(shorter.reference)
    outcome = Outcome.INCONCLUSIVE if failure else Outcome.LIVE if unlike(outputs) else Outcome.DEAD
    before, after = lab.seconds, shorter.seconds
    refused = f"{value} instead of {knob.value} is refused: {failure.message}" if failure else ""
    reason = refused or f"the run takes {after:.1f} s with it instead of {before:.1f} s"
    told = lab.tell(
        f"config:{knob.id}", Kind.CONFIG, outcome, reason, runs=(record,), failure=failure, outputs=outputs,
        change=change, details=details,
    )  # fmt: skip
    return told, shorter if outcome is Outcome.LIVE and after < HELPS * before else None


def _by_hand(lab: Lab) -> Lab:
    """The parameters that the user names; raises UsageError where one is not there or the run fails with it."""
    session = Session(lab)
    pairs = tuple(_named(session, text) for text in lab.wanted_short)
    try:
        shorter, _ = _set(lab, pairs)
    except CannotSet as error:
        raise UsageError(f"--short cannot be set: {error}") from error
    failure = lab.failure(shorter.reference, of_a_value=True)
    if failure:
        raise UsageError(f"the run fails with --short: {failure.message}", "Give other values.")
    return shorter


def _named(session: Session, text: str) -> tuple[Knob, Any]:
    key, equals, value = text.partition("=")
    wanted = key.strip().lstrip("-")
    if not equals or not value.strip():
        raise UsageError(f"--short {text} is no KEY=VALUE", 'Write for example --short "epochs=1".')
    known = session.knobs
    found = next((k for fits in NAMED for k in known if fits(k, wanted)), None)
    if found is not None:
        return found, _like(found.value, value.strip())
    names = {name: k.key for k in reversed(known) for name in (k.key.lstrip("-"), k.name)}
    near = difflib.get_close_matches(wanted, list(names), 1, 0.5)
    hint = f"Did you mean {names[near[0]]}?" if near else "None of its parameters has a name like that."
    raise UsageError(f"the project has no parameter {key}", hint)


def _like(old: Any, text: str) -> Any:
    if isinstance(old, bool):
        return text.lower() in ("true", "yes", "on", "1")
    return text if isinstance(old, str) and not isinstance(number(old), (int, float)) else number(text)


def _set(lab: Lab, pairs: tuple[tuple[Knob, Any], ...]) -> tuple[Lab, Any]:
    """The lab with these values in place, and its new reference run. The changed files stay beside the evidence."""
    session = Session(lab)
    setting = combined(pairs, session.read, lab.job)
    names = (*lab.shortened, *(k.id for k, _ in pairs))
    folder = _folder(lab, len(names))
    variation = setting.variation(folder)
    snapshot = replace(lab.bench.snapshot, overlays=(*lab.bench.snapshot.overlays, *variation.overlays))
    words = ", ".join(f"{k.key} = {value} instead of {k.value}" for k, value in pairs)
    short = "; ".join(text for text in (lab.short, words) if text)
    made = replace(lab, bench=replace(lab.bench, snapshot=snapshot), job=setting.job or lab.job)
    run, record = made.run(f"short-{len(names)}")
    return replace(made, reference=run, short=short, shortened=names), record


def _folder(lab: Lab, number: int) -> Path:
    folder = lab.bench.evidence.folder / f"short-{number}"
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    copying.remove(folder)
    folder.mkdir()
    return folder
