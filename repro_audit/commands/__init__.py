"""What each command of the command line does, once its options are parsed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ..audit import Selection, Trial, audit
from ..origin import Origin, open_project
from ..result import Result
from ..text import one_line
from .progress import Progress


def score_all(targets: Sequence[str], selection: Selection | None = None) -> list[Result]:
    """The result of each target by reading, in the order given."""
    return [_score(target, selection or Selection()) for target in targets]


def _score(target: str, selection: Selection) -> Result:
    with Progress(target) as progress, open_project(target) as origin:
        return audit(origin, selection, progress.step)


def kept_trial(origin: Origin) -> Trial:
    """Where an earlier run of this project is kept."""
    from ..experiments.evidence import FOLDER

    folder = Path(FOLDER) if origin.is_clone else origin.path / FOLDER
    return Trial(kept_in=folder, warn=lambda line: print(f"note: {one_line(line)}", file=sys.stderr))
