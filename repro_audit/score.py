"""The whole star policy.

A star is earned when every criterion of it that applies is met. What only a run can tell
(`config-repeatable`) does not stand in the way until a run refutes it, and an experiment that could
not finish leaves standing what the files declare. A star is verified when it is earned and every
criterion of it that a run can test was verified. Waivers change nothing here: they count for gates only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .model import Answer, Star
from .result import Criterion, Rank, StarResult

ONLY_BY_RUNNING = frozenset({"config-repeatable"})
TESTABLE = ONLY_BY_RUNNING | {
    "code-runs", "code-repeatable", "config-live", "config-seeds", "data-swappable", "data-stages",
    "env-packages", "env-image", "eval-predict",
}  # fmt: skip


def holds(criterion: Criterion) -> bool:
    """Whether nothing about this criterion stands between the project and its star."""
    if criterion.answer in (Answer.UNKNOWN, Answer.INCONCLUSIVE) and criterion.id in ONLY_BY_RUNNING:
        return True
    answer = criterion.declared if criterion.answer is Answer.INCONCLUSIVE else criterion.answer
    return answer.is_met or not answer.applies


def is_verified(criterion: Criterion) -> bool:
    """Whether a run showed it, or none could."""
    return criterion.id not in TESTABLE or criterion.answer in (Answer.VERIFIED, Answer.NA)


def judge_stars(criteria: Sequence[Criterion], all_ids: dict[str, Star]) -> tuple[StarResult, ...]:
    """The five stars; one of which a criterion was left out is not judged and not earned."""
    return tuple(_judge(star, criteria, all_ids) for star in Star)


def _judge(star: Star, criteria: Sequence[Criterion], all_ids: dict[str, Star]) -> StarResult:
    own = [c for c in criteria if c.star is star]
    judged = {c.id for c in own} >= {id for id, its in all_ids.items() if its is star}
    earned = judged and bool(own) and all(holds(c) for c in own)
    something_ran = any(c.answer is Answer.VERIFIED for c in criteria)  # else a star that needs no run looks verified
    return StarResult(star, earned, earned and something_ran and all(is_verified(c) for c in own), judged)


def rank(stars: Sequence[StarResult]) -> Rank:
    return Rank(gapless(s.earned for s in stars), gapless(s.verified for s in stars))


def gapless(earned: Iterable[bool]) -> int:
    """How many come before the first that is missing."""
    number = 0
    for is_earned in earned:
        if not is_earned:
            break
        number += 1
    return number


def gate_rank(criteria: Sequence[Criterion]) -> int:
    """The rank that `--fail-under` compares: waived criteria, and those left out, are set aside."""
    counted = [c for c in criteria if not c.is_set_aside]
    return gapless(all(holds(c) for c in counted if c.star is star) for star in Star)


def meets_requirement(criterion: Criterion) -> bool:
    """Whether `--require` is content: met, not applicable, or waived today."""
    return criterion.is_set_aside or criterion.answer.is_met or not criterion.answer.applies


def next_steps(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """What to mend, in the order that earns the next star soonest: the lowest star first, and
    within it what is half done before what is missing. What reading cannot tell comes last."""
    open_ones = [c for c in criteria if not holds(c) and not c.is_set_aside]
    order = {Answer.REFUTED: 0, Answer.PARTIAL: 1, Answer.NO: 2}
    return tuple(sorted(open_ones, key=lambda c: (c.answer not in order, c.star.value, order.get(c.answer, 3))))
