"""Every answer names a place that a reader can open, "no" and "does not apply" as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.loader import load_rules
from repro_audit.project import Project

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PROJECTS = sorted(p for p in FIXTURES.glob("*/repo") if any(p.iterdir()))


@pytest.mark.parametrize("root", PROJECTS, ids=lambda p: p.parent.name)
def test_every_answer_has_a_place_and_says_what_stands_there(root: Path) -> None:
    project = Project(root)
    if not project.commands.chosen:
        pytest.skip("nothing to run, so that there is nothing to show")
    for rule in load_rules():
        verdict = rule(project)
        if str(verdict.answer) == "unknown":
            continue
        assert any(e.at for e in verdict.evidence), f"{rule.id}: {verdict.answer} {verdict.message}"
        assert all(e.text for e in verdict.evidence), f"{rule.id}: {verdict.evidence}"
        assert len(set(verdict.evidence)) == len(verdict.evidence), f"{rule.id}: {verdict.evidence}"
