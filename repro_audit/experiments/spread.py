"""The same experiment under several seeds: how much of a result is luck, and does what the README says lie within?

Technical reproducibility is that one seed gives one result; scientific, that another seed gives a result that
supports the same claim.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from functools import partial
from typing import Any

from ..diagnose.model import Hold
from ..facts.results import Stated, stated_numbers
from ..sandbox.model import Run
from .bench import Variation
from .changing import Session, combined, run_with
from .lab import Lab, Planned
from .metrics import Measured, measured
from .model import Experiment, Kind, Outcome, RunRecord
from .parameters.model import CannotSet, Knob, Rank, Setting

TURN = 60
GENERATORS = ("python-random", "numpy", "torch", "tensorflow", "jax")
MOST_METRICS = 60


def proposals(session: Session, seeds: tuple[Knob, ...]) -> Iterator[Planned]:
    """One experiment of as many runs as seeds were asked for, the reference run being one of them."""
    runs = session.lab.seeds - 1
    yield Planned("seeds", Kind.SEED, TURN, runs, partial(ask, session, seeds), needs_steady=False)


def ask(session: Session, seeds: tuple[Knob, ...], lab: Lab) -> Iterator[Experiment]:
    """The reference run and one more for each further seed; what a failed one gave does not count."""
    wanted = _leading(seeds)
    found: dict[tuple[str, str], list[Measured]] = {m.key: [m] for m in measured(lab.reference)}
    records: list[RunRecord] = []
    failed = 0
    for number in range(1, lab.seeds):
        try:
            run, record = _under(session, wanted, number)
        except CannotSet as error:
            yield lab.tell("seeds", Kind.SEED, Outcome.INCONCLUSIVE, str(error), runs=tuple(records))
            return
        records.append(record)
        if lab.failure(run):
            failed += 1
            continue
        for one in measured(run):
            found.setdefault(one.key, []).append(one)
    yield _told(lab, wanted, tuple(records), found, failed)


def _leading(seeds: tuple[Knob, ...]) -> tuple[Knob, ...]:
    """Those of the best place alone: a seed of the configuration governs those in the code."""
    best = min((k.rank for k in seeds), default=Rank.LITERAL)
    return tuple(k for k in seeds if k.rank is best)


def _under(session: Session, seeds: tuple[Knob, ...], number: int) -> tuple[Run, RunRecord]:
    """One run under another seed: the project's own, or what the probe seeds where it has none."""
    name = f"seeds-{number}"
    if not seeds:
        held = dict.fromkeys(GENERATORS, 1000 + number)
        return run_with(session.lab, name, Setting(), Variation(Hold(probe={"hold": held})))
    setting = combined(((k, k.value + number) for k in seeds), session.read, session.lab.job)
    return run_with(session.lab, name, setting)


def _told(
    lab: Lab,
    seeds: tuple[Knob, ...],
    records: tuple[RunRecord, ...],
    found: dict[tuple[str, str], list[Measured]],
    failed: int,
) -> Experiment:
    stated = stated_numbers(lab.project.documents)
    several = [values for values in found.values() if len(values) > 1][:MOST_METRICS]
    metrics = [_summary(values, stated) for values in several]
    details: dict[str, Any] = {
        "seeds": len(records) + 1 - failed, "through": [k.id for k in seeds] or ["the probe"], "metrics": metrics,
        "failed": failed,
    }  # fmt: skip
    if not metrics:
        reason = "no named number was found in the outputs"
        return lab.tell("seeds", Kind.SEED, Outcome.INCONCLUSIVE, reason, runs=records, details=details)
    moves = any(m["min"] != m["max"] for m in metrics)
    outcome = Outcome.LIVE if moves else Outcome.DEAD
    return lab.tell("seeds", Kind.SEED, outcome, _sentence(metrics), runs=records, details=details)


def _summary(found: list[Measured], stated: tuple[Stated, ...]) -> dict[str, Any]:
    values = [m.value for m in found]
    told: dict[str, Any] = {
        "name": found[0].where, "output": found[0].output, "mean": _six(statistics.fmean(values)),
        "sd": _six(statistics.stdev(values)), "min": min(values), "max": max(values), "values": values,
    }  # fmt: skip
    said = [s for s in stated if s.metric.fits(found[0].metric)]
    claim = next((s for s in said if _is_within(s, values)), said[0] if said else None)
    if claim is not None:
        told |= {
            "stated": claim.value, "path": claim.at.path, "line": claim.at.line, "within": _is_within(claim, values),
        }  # fmt: skip
    return told


def _is_within(stated: Stated, values: list[float]) -> bool:
    """Whether the stated number lies between the least and the largest, as exactly as it is written."""
    if any(stated.agrees(v) for v in values):
        return True
    scaled = [s for v in (min(values), max(values)) for s in stated.scaled(v)[-1:]]
    return min(scaled) <= stated.value <= max(scaled)


def _six(value: float) -> float:
    return float(f"{value:.6g}") if math.isfinite(value) else value


def _sentence(metrics: list[dict[str, Any]]) -> str:
    """The numbers that something is said of, else the first that moves."""
    claimed = [m for m in metrics if "stated" in m]
    shown = claimed or [m for m in metrics if m["min"] != m["max"]] or metrics
    parts = []
    for one in shown[:3]:
        text = f"{one['name']} {one['mean']} ± {one['sd']} ({one['min']} to {one['max']})"
        if "stated" in one:
            side = "within" if one["within"] else "outside"
            text += f", and {one['path']}:{one['line']} says {one['stated']}: {side}"
        parts.append(text)
    return "; ".join(parts)
