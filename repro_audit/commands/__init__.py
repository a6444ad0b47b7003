"""What each command of the command line does, once its options are parsed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..flow import Selection, Trial, audit
from ..origin import Origin, open_project
from ..result import Result
from ..text import one_line
from .progress import Progress


def score_all(
    targets: Sequence[str], selection: Selection | None = None, kept: bool = False, evidence: str | None = None
) -> list[Result]:
    """The result of each target by reading, in the order given; with `kept`, what its last run found is told again."""
    return [_score(target, selection or Selection(), kept, evidence) for target in targets]


def _score(target: str, selection: Selection, kept: bool, evidence: str | None) -> Result:
    with Progress(target) as progress, open_project(target) as origin:
        trial = kept_trial(origin, evidence) if kept else Trial()
        return with_excerpts(audit(origin, selection, progress.step, trial), origin)


def with_excerpts(result: Result, origin: Origin) -> Result:
    """A clone is removed before its result is shown, so the lines that a page shows come along."""
    if not origin.is_clone:
        return result
    from ..report.html.sources import excerpts

    return replace(result, excerpts=excerpts(result, origin.path))


def kept_trial(origin: Origin, evidence: str | None = None) -> Trial:
    """Where an earlier run of this project is kept."""
    from ..experiments.evidence import FOLDER

    usual = Path(FOLDER) if origin.is_clone else origin.path / FOLDER
    folder = Path(evidence) if evidence else usual
    return Trial(kept_in=folder, warn=lambda line: print(f"note: {one_line(line)}", file=sys.stderr))
