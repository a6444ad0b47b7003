"""Sacred's automatic seed: drawn anew for each run, and repeatable once it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ...diagnose.model import Hold
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..bench import Variation
from ..hashing import FIRST, SECOND
from ..outputs import compare_runs, unlike, wanted_only
from ..parameters.model import CannotSet
from .model import Asked, Finding, Record, Scene

SEED = 1


class Sets(Protocol):
    def kept(self, run: Run) -> Iterator[Record]: ...

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job: ...


def seed_findings(system: Sets, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
    """What two runs with the same given seed show; nothing where the project gives one itself.

    What they show goes into the result as `given_seed` too, for the answers to the criteria.
    """
    if asked is None or asked.details.get("seed") == "given":
        return
    at = next((c.place for c in scene.project.program.calls if c.last == "Experiment"), None)
    unseeded = "Sacred draws the seed anew for each run"
    if not scene.affords(2):
        yield Finding(f"{unseeded}: repeatable only with `seed=...` given, which was not tried here", at)
        return
    try:
        job = system.set(scene.project, scene.job, "seed", SEED)
    except CannotSet as error:
        yield Finding(f"{unseeded}, and no seed could be given to it: {error}", at)
        return
    finding = _tried(scene, job, unseeded, at)
    scene.told["given_seed"] = {
        "seed": SEED, "agree": not finding.is_fault, "reason": finding.text, "path": at.path if at else None,
        "line": at.line if at else None, "recorded_in": _recorded(system, scene),
    }  # fmt: skip
    yield finding


def _recorded(system: Sets, scene: Scene) -> str | None:
    """The first record of the project's own run that has the seed which Sacred drew."""
    kept = system.kept(scene.reference) if scene.reference else ()
    return next((r.folder for r in kept if "seed" in r.parameters), None)


def _tried(scene: Scene, job: Job, unseeded: str, at: Place | None) -> Finding:
    """Two runs under two hash seeds, with nothing else held still than Sacred's seed."""
    runs = []
    for number, salt in enumerate((FIRST, SECOND), 1):
        variation = Variation(Hold(variables={"PYTHONHASHSEED": salt}))
        run = scene.run(f"sacred-seed-{number}", job, variation)
        if not run.is_success:
            return Finding(f"{unseeded}, and with `seed={SEED}` the run fails", at, is_fault=True)
        runs.append(run)
    outputs = wanted_only(compare_runs(runs[0], runs[1], scene.tolerances), scene.project.hints.outputs)
    differing = unlike(outputs)
    if differing:
        said = (
            f"two runs with `seed={SEED}` still differ: {differing[0].path}: {differing[0].why or differing[0].verdict}"
        )
        return Finding(f"{unseeded}, and {said}", at, is_fault=True)
    return Finding(f"{unseeded}: repeatable only with `with seed=...`, verified: two runs with seed={SEED} agree", at)
