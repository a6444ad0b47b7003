"""What the app says when it is started and asked: does a prediction come back?"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Answer
from ..model import Experiment, FailureClass, Kind, Outcome
from ..verify import Verified
from .said import Said, proof

CRITERION = "eval-predict"


def asked(verified: Verified, declared: dict[str, Answer]) -> Iterator[Said]:
    """Verified by one app that answers; refuted where those that could be asked fail.

    A package that the app needs and the environment lacks is the project's own fault only where the environment
    is the one that the project declares.
    """
    asked = [e for e in verified.experiments if e.kind is Kind.APP and e.outcome is not Outcome.SKIPPED]
    apps = [e for e in asked if e.details.get("is_documented", True)]
    if declared.get(CRITERION) is not Answer.YES or not apps:
        return
    worked = next((e for e in apps if e.outcome is Outcome.WORKS), None)
    failed = next((e for e in apps if _is_its_fault(e, verified)), None)
    if worked is not None:
        yield Said(CRITERION, Answer.VERIFIED, worked.reason, proof(worked))
    elif failed is not None and all(e.outcome is Outcome.FAILED for e in apps):
        next_step = failed.failure.next_step if failed.failure else None
        yield Said(CRITERION, Answer.REFUTED, failed.reason, proof(failed), next_step)
    else:
        yield Said(CRITERION, Answer.INCONCLUSIVE, apps[0].reason, proof(apps[0]))


def _is_its_fault(experiment: Experiment, verified: Verified) -> bool:
    failure = experiment.failure
    if experiment.outcome is not Outcome.FAILED or failure is None or failure.is_the_sandbox:
        return False
    return failure.kind is not FailureClass.MISSING_PACKAGE or verified.is_the_projects
