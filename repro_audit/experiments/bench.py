"""Where an audit's runs happen: one door through which every experiment runs the project, watched by the probe."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..diagnose.model import Hold
from ..sandbox.carrying import carry
from ..sandbox.layout import Layout
from ..sandbox.model import NOTES, Environment, Job, Limits, Run, Sandbox, Snapshot, Watch
from . import fetched
from .evidence import Evidence
from .model import RunRecord
from .terminal import in_terminal

WATCHING = {"watch": True, "show": True}
KEYS = {"keys": True}  # which keys are read is seen by handing out dictionaries of ours: in one run only


@dataclass(frozen=True)
class Variation:
    """In what a run is unlike the one that the project describes; the default is that run itself."""

    hold: Hold = Hold()
    overlays: tuple[Path, ...] = ()  # folders whose files are laid over the project's
    home: Path | None = None  # what the home folder holds at the start
    without: tuple[str, ...] = ()  # files of the project that are left out
    job: Job | None = None  # another command
    seconds: float | None = None  # a shorter time limit

    def __or__(self, other: Variation) -> Variation:
        """Both at once; where they speak of the same thing, the other's word counts."""
        return Variation(
            self.hold | other.hold,
            (*self.overlays, *other.overlays),
            other.home or self.home,
            (*self.without, *other.without),
            other.job or self.job,
            other.seconds or self.seconds,
        )


AS_IT_IS = Variation()


def unchanged(job: Job) -> Job:
    return job


@dataclass(frozen=True)
class Bench:
    """What every experiment of an audit shares."""

    sandbox: Sandbox
    environment: Environment
    snapshot: Snapshot
    limits: Limits
    evidence: Evidence
    watch: Watch
    probing: Mapping[str, Any] = field(default_factory=lambda: WATCHING)  # empty: nothing travels into the run
    behind: Callable[[Job], Job] = unchanged  # adds what is read in the sandbox once a command has ended
    answers: Path | None = None  # where the network's answers to the first run are kept, where it may reach it

    def run(self, name: str, job: Job, variation: Variation = AS_IT_IS, step: str = "") -> tuple[Run, RunRecord]:
        """Run it in a fresh copy, into the evidence as `name`; what the probe noted is in `Run.folder / "notes"`."""
        self.watch(step or name)
        job = variation.job or job
        around = replace(job.surroundings, **variation.hold.surroundings)
        snapshot = replace(
            self.snapshot,
            paths=tuple(p for p in self.snapshot.paths if p not in set(variation.without)),
            overlays=(*self.snapshot.overlays, *variation.overlays),
            home=variation.home or self.snapshot.home,
        )
        limits = replace(self.limits, seconds=variation.seconds) if variation.seconds else self.limits
        with tempfile.TemporaryDirectory(prefix="repro-audit-") as place:
            carried, variables = self._carried(Path(place), variation, Layout.of(around).project)
            told = {**job.variables, **_beside(variables, job), **variation.hold.variables}
            argv = (*variation.hold.before, *(in_terminal(job.argv) if around.has_terminal else job.argv))
            job = replace(job, argv=argv, variables=told, surroundings=around, carried=(*job.carried, *carried))
            into = self.evidence.place_for(name)
            run = self.sandbox.run(self.environment, snapshot, self.behind(job), limits, into, self.watch)
        run = replace(run, argv=job.argv)
        if self.answers:
            fetched.keep(name, run, self.answers)
        return run, self.evidence.record(name, run)

    def _carried(
        self, place: Path, variation: Variation, folder: str
    ) -> tuple[tuple[tuple[Path, str], ...], dict[str, str]]:
        if not self.probing:
            return (), {}
        recording = fetched.carry_answers(self.answers, place, variation.hold.probe) if self.answers else {}
        return carry(place, {"project": folder, "notes": NOTES, **self.probing, **recording, **variation.hold.probe})


def _beside(variables: Mapping[str, str], job: Job) -> dict[str, str]:
    """Ours beside the folders that the job has Python look in; the probe starts what stands behind it."""
    folders = [v["PYTHONPATH"] for v in (variables, job.variables) if v.get("PYTHONPATH")]
    return {**variables, **({"PYTHONPATH": ":".join(folders)} if folders else {})}
