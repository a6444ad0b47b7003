"""What other data in place of the project's say: can the data be swapped as the project offers?"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Answer
from ..model import Experiment, Kind, Outcome
from .said import Said, proof

CRITERION = "data-swappable"


def swapped(experiments: tuple[Experiment, ...], declared: dict[str, Answer]) -> Iterator[Said]:
    """Verified where the offered handle took other data and the outputs followed.

    Refuted where the handle is to blame and not the data: the same data worked in the place of the project's own.
    """
    tried = [e for e in experiments if e.kind is Kind.DATA and e.outcome is not Outcome.SKIPPED]
    if declared.get(CRITERION) is not Answer.YES or not tried:
        return
    one = next((e for e in tried if e.outcome is Outcome.WORKS and e.details.get("is_open")), tried[0])
    if one.outcome is Outcome.WORKS:
        if one.details.get("is_open"):
            yield Said(CRITERION, Answer.VERIFIED, one.reason, proof(one))
    elif one.outcome is Outcome.FAILED and one.details.get("handle"):
        fix = f"Read the data from where {one.details['through']} says." if one.details["handle"] == "dead" else None
        yield Said(CRITERION, Answer.REFUTED, one.reason, proof(one), fix)
    else:
        yield Said(CRITERION, Answer.INCONCLUSIVE, one.reason, proof(one))
