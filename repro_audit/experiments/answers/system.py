"""What the systems say to the criteria: a seed that Sacred draws anew for each run, a model that MLflow logged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...model import Answer, Evidence, Place
from ...project import Project
from ..model import Experiment, Kind, Outcome
from .said import Said

SEEDS, DESCRIBES, PREDICTS = "config-seeds", "data-documented", "eval-predict"
SHOWN = 8  # columns
ABOUT_REPEATS = ("code-repeatable", "config-repeatable")
FIX = "Give Sacred a seed: `with seed=...` in the command, or `seed` in the config scope."


def asked(project: Project, experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    yield from seeded(experiments, declared)
    yield from described(project, experiments, declared)
    yield from answered(experiments, declared)


def seeded(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
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


def described(project: Project, experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """A signature lists what the model takes. It bears out a description that names all of it; where there is no
    description, it is a hint that only a run leaves."""
    told = next(((e, m) for e in experiments for m in e.details.get("models", ()) if m["columns"]), None)
    if told is None:
        return
    experiment, model = told
    listed = ", ".join(model["inputs"][:SHOWN])
    evidence = (Evidence(f"{model['path']}: {listed}", experiment=experiment.id),)
    message = f"the model that the run logs has a signature ({listed})"
    if declared.get(DESCRIBES) in (Answer.PARTIAL, Answer.NO):
        fix = f"Describe these columns in the README, with their meaning and unit: {listed}."
        yield Said(DESCRIBES, Answer.PARTIAL, f"{message}, and no page describes the input", evidence, fix)
    elif declared.get(DESCRIBES) is Answer.YES and _names_all(project, model["columns"]):
        yield Said(DESCRIBES, Answer.VERIFIED, f"{message}, and the description names all of it", evidence)


def _names_all(project: Project, columns: Sequence[str]) -> bool:
    paths = {d.at.path for d in project.data.descriptions if d.is_full}
    words = {w for p in paths for w in re.findall(r"[^\s,;:|`'\"()<>\[\]]+", project.files.text(p) or "")}
    whole = "\n".join(project.files.text(p) or "" for p in sorted(paths))
    return all(c in words or (" " in c and c in whole) for c in columns)


def answered(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """A logged model that answers, and that no page tells of, is something, and not yet an app."""
    worked = (e for e in experiments if e.kind is Kind.APP and e.outcome is Outcome.WORKS)
    found = next((e for e in worked if not e.details.get("is_documented", True)), None)
    if found is not None and declared.get(PREDICTS) in (Answer.NO, Answer.NA, Answer.PARTIAL):
        message = f"{found.reason}; no page says how to ask the model"
        fix = "Put `mlflow models predict -m MODEL -i INPUT.json -t json` into the README, with an example."
        yield Said(PREDICTS, Answer.PARTIAL, message, (Evidence(experiment=found.id),), fix)


def _given_seed(experiments: Sequence[Experiment]) -> tuple[Experiment, Mapping[str, Any]] | None:
    found = ((e, e.details.get("given_seed")) for e in experiments if e.kind is Kind.SYSTEM)
    return next(((e, given) for e, given in found if given), None)


def _place(given: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return (Evidence(given["reason"], Place(given["path"], given["line"])),) if given["path"] else ()
