"""Each fix, applied by git: its criterion's answer rises, no other falls, and nothing is proposed twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repro_audit.model import Answer

Copied = Callable[[str], Path]
LEVEL = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.PARTIAL: 2, Answer.YES: 3, Answer.NA: 3}
CASES = [
    ("bare-requirements", "env-packages", "partial", "yes"),
    ("unseeded-numpy", "env-packages", "no", "yes"),
    ("unseeded-numpy", "code-repeatable", "no", "yes"),
    ("half-seeded", "code-repeatable", "partial", "yes"),
    ("cause-in-library", "code-repeatable", "no", "yes"),
    ("cause-in-helper", "code-repeatable", "no", "yes"),
    ("cause-wall-clock", "code-repeatable", "partial", "yes"),
    ("seed-outside-config", "config-seeds", "no", "yes"),
    ("dead-seed", "config-seeds", "partial", "yes"),
    ("live-constants", "config-files", "no", "yes"),
    ("cause-numpy", "data-documented", "partial", "yes"),
    ("cause-numpy", "env-image", "no", "yes"),
    ("fix-steps", "data-stages", "partial", "yes"),
    ("fix-saved-model", "eval-predict", "no", "yes"),
]


@pytest.mark.parametrize(("fixture", "criterion", "before", "after"), CASES)
def test_a_fix_raises_its_answer_and_lowers_none(
    fixture: str, criterion: str, before: str, after: str, copied: Copied, mend: Any
) -> None:
    root = copied(fixture)
    mended = mend(root, criterion)
    assert mended.proposed == [criterion]
    answers = (mended.before, mended.after)
    assert tuple(str(a[criterion]) for a in answers) == (before, after)
    assert not [c for c in answers[0] if LEVEL[answers[1][c]] < LEVEL[answers[0][c]]]
    assert not mend(root, criterion).plan.files


@pytest.mark.parametrize("fixture", ["unseeded-numpy", "live-constants", "cause-in-library", "fix-steps"])
def test_all_fixes_together_lower_nothing_and_are_complete(fixture: str, copied: Copied, mend: Any) -> None:
    mended = mend(copied(fixture))
    answers = (mended.before, mended.after)
    assert not [c for c in answers[0] if LEVEL[answers[1][c]] < LEVEL[answers[0][c]]]
    assert all(answers[1][p.criterion].is_met for p in mended.plan.proposals)
    assert not mend(mended.root).plan.files


def test_a_project_with_five_stars_needs_nothing(copied: Copied, mend: Any) -> None:
    assert not mend(copied("five-stars")).plan.files


WITHOUT = {
    "env-packages": ("bare-requirements", "only from a run"),
    "env-image": ("bare-requirements", "no version of Python"),
    "code-repeatable": ("cause-in-subprocess", "weights.py"),
    "config-seeds": ("config-not-read", "does not read it"),
    "config-files": ("hard-coded", "name them"),
    "data-documented": ("undocumented-input", "no table"),
    "data-stages": ("separate-scripts", "below the project"),
    "eval-predict": ("config-not-read", "scikit-learn"),
    "eval-compare": ("hard-coded", "by hand"),
}


@pytest.mark.parametrize("criterion", WITHOUT)
def test_a_fixer_that_cannot_be_sure_says_why(criterion: str, copied: Copied, mend: Any) -> None:
    fixture, words = WITHOUT[criterion]
    mended = mend(copied(fixture), criterion, installed=None)
    assert not mended.plan.files
    assert words in mended.why_not(criterion)
