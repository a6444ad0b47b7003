"""The words in which an experiment speaks to a criterion."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Answer, Evidence
from ..model import Experiment


@dataclass(frozen=True)
class Said:
    """What a run says to one criterion."""

    criterion: str
    answer: Answer
    message: str
    evidence: tuple[Evidence, ...]
    fix: str | None = None


def proof(experiment: Experiment) -> tuple[Evidence, ...]:
    """The experiment itself, and the project's line that it points to."""
    failure = experiment.failure
    place = (Evidence(failure.message, failure.at),) if failure and failure.at else ()
    causes = tuple(Evidence(c.text, c.at) for c in experiment.causes if c.at and c.confirmed)
    return (*place, *causes, Evidence(experiment=experiment.id))
