"""What the steps say, run one at a time: does each run alone from what the others leave?"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Answer
from ...text import count
from ..model import Experiment, Kind, Outcome
from .said import Said, proof

CRITERION = "data-stages"
RAN = (Outcome.SAME, Outcome.EQUIVALENT, Outcome.DIFFERS)


def staged(experiments: tuple[Experiment, ...], declared: dict[str, Answer]) -> Iterator[Said]:
    """Verified where every step ran alone and wrote what it declares.

    Refuted by one that cannot, where the main command made it: what else a pipeline offers may want more.
    """
    steps = [e for e in experiments if e.kind is Kind.STAGE]
    if declared.get(CRITERION) is not Answer.YES or not any(s.runs for s in steps):
        return
    failed = next((s for s in steps if s.outcome is Outcome.FAILED and s.details.get("is_part")), None)
    lacking = next((s for s in steps if any(o.verdict == "only-first" for o in s.outputs)), None)
    if failed is not None:
        reason = f"{_name(failed)} cannot be run alone: {failed.reason}"
        yield Said(
            CRITERION, Answer.REFUTED, reason, proof(failed), failed.failure.next_step if failed.failure else None
        )
    elif lacking is not None:
        what = next(o.path for o in lacking.outputs if o.verdict == "only-first")
        yield Said(CRITERION, Answer.REFUTED, f"{_name(lacking)} alone does not write {what}", proof(lacking))
    elif all(s.outcome in RAN for s in steps):
        unlike = next((s for s in steps if s.outcome is Outcome.DIFFERS), None)
        more = f"; the first whose outputs differ is {_name(unlike)}" if unlike else ", and wrote what they had written"
        evidence = proof(unlike or steps[0])
        yield Said(CRITERION, Answer.VERIFIED, f"{count(len(steps), 'step')} ran one at a time{more}", evidence)
    else:
        open_one = next(s for s in steps if s.outcome not in RAN)
        yield Said(CRITERION, Answer.INCONCLUSIVE, f"{_name(open_one)}: {open_one.reason}", proof(open_one))


def _name(experiment: Experiment) -> str:
    return experiment.id.partition(":")[2]
