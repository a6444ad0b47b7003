"""Runs that agreed by luck are diagnosed once a later one does not."""

from __future__ import annotations

from typing import cast

import pytest

from repro_audit.experiments import luck
from repro_audit.experiments.lab import Lab
from repro_audit.experiments.luck import Luck
from repro_audit.experiments.model import Experiment, Kind, Outcome, Output

SAME = Experiment("repeat", Kind.REPEAT, "local", Outcome.SAME, outputs=(Output("a.json", "identical", ""),))
OTHER = Output("a.json", "different", "score: 1 != 2")
BEFORE, STEADIED = cast(Lab, object()), cast(Lab, object())


def stress(**details: object) -> Experiment:
    return Experiment("stress", Kind.STRESS, "local", Outcome.DIFFERS, outputs=(OTHER,), details=details)


@pytest.fixture(autouse=True)
def diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luck, "diagnose", lambda lab, repeated: (repeated, STEADIED))


def test_a_later_equal_run_that_is_unlike_the_first_corrects_what_the_two_said() -> None:
    found = Luck(SAME)
    assert found.after((stress(by_chance=["a.json"]),), BEFORE) is STEADIED
    assert (found.twice.outcome, found.twice.outputs) == (Outcome.DIFFERS, (OTHER,))
    assert "1 output differed" in found.twice.reason


def test_what_changed_surroundings_do_is_no_luck() -> None:
    found = Luck(SAME)
    assert found.after((stress(by_chance=[]),), BEFORE) is BEFORE
    assert found.twice is SAME
