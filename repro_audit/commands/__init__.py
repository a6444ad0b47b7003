"""What each command of the command line does, once its options are parsed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import ReproAuditError
from ..flow import Selection, Trial, audit
from ..origin import Origin, open_project
from ..result import Result
from ..text import one_line
from .progress import Progress


def each(targets: Sequence[str], one: Callable[[str], Result]) -> tuple[list[Result], dict[str, ReproAuditError]]:
    """The results in the order given, and why further targets have none: one that cannot be read costs no other."""
    results: list[Result] = []
    unread: dict[str, ReproAuditError] = {}
    for target in targets:
        try:
            results.append(one(target))
        except ReproAuditError as error:
            unread[target] = error
    return results, unread


def score(target: str, selection: Selection, kept: bool = False, evidence: str | None = None) -> Result:
    """The result of a target by reading; with `kept`, what its last run found is told again."""
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
