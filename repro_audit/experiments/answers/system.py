"""What the systems say to the criteria: a seed that Sacred draws anew for each run, and what it is worth when given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...model import Answer, Evidence, Place
from ..model import Experiment, Kind
from .said import Said

SEEDS = "config-seeds"
ABOUT_REPEATS = ("code-repeatable", "config-repeatable")
FIX = "Give Sacred a seed: `with seed=...` in the command, or `seed` in the config scope."


def asked(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """A drawn seed that is recorded is worth something only if a run repeats once it is given."""
    told = _given_seed(experiments)
    if told is None:
        return
    experiment, given = told
    evidence = (*_place(given), Evidence(experiment=experiment.id))
    if not given["agree"]:
        if declared.get(SEEDS) in (Answer.YES, Answer.PARTIAL):
            yield Said(SEEDS, Answer.REFUTED, given["reason"], evidence, "Seed also what Sacred does not seed.")
    elif declared.get(SEEDS) is Answer.YES:
        where = f" ({given['recorded_in']})" if given["recorded_in"] else ""
        message = f"Sacred draws a seed for each run and records it{where}; two runs with seed={given['seed']} agree"
        yield Said(SEEDS, Answer.VERIFIED, message, evidence)


def with_seed(said: Said, experiments: Sequence[Experiment]) -> Said:
    """Runs that differ for want of a seed, and what became of two that were given one."""
    told = _given_seed(experiments)
    if told is None or said.criterion not in ABOUT_REPEATS or said.answer is not Answer.REFUTED:
        return said
    experiment, given = told
    if not given["agree"]:
        return said
    message = f"{said.message}; unseeded by default, repeatable with seed={given['seed']} given to Sacred"
    return replace(said, message=message, evidence=(*said.evidence, Evidence(experiment=experiment.id)), fix=FIX)


def _given_seed(experiments: Sequence[Experiment]) -> tuple[Experiment, Mapping[str, Any]] | None:
    found = ((e, e.details.get("given_seed")) for e in experiments if e.kind is Kind.SYSTEM)
    return next(((e, given) for e, given in found if given), None)


def _place(given: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return (Evidence(given["reason"], Place(given["path"], given["line"])),) if given["path"] else ()
