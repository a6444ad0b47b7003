"""What building and running say of the environment that the project declares."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Answer
from ...sandbox.model import RecipeKind
from ..build import is_beyond_the_engine
from ..model import Experiment, Failure, FailureClass, Outcome
from .said import Said, proof


def environment(
    builds: list[Experiment],
    repeat: Experiment | None,
    declared: dict[str, Answer],
    is_the_projects: bool,
) -> Iterator[Said]:
    """What the environment that the project describes best shows, and the next one where that was beyond us."""
    for first in builds:
        yield from _told(first, repeat, declared, is_the_projects)
        if not is_beyond_the_engine(first):
            return


def _told(
    first: Experiment, repeat: Experiment | None, declared: dict[str, Answer], is_the_projects: bool
) -> Iterator[Said]:
    recipe_kind = first.environment.get("from")
    failure = repeat.failure if repeat else None
    is_image = recipe_kind == RecipeKind.IMAGE.value
    criterion = "env-image" if is_image else "env-packages"
    if recipe_kind in (RecipeKind.INFERRED.value, RecipeKind.NOTHING.value):
        return
    if first.outcome is Outcome.FAILED and first.failure is not None:
        yield _not_built(criterion, first, first.failure)
    elif failure is not None and failure.kind is FailureClass.MISSING_PACKAGE:
        step = f"Install it in {first.reason}." if is_image else failure.next_step
        yield Said(criterion, Answer.REFUTED, failure.message, proof(repeat) if repeat else (), step)
    elif (
        is_the_projects
        and repeat is not None
        and repeat.outcome is not Outcome.FAILED
        and declared.get(criterion) is Answer.YES
    ):
        count = len(first.environment.get("packages", ()))
        without = [text for text in first.environment.get("left_out", ()) if text.startswith("the build of ")]
        but = f" but {', '.join(without)}" if without else ""
        message = f"built from {first.reason} ({count} packages), and the run needed nothing else{but}"
        yield Said(criterion, Answer.VERIFIED, message, proof(first))


def _not_built(criterion: str, experiment: Experiment, failure: Failure) -> Said:
    answer = Answer.INCONCLUSIVE if failure.is_the_sandbox else Answer.REFUTED
    return Said(criterion, answer, failure.message, proof(experiment), failure.next_step)
