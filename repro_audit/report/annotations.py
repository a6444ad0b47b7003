"""GitHub annotations: workflow commands, which the runner shows beside the line they name."""

from __future__ import annotations

from collections.abc import Sequence

from ..result import Result
from ..text import one_line
from .problems import Problem, Severity, to_mend
from .words import rank_words

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(results: Sequence[Result]) -> str:
    """One command a line, the worst first: a runner shows ten of a kind for a step."""
    lines = [_command(p) for p in sorted(to_mend(results), key=lambda p: p.severity.turn)]
    ranks = [f"::notice title=repro-audit::{data(_rank(r))}" for r in results]
    return "\n".join([*lines, *ranks]) + "\n"


def _rank(result: Result) -> str:
    return f"{one_line(result.project.root)}: {rank_words(result)}"


def _command(problem: Problem) -> str:
    told = f"{problem.message}\n{problem.fix}" if problem.fix else problem.message
    where = {"file": one_line(problem.at.path), "line": str(problem.at.line or 1), "title": problem.rule}
    properties = ",".join(f"{name}={value(text)}" for name, text in where.items())
    return f"::{COMMANDS[problem.severity]} {properties}::{data(told)}"


def data(text: str) -> str:
    """A message: a line end in it would end the command, and begin another one of a stranger's making."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """A property, which a colon or a comma would end."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
