"""One line per place, as compilers write them, which editors know how to read: `path:line: error: what [criterion]`."""

from __future__ import annotations

from collections.abc import Sequence

from ..result import Result
from ..text import one_line
from .problems import Problem, Severity, to_mend

WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def render(results: Sequence[Result]) -> str:
    """By place, so that an editor steps through the files; nothing where nothing is to be mended."""
    found = sorted(to_mend(results), key=lambda p: (p.at.path, p.at.line or 1, p.severity.turn))
    return "".join(_line(problem) + "\n" for problem in found)


def _line(problem: Problem) -> str:
    where = f"{one_line(problem.at.path)}:{problem.at.line or 1}"
    return f"{where}: {WORDS[problem.severity]}: {one_line(problem.told)} [{problem.rule}]"
