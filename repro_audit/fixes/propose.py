"""Every fixer asked in turn; each proposal is judged before it is kept.

A proposal counts only where the answer to its criterion rises by it and no other answer falls: the project is
read again with the patch laid over it. The next fixer sees what the earlier ones proposed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..model import Answer
from ..project import Project
from . import constants, description, image, packages, predicting, seeds, stages
from .model import Case, Declined, Fixer, Installed, Proposal
from .overlay import Patched

FIXERS = (
    Fixer(("env-packages",), packages.propose),
    Fixer(("code-repeatable", "config-seeds"), seeds.propose),
    Fixer(("config-files",), constants.propose),
    Fixer(("data-documented",), description.propose),
    Fixer(("data-stages",), stages.propose),
    Fixer(("eval-predict",), predicting.propose),
    Fixer(("env-image",), image.propose),  # last: it installs what the others declare, and runs what they leave
)
LEVEL = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.PARTIAL: 2, Answer.YES: 3, Answer.NA: 3}
BY_HAND = "by hand, since it takes more than the files tell"
BY_A_RUN = "the seeds above are meant for it, and only a run can show it"
SEEDED = frozenset({"code-repeatable", "config-seeds"})

Answers = Mapping[str, Answer]
Judge = Callable[[Project], Answers]  # what reading answers to every criterion


@dataclass(frozen=True, slots=True)
class Plan:
    """The proposals in their order, what is not proposed, and the files as all of them leave them."""

    proposals: tuple[Proposal, ...]
    declined: tuple[Declined, ...]
    project: Patched

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.project.laid


def propose_all(
    project: Project, final: Answers, installed: Installed | None, judge: Judge, wanted: Iterable[str]
) -> Plan:
    """`final` has each criterion's answer with what a run said; `wanted` are the criteria to mend."""
    unmet = [c for c in wanted if c in final and final[c].applies and not final[c].is_met]
    current, answers = Patched(project.root, project.hints), judge(project)
    kept: list[Proposal] = []
    declined: list[Declined] = []
    for fixer, criterion in [(f, c) for f in FIXERS for c in f.criteria if c in unmet]:
        if answers[criterion].is_met and any(p.criterion in fixer.criteria for p in kept):
            continue  # met by what the same fixer proposed for another criterion
        said = _asked(fixer, Case(current, criterion, installed))
        if isinstance(said, Declined):
            declined.append(said)
            continue
        patched = Patched(project.root, project.hints, {**current.laid, **_encoded(said.files)})
        after = judge(patched)
        problem = _problem(said, project, answers, after)
        if problem:
            declined.append(Declined(criterion, problem))
            continue
        kept.append(said)
        current, answers = patched, after
    known = {c for f in FIXERS for c in f.criteria}
    mended = {p.criterion for p in kept}
    left = [c for c in unmet if c not in known and final[c] is not Answer.UNKNOWN]
    declined += [Declined(c, BY_A_RUN if mended & SEEDED and c == "config-repeatable" else BY_HAND) for c in left]
    return Plan(tuple(kept), tuple(declined), current)


def _asked(fixer: Fixer, case: Case) -> Proposal | Declined:
    """A fixer that fails unexpectedly proposes nothing, and never ends the command."""
    try:
        return fixer.propose(case)
    except Exception as error:
        if os.environ.get("REPRO_AUDIT_DEBUG"):
            raise
        return Declined(case.criterion, f"it could not be worked out: {type(error).__name__}: {error}")


def _encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}


def _problem(said: Proposal, project: Project, before: Answers, after: Answers) -> str:
    """Why a proposal is not shown; a criterion that only a run found unmet cannot rise by reading."""
    taken = [p for p in said.files if p not in project.files and os.path.lexists(project.root / p)]
    if taken:
        return f"{taken[0]} is there already, and is not part of the project"
    fallen = sorted(c for c in after if LEVEL[after[c]] < LEVEL[before[c]])
    if fallen:
        return f"what could be written would cost {', '.join(fallen)}"
    if not before[said.criterion].is_met and LEVEL[after[said.criterion]] <= LEVEL[before[said.criterion]]:
        return "what could be written without guessing would not meet it"
    return ""
