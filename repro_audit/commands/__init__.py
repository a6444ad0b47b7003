"""What each command of the command line does, once its options are parsed."""

from __future__ import annotations

from collections.abc import Sequence

from ..audit import Selection, audit
from ..origin import open_project
from ..result import Result
from .progress import Progress


def score_all(targets: Sequence[str], selection: Selection | None = None) -> list[Result]:
    """The result of each target, in the order given."""
    return [_score(target, selection or Selection()) for target in targets]


def _score(target: str, selection: Selection) -> Result:
    with Progress(target) as progress, open_project(target) as origin:
        return audit(origin, selection, progress.step)
