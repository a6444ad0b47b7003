"""What the experiments found, in the order a reader wants it: warnings first, then what is fine, then what was left.

Whether the two equal runs agree is said by the criteria; why they do not, and what the other experiments add, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any

from ..text import count
from .told import Told, sound

NAMES = {
    "stress": "stress", "seed": "seed", "config": "configuration", "data": "data", "stage": "stage", "app": "app",
    "system": "system", "claims": "claims",
}  # fmt: skip
PASSED = {"same", "equivalent", "works", "live"}


class Tone(Enum):
    """How a finding is meant."""

    GOOD = "fine"
    WARNING = "warning"
    UNSURE = "open"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was asked, and what came of it."""

    tone: Tone
    name: str
    text: str


def findings(experiments: Sequence[Told]) -> list[Finding]:
    """One finding per experiment that says something new; what passed is counted by kind, as is what was skipped."""
    experiments = [sound(e) for e in experiments]
    asked = [e for e in experiments if e["kind"] in NAMES]
    causes = [_cause(c) for e in experiments if e["kind"] == "repeat" for c in e.get("causes", ())]
    bad = [_warning(e) for e in asked if e["outcome"] not in PASSED | {"skipped", "inconclusive"}]
    good = [f for kind in NAMES for f in _passed(kind, [e for e in asked if e["kind"] == kind])]
    unsure = [Finding(Tone.UNSURE, _name(e), _text(e)) for e in asked if e["outcome"] == "inconclusive"]
    return [*causes, *bad, *good, *unsure, *_skipped([e for e in asked if e["outcome"] == "skipped"])]


def _cause(cause: Mapping[str, Any]) -> Finding:
    """Why the two equal runs differ, and what mends it."""
    told = ". ".join(str(cause[k]).rstrip(".") for k in ("why", "fix") if cause.get(k))
    return Finding(Tone.WARNING if cause["confirmed"] else Tone.UNSURE, "cause", told)


def _warning(experiment: Told) -> Finding:
    return Finding(Tone.WARNING, _name(experiment), _text(experiment))


def _name(experiment: Told) -> str:
    return NAMES[experiment["kind"]]


def _text(experiment: Told) -> str:
    """The experiment's own sentence, after the parameter or part it is about."""
    failure = experiment.get("failure") or {}
    said = experiment.get("reason") or failure.get("message") or experiment["outcome"]
    subject = experiment.get("parameter") or experiment["id"].partition(":")[2]
    return f"{subject}: {said}" if subject and not said.startswith(subject) else said


def _passed(kind: str, asked: list[Told]) -> Iterator[Finding]:
    fine = [e for e in asked if e["outcome"] in PASSED]
    if not fine:
        return
    if kind in ("seed", "config"):
        whole = sum(e["outcome"] in ("live", "dead") for e in asked)
        names = ", ".join(str(e.get("parameter", "")) for e in fine[:3]) + (", …" if len(fine) > 3 else "")
        are = "is" if whole == 1 else "are"
        yield Finding(Tone.GOOD, NAMES[kind], f"{len(fine)} of {count(whole, 'parameter')} tried {are} live ({names})")
        return
    yield from (Finding(Tone.GOOD, NAMES[kind], _text(e)) for e in fine)


def _skipped(left: list[Told]) -> Iterator[Finding]:
    by_reason = sorted(left, key=lambda e: str(e.get("reason")))
    for reason, group in groupby(by_reason, key=lambda e: str(e.get("reason"))):
        ids = [str(e["id"]) for e in group]
        names = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
        yield Finding(Tone.UNSURE, "skipped", f"{names}: {reason}")


def refuted_claims(experiments: Sequence[Told]) -> list[str]:
    """A stated result that the run contradicts, for the first lines; one by chance alone is told further down."""
    claims = [c for e in experiments if e["kind"] == "claims" for c in sound(e)["claims"]]
    wrong = [c for c in claims if c["verdict"] == "not reproduced" and c["found_at"] and c["line"]]
    return [
        f"{c['path']}:{c['line']} states {c['what']} {c['stated']}; this run gave {c['found']} ({c['found_at']})"
        for c in wrong
        if "two equal runs differ" not in c["found"]
    ][:2]
