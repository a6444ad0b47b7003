"""What two equal runs say: does it run, and does it repeat?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...compare.runs import is_drawn
from ...diagnose.words import sentence
from ...model import Answer
from ...project import Project
from ...text import count
from ..model import Experiment, FailureClass, Outcome
from ..outputs import unlike
from .said import Said, proof


def runs(project: Project, repeat: Experiment, declared: dict[str, Answer], added: str = "") -> Iterator[Said]:
    """`added` tells of packages without which it did not run, and that nothing declares."""
    failure = repeat.failure
    if repeat.outcome is Outcome.FAILED and failure is not None:
        kind = failure.kind
        if kind is FailureClass.NO_COMMAND and not repeat.runs:
            return
        answer = Answer.INCONCLUSIVE if failure.is_the_sandbox else Answer.REFUTED
        yield Said("code-runs", answer, f"{kind.value}: {failure.message}", proof(repeat), failure.next_step)
    elif failure is not None:
        message = f"of two equal runs one failed: {failure.message}"
        yield Said("code-runs", Answer.INCONCLUSIVE, message, proof(repeat), failure.next_step)
    elif project.commands.is_stated and repeat.runs and repeat.outcome is not Outcome.INCONCLUSIVE:
        first = repeat.runs[0]
        yield Said("code-runs", Answer.VERIFIED, f"it ran to its end in {first.seconds:.1f} s{added}", proof(repeat))


def repeats(repeat: Experiment, declared: dict[str, Answer], stress: Iterable[Experiment] = ()) -> Iterator[Said]:
    """Two runs that agree say so, unless a third one just like them does not: then they agreed by luck."""
    lucky = next((e for e in stress if e.details.get("by_chance")), None)
    if lucky is not None and are_alike(repeat):
        yield Said("code-repeatable", Answer.REFUTED, lucky.reason, (*proof(lucky), *proof(repeat)))
    elif are_alike(repeat):
        number = f"the same {count(sum(not is_drawn(o.path) for o in repeat.outputs), 'output')}"
        alike = "" if repeat.outcome is Outcome.SAME else " in meaning"
        runs = ("two", "three", "four")[repeat.details.get("alike_before", 0)]
        message = f"{runs} runs gave {number}{alike}{_but_drawn(repeat)}"
        yield Said("code-repeatable", Answer.VERIFIED, message, proof(repeat))
    elif repeat.outcome is Outcome.DIFFERS:
        yield _refuted(repeat, declared)


def are_alike(repeat: Experiment) -> bool:
    """Whether all results of the two runs agree."""
    if repeat.outcome is Outcome.DIFFERS:
        return bool(repeat.outputs) and not unlike(repeat.outputs)
    return repeat.outcome in (Outcome.SAME, Outcome.EQUIVALENT)


def _but_drawn(repeat: Experiment) -> str:
    """What differs all the same, and is no result."""
    drawn = [o.path.rpartition("/")[2] for o in repeat.outputs if is_drawn(o.path) and o.verdict == "different"]
    return f"; only what Guild draws and notes for each run differs ({drawn[0]})" if drawn else ""


def _refuted(repeat: Experiment, declared: dict[str, Answer]) -> Said:
    """With the first confirmed cause and its mend; where none is known, with what differs."""
    confirmed = [c for c in repeat.causes if c.confirmed]
    if confirmed:
        others = len({c.name for c in confirmed} - {confirmed[0].name, *confirmed[0].together_with})
        more = f" (and {count(others, 'further cause')})" if others else ""
        return Said("code-repeatable", Answer.REFUTED, sentence(confirmed[0]) + more, proof(repeat), confirmed[0].fix)
    differing = unlike(repeat.outputs)
    what = f"{differing[0].path}: {differing[0].why or differing[0].verdict}" if differing else repeat.reason
    more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
    names_draws = declared.get("code-repeatable") in (Answer.NO, Answer.PARTIAL)
    fix = None if names_draws else "See what differs with `repro-audit compare repeat-1 repeat-2`; seed or sort it."
    return Said("code-repeatable", Answer.REFUTED, f"two runs differ: {what}{more}", proof(repeat), fix)
