"""What the experiments found is told warnings first, and nothing that was asked is left out."""

from __future__ import annotations

from typing import Any

from repro_audit.report.findings import Tone, findings


def told(id: str, kind: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "outcome": outcome, "reason": "", "failure": None, **more}


def test_warnings_come_first_and_what_passed_is_counted_by_kind() -> None:
    found = findings(
        [
            told("repeat", "repeat", "same"),
            told("config:p.yaml:lr", "config", "live", parameter="p.yaml:lr"),
            told("config:p.yaml:epochs", "config", "live", parameter="p.yaml:epochs"),
            told("config:p.yaml:old", "config", "dead", parameter="p.yaml:old", reason="no code reads it"),
            told("stress", "stress", "differs", reason="train.py:9 depends on the order of files"),
        ]
    )
    assert [(f.tone, f.name) for f in found] == [
        (Tone.WARNING, "configuration"), (Tone.WARNING, "stress"), (Tone.GOOD, "configuration"),
    ]  # fmt: skip
    assert found[0].text == "p.yaml:old: no code reads it"
    assert found[2].text == "2 of 3 parameters tried are live (p.yaml:lr, p.yaml:epochs)"


def test_what_was_skipped_is_listed_once_per_reason() -> None:
    found = findings([told(f"config:{n}", "config", "skipped", reason="the budget was used up") for n in "abcd"])
    assert [f.text for f in found] == ["config:a, config:b, config:c, …: the budget was used up"]


def test_what_could_not_be_told_says_why() -> None:
    found = findings([told("app", "app", "inconclusive", reason="no port was opened")])
    assert [(f.tone, f.text) for f in found] == [(Tone.UNSURE, "no port was opened")]
