"""What the experiments say to the criteria: verified, refuted, inconclusive, or nothing.

An experiment verifies only what the files promise: that a guessed script happens to run does not
make it a stated command. It refutes whatever it contradicts. Where the sandbox itself may be the
reason (no network, no GPU, too little time), it could not tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Answer
from ...project import Project
from ..build import added
from ..model import Experiment, Kind, Outcome
from ..verify import Verified
from . import app, config, data, environment, repeat, seed, stage, system
from .said import Said, proof

__all__ = ["Said", "answers"]


def answers(project: Project, verified: Verified, declared: dict[str, Answer]) -> tuple[Said, ...]:
    """One entry per criterion that the experiments spoke to; of several, the first."""
    builds = [e for e in verified.experiments if e.kind is Kind.BUILD]
    twice = next((e for e in verified.experiments if e.kind is Kind.REPEAT), None)
    found: list[Said] = []
    if builds:
        found += environment.environment(builds, twice, declared, verified.is_the_projects)
    if twice is not None:
        found += repeat.runs(project, twice, declared, added(verified.recipe))
        found += repeat.repeats(twice, declared, [e for e in verified.experiments if e.kind is Kind.STRESS])
    found += system.asked(project, verified.experiments, declared)
    found += seed.seeded(verified.experiments, declared)
    found += config.lives(verified.experiments, declared)
    found += config.repeats(verified.experiments, declared)
    found += data.swapped(verified.experiments, declared)
    found += stage.staged(verified.experiments, declared)
    found += app.asked(verified, declared)
    if twice is None and builds and all(b.outcome is Outcome.FAILED for b in builds):
        found += _not_run(builds[0])
    return tuple(system.with_seed(s, verified.experiments) for s in found)


def _not_run(build: Experiment) -> Iterator[Said]:
    reason = build.failure.message if build.failure else "no environment"
    yield Said("code-runs", Answer.INCONCLUSIVE, f"could not be run: {reason}", proof(build))
