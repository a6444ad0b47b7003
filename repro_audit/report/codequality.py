"""GitLab's Code Quality report: the problems of a merge request, beside their lines."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..result import Result
from ..text import one_line
from .problems import Problem, Severity, to_mend

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(results: Sequence[Result]) -> str:
    """One list for all projects."""
    shown = [_issue(p) for p in to_mend(results)]
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _issue(problem: Problem) -> dict[str, object]:
    return {
        "description": problem.told,
        "check_name": problem.rule,
        "fingerprint": problem.fingerprint,
        "severity": SEVERITIES[problem.severity],
        "location": {"path": one_line(problem.at.path), "lines": {"begin": problem.at.line or 1}},
    }
