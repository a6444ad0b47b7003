"""What the experiments say to the criteria: verified, refuted, inconclusive, or nothing.

An experiment verifies only what the files promise: that a guessed script happens to run does not
make it a stated command. It refutes whatever it contradicts. Where the sandbox itself may be the
reason (no network, no GPU, too little time), it could not tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Answer, Evidence
from ..project import Project
from ..sandbox.model import RecipeKind
from .model import Experiment, Failure, FailureClass, Kind, Outcome
from .verify import Verified


@dataclass(frozen=True)
class Said:
    """What a run says to one criterion."""

    criterion: str
    answer: Answer
    message: str
    evidence: tuple[Evidence, ...]
    fix: str | None = None


def answers(project: Project, verified: Verified, declared: dict[str, Answer]) -> tuple[Said, ...]:
    """One entry per criterion that the experiments spoke to."""
    repeat = next((e for e in verified.experiments if e.kind is Kind.REPEAT), None)
    builds = [e for e in verified.experiments if e.kind is Kind.BUILD]
    found: list[Said] = []
    if builds:
        found += _environment(project, verified, builds, repeat, declared)
    if repeat is not None:
        found += _runs(project, repeat, declared)
        found += _repeats(repeat, declared)
    elif builds and all(b.outcome is Outcome.FAILED for b in builds):
        failure = builds[0].failure
        found.append(
            Said(
                "code-runs",
                Answer.INCONCLUSIVE,
                f"could not be run: {failure.message if failure else 'no environment'}",
                _proof(builds[0]),
            )
        )
    return tuple(found)


def _proof(experiment: Experiment) -> tuple[Evidence, ...]:
    failure = experiment.failure
    place = (Evidence(failure.message, failure.at),) if failure and failure.at else ()
    return (*place, Evidence(experiment=experiment.id))


def _runs(project: Project, repeat: Experiment, declared: dict[str, Answer]) -> Iterator[Said]:
    failure = repeat.failure
    if repeat.outcome is Outcome.FAILED and failure is not None:
        kind = failure.kind
        if kind is FailureClass.NO_COMMAND and not repeat.runs:
            return
        answer = Answer.INCONCLUSIVE if kind.is_the_sandbox else Answer.REFUTED
        yield Said("code-runs", answer, f"{kind.value}: {failure.message}", _proof(repeat), failure.next_step)
    elif failure is not None:
        message = f"of two equal runs one failed: {failure.message}"
        yield Said("code-runs", Answer.INCONCLUSIVE, message, _proof(repeat), failure.next_step)
    elif project.commands.is_stated and repeat.runs and repeat.outcome is not Outcome.INCONCLUSIVE:
        first = repeat.runs[0]
        yield Said("code-runs", Answer.VERIFIED, f"it ran to its end in {first.seconds:.1f} s", _proof(repeat))


def _repeats(repeat: Experiment, declared: dict[str, Answer]) -> Iterator[Said]:
    outputs = repeat.outputs
    if repeat.outcome in (Outcome.SAME, Outcome.EQUIVALENT):
        number = f"the same {len(outputs)} output{'s' if len(outputs) != 1 else ''}"
        alike = "" if repeat.outcome is Outcome.SAME else " in meaning"
        yield Said("code-repeatable", Answer.VERIFIED, f"two runs gave {number}{alike}", _proof(repeat))
    elif repeat.outcome is Outcome.DIFFERS:
        unlike = [o for o in outputs if o.verdict in ("different", "only-first", "only-second")]
        what = f"{unlike[0].path}: {unlike[0].why or unlike[0].verdict}" if unlike else repeat.reason
        more = f" (and {len(unlike) - 1} more)" if len(unlike) > 1 else ""
        names_draws = declared.get("code-repeatable") in (Answer.NO, Answer.PARTIAL)
        fix = None if names_draws else "See what differs with `repro-audit compare repeat-1 repeat-2`; seed or sort it."
        yield Said("code-repeatable", Answer.REFUTED, f"two runs differ: {what}{more}", _proof(repeat), fix)


def _environment(
    project: Project,
    verified: Verified,
    builds: list[Experiment],
    repeat: Experiment | None,
    declared: dict[str, Answer],
) -> Iterator[Said]:
    first = builds[0]
    recipe_kind = first.environment.get("from")
    failure = repeat.failure if repeat else None
    is_image = recipe_kind == RecipeKind.IMAGE.value
    criterion = "env-image" if is_image else "env-packages"
    if recipe_kind in (RecipeKind.INFERRED.value, RecipeKind.NOTHING.value):
        return
    if first.outcome is Outcome.FAILED and first.failure is not None:
        yield _not_built(criterion, first, first.failure)
    elif failure is not None and failure.kind is FailureClass.MISSING_PACKAGE:
        yield Said("env-packages", Answer.REFUTED, failure.message, _proof(repeat) if repeat else (), failure.next_step)
    elif (
        verified.is_the_projects
        and repeat is not None
        and repeat.outcome is not Outcome.FAILED
        and declared.get(criterion) is Answer.YES
    ):
        count = len(first.environment.get("packages", ()))
        yield Said(
            criterion,
            Answer.VERIFIED,
            f"built from {first.reason} ({count} packages), and the run needed nothing else",
            _proof(first),
        )


def _not_built(criterion: str, experiment: Experiment, failure: Failure) -> Said:
    unreachable = (
        "index could not be reached" in failure.message
        or "is not on this machine" in failure.message
        or "pull access denied" in failure.message
    )
    answer = Answer.INCONCLUSIVE if unreachable else Answer.REFUTED
    return Said(criterion, answer, failure.message, _proof(experiment), failure.next_step)
