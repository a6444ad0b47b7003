"""The systems that projects are built on: each is asked, set and read as its users would.

A new system is one file with a class that keeps the protocol of `model.py`, one line in `SYSTEMS`, one fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...project import Project
from ...sandbox.model import Job
from ..bench import Bench
from ..lab import Lab, Planned
from ..model import Experiment, Failure, Kind, Outcome
from . import sacred
from .aim import Aim, read_behind
from .dvc import Dvc
from .experiment import ask
from .guild import Guild
from .hydra import Hydra
from .hydra_sweep import sweep_of
from .kedro import Kedro
from .make import Make
from .metaflow import Metaflow
from .mlflow import Mlflow
from .mlflow_predict import predictions
from .model import Scene, System, words_of
from .orchestrated import Orchestrated, patient
from .sacred import Sacred
from .snakemake import Snakemake
from .trackers import Wandb

__all__ = ["SYSTEMS", "after_failure", "instead", "one_run", "patient", "proposals", "read_behind", "recognised"]

SYSTEMS: tuple[System, ...] = (
    Sacred(), Hydra(), Mlflow(), Dvc(), Guild(), Make(), Snakemake(), Kedro(), Metaflow(),
    Orchestrated("prefect", "flow"), Orchestrated("zenml", "pipeline"), Wandb(), Aim(),
)  # fmt: skip
TURN, RUNS = 5, 1


def recognised(project: Project) -> tuple[System, ...]:
    """The systems that the main experiment goes through."""
    return tuple(s for s in SYSTEMS if s.recognises(project))


def proposals(lab: Lab) -> Iterator[Planned]:
    """One experiment a system, early: it is cheap and tells how the others are to be read."""
    for system in recognised(lab.project):
        yield Planned(f"system:{system.name}", Kind.SYSTEM, TURN, RUNS, partial(_ask, system), needs_steady=False)
    yield from predictions(lab)


def _ask(system: System, lab: Lab) -> Iterator[Experiment]:
    yield ask(system, Scene(lab.bench, lab.project, lab.job, lab.reference, lab))


def after_failure(bench: Bench, project: Project, job: Job, failure: Failure | None) -> Iterator[Experiment]:
    """What the systems tell of a project whose run failed; those that have nothing to say are silent."""
    for system in recognised(project):
        told = ask(system, Scene(bench, project, job, failure=failure))
        if told.outcome is not Outcome.INCONCLUSIVE:
            yield told


def one_run(project: Project, job: Job) -> Job:
    """One run of a command that makes many of them, one for each combination of values; else the job as it is."""
    sweep = sweep_of(project, job) if any(s.name == "hydra" for s in recognised(project)) else None
    return sweep.first if sweep else job


def instead(bench: Bench, project: Project, job: Job) -> Job | None:
    """Another way to start the same work where the first run fell over a server that did not answer."""
    log = words_of(bench.evidence.folder / "runs/repeat-1/log.txt")
    return sacred.instead(project, job, log)
