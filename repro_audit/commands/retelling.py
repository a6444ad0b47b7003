"""What a run found, carried by the report that tells of it, in a comment that nobody sees.

The evidence folder is not committed, so a checkout in CI has the report and not the run. There everything
that can be read is read again, and what the run said is taken from the comment: as long as the project's
content is what it was when it ran. A report of a run of other content is as stale as its evidence would be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..flow import with_experiments
from ..loader import load_rules
from ..model import Answer
from ..result import Result
from ..score import judge_stars, rank

if TYPE_CHECKING:
    from ..experiments.answers.said import Said

LONGEST = 1024 * 1024  # characters
TOLD = ("id", "kind", "outcome", "reason", "parameter")  # of an experiment
BY_RUNNING = (Answer.VERIFIED, Answer.REFUTED, Answer.INCONCLUSIVE)
_COMMENT = re.compile(r"^<!-- repro-audit:run (\{.*?\}) -->[ \t\r]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Told:
    """The findings of a run as a report carries them."""

    commit: str
    content: str  # the name of what the project held, but for the report
    said: tuple[Said, ...]
    experiments: tuple[Mapping[str, Any], ...] = ()  # what a report tells of each, and no more


def comment(told: Told) -> str:
    """The comment: a line per criterion and experiment, with nothing in it that could end it early."""
    from ..experiments.kept import said_to_dict

    said = ",\n".join(json.dumps(said_to_dict(s), sort_keys=True) for s in told.said)
    experiments = ",\n".join(json.dumps(dict(e), sort_keys=True) for e in told.experiments)
    head = json.dumps({"commit": told.commit, "content": told.content})
    text = f'{head[:-1]},\n"said": [\n{said}\n],\n"experiments": [\n{experiments}\n]}}'
    for sign in "<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"<!-- repro-audit:run {text.replace('--', '-' + chr(92) + 'u002d')} -->\n"


def read_comment(text: str) -> Told | None:
    """What a report carries; None where that is nothing, or nothing that a run could have said."""
    from ..experiments.kept import said_from_dict, told_experiment

    found = _COMMENT.search(text)
    if found is None or len(found[1]) > LONGEST:
        return None
    try:
        data = json.loads(found[1])
        said = tuple(said_from_dict(s) for s in data["said"])
        experiments = tuple(in_short(told_experiment(e)) for e in data["experiments"])
        told = Told(str(data["commit"]), str(data["content"]), said, experiments)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return told if all(s.answer in BY_RUNNING for s in said) else None


def in_short(experiment: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a report tells of an experiment: neither its runs nor its outputs."""
    short: dict[str, Any] = {key: str(experiment[key]) for key in TOLD if experiment.get(key)}
    failure = experiment.get("failure") or {}
    return {**short, "failure": {"message": str(failure.get("message", ""))}} if failure else short


def retold(result: Result, told: Told) -> Result:
    """The result by reading, with what a run found."""
    criteria = tuple(with_experiments(c, told.said) for c in result.criteria)
    stars = judge_stars(criteria, {r.id: r.star for r in load_rules()})
    return replace(result, criteria=criteria, stars=stars, rank=rank(stars), experiments=told.experiments)
