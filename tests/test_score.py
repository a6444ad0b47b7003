"""The star policy."""

from __future__ import annotations

import pytest

from repro_audit.model import Answer, Star
from repro_audit.result import Criterion, Waived
from repro_audit.score import gate_rank, judge_stars, meets_requirement, next_steps, rank

IDS = {
    "code-runs": 1, "code-example-input": 1, "code-repeatable": 1,
    "config-files": 2, "config-seeds": 2, "config-live": 2, "config-repeatable": 2,
    "data-managed": 3, "data-documented": 3, "data-swappable": 3, "data-stages": 3,
    "env-packages": 4, "env-image": 4, "env-hardware": 4, "eval-predict": 5, "eval-compare": 5,
}  # fmt: skip
STARS = {id: Star(number) for id, number in IDS.items()}
VERIFIED = {
    id: "verified"
    for id in IDS
    if id not in ("code-example-input", "data-managed", "data-documented", "env-hardware", "eval-compare")
}


def criteria(waived: tuple[str, ...] = (), expired: bool = False, **answers: str) -> list[Criterion]:
    """All criteria, `yes` (and `unknown` for what only runs show) unless said otherwise."""
    given = {"config-repeatable": "unknown"} | {key.replace("_", "-"): value for key, value in answers.items()}
    found = []
    for id, star in STARS.items():
        answer = Answer(given.get(id, "yes"))
        declared = Answer.YES if answer in (Answer.VERIFIED, Answer.REFUTED, Answer.INCONCLUSIVE) else answer
        waiver = Waived("x", None, expired) if id in waived else None
        found.append(Criterion(id, star, "", declared, answer, "", waived=waiver))
    return found


def ranks(found: list[Criterion]) -> tuple[int, int]:
    reached = rank(judge_stars(found, STARS))
    return reached.declared, reached.verified


@pytest.mark.parametrize(
    ("answers", "declared"),
    [
        ({}, 5),
        ({"code-runs": "partial"}, 0),
        ({"code-repeatable": "unknown"}, 0),
        ({"config-repeatable": "refuted"}, 1),
        ({"config-repeatable": "inconclusive"}, 5),
        ({"data-managed": "na", "data-documented": "na", "data-swappable": "na", "data-stages": "na"}, 5),
        ({"env-image": "no"}, 3),
        ({"env-image": "refuted"}, 3),
        ({"env-image": "inconclusive"}, 5),
        ({"data-stages": "no", "env-image": "no"}, 2),
        ({"eval-compare": "partial"}, 4),
    ],
)
def test_declared_stars_count_without_a_gap(answers: dict[str, str], declared: int) -> None:
    assert ranks(criteria(**answers)) == (declared, 0)


@pytest.mark.parametrize(
    ("answers", "verified"),
    [
        (VERIFIED, 5),
        (VERIFIED | {"code-runs": "yes"}, 0),
        (VERIFIED | {"config-repeatable": "unknown"}, 1),
        (VERIFIED | {"data-swappable": "na", "data-stages": "na"}, 5),
        (VERIFIED | {"env-hardware": "no"}, 3),
    ],
)
def test_a_verified_star_is_earned_and_all_of_it_that_runs_can_test_was(answers: dict[str, str], verified: int) -> None:
    assert ranks(criteria(**answers))[1] == verified


def test_a_star_that_was_not_judged_whole_is_not_earned() -> None:
    found = judge_stars([c for c in criteria() if c.id != "env-image"], STARS)
    assert [(s.earned, s.judged) for s in found] == [(True, True)] * 3 + [(False, False), (True, True)]


def test_a_waiver_moves_the_gate_and_never_the_stars() -> None:
    waived = criteria(waived=("env-image",), env_image="no")
    assert ranks(waived) == (3, 0)
    assert gate_rank(waived) == 5
    assert all(meets_requirement(c) for c in waived if c.id == "env-image")
    assert "env-image" not in {c.id for c in next_steps(waived)}


def test_an_expired_waiver_has_no_effect() -> None:
    expired = criteria(waived=("env-image",), expired=True, env_image="no")
    assert gate_rank(expired) == 3
    assert [c.id for c in next_steps(expired)] == ["env-image"]


def test_advice_begins_with_what_earns_the_next_star() -> None:
    found = criteria(eval_compare="partial", code_runs="no", code_repeatable="partial", config_live="unknown")
    assert [c.id for c in next_steps(found)] == ["code-repeatable", "code-runs", "eval-compare", "config-live"]
