"""What the README shows is what a user gets. With REPRO_AUDIT_UPDATE=1 the pages are rewritten instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from shown import IS_UPDATE, LINK, ROOT, commands_of, hold_true

from repro_audit.loader import load_rules
from repro_audit.report.reference import reference

README = ROOT / "README.md"
RULES = ROOT / "rules" / "README.md"


@pytest.mark.parametrize("arguments", commands_of(README))
def test_the_readme_shows_what_the_command_prints(arguments: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures" / "five-stars", tmp_path / "fixtures" / "five-stars")
    hold_true(README, arguments, tmp_path)


def test_the_page_of_the_rules_is_what_the_rules_say() -> None:
    real = reference(load_rules())
    if IS_UPDATE:
        RULES.write_text(real, "utf-8")
    assert RULES.read_text("utf-8") == real


def test_links_of_the_readme_lead_somewhere() -> None:
    targets = LINK.findall(README.read_text("utf-8"))
    assert targets and all((ROOT / target).exists() for target in targets)


def test_every_criterion_is_named_in_the_readme() -> None:
    text = README.read_text("utf-8")
    assert not [rule.id for rule in load_rules() if f"`{rule.id}`" not in text]
