"""`--fail-under`, `--require` and `--fail-on`: what makes a build fail."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..errors import UsageError
from ..flow import Selection, expand
from ..loader import load_rules
from ..result import Result
from ..score import gate_rank, meets_requirement
from ..text import one_line


def check_options(fail_under: int, require: Sequence[str], selection: Selection) -> None:
    """Refuse gates over criteria that are not judged, before anything is read."""
    rules = load_rules()
    wanted = expand(require, rules)
    judged = (expand(selection.select, rules) or {r.id for r in rules}) - expand(selection.ignore, rules)
    left_out = sorted(wanted - judged)
    if left_out:
        raise UsageError(f"{left_out[0]} is required but not judged", "Check --select and --ignore.")
    if fail_under and selection.select:
        raise UsageError("--fail-under needs every criterion", "Use --require with --select.")


def status(results: Sequence[Result], fail_under: int, require: Sequence[str], on_regression: bool = False) -> int:
    """The exit status; every gate that is not met is named on standard error."""
    unmet = [words for result in results for words in _unmet(result, fail_under, require)]
    if on_regression:
        unmet += [words for result in results for words in _regressions(result)]
    for words in unmet:
        print(f"gate: {one_line(words)}", file=sys.stderr)
    return 1 if unmet else 0


def _regressions(result: Result) -> list[str]:
    """What the change made worse; a baseline that says so itself is asked, so that both always agree."""
    told = result.baseline
    if told is None or not told["regression"]:
        return []
    worse = [f"{c['id']} went from {c['from']} to {c['to']}" for c in told["criteria"] if c["change"] == "worse"]
    worse += [f"{c['cause']} is a new cause of differences" for c in told["causes"]]
    worse += [f"{d['parameter']} no longer changes anything" for d in told["dead"]]
    return [f"{result.project.root} against {told['source']}: {words}" for words in worse]


def _unmet(result: Result, fail_under: int, require: Sequence[str]) -> list[str]:
    root, reached = result.project.root, gate_rank(result.criteria)
    found = [] if reached >= fail_under else [f"{root} has {reached} of the {fail_under} stars that are asked for"]
    wanted = expand(require, load_rules())
    missing = [c for c in result.criteria if c.id in wanted and not meets_requirement(c)]
    return [*found, *(f"{root} does not meet {c.id}: {c.message}" for c in missing)]
