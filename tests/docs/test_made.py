"""The pages that are made when the site is built."""

from __future__ import annotations

import re

import pytest
from shown import ROOT

from repro_audit.diagnose.model import CauseName
from repro_audit.loader import load_rules
from repro_audit.model import Hints
from repro_audit.settings import KEYS

DOCS = ROOT / "docs"
VARIABLE = re.compile(r"(?:environ\b.{0,10}|\b[A-Z_]+ = )[\"'](REPRO_AUDIT_\w+)")


@pytest.fixture(autouse=True)
def makers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))


def test_every_criterion_has_its_section() -> None:
    from makers import criteria

    page = criteria.page()
    assert not [rule.id for rule in load_rules() if f"\n### {rule.id}\n" not in page]


def test_every_command_is_shown_with_its_help_and_no_color() -> None:
    from makers import commands

    page = commands.page()
    assert "## score\n" in page and "--fail-under N" in page and "\x1b" not in page
    assert max(map(len, page.splitlines())) <= 120


def test_every_key_of_the_settings_is_told_of() -> None:
    from makers import settings

    page = settings.page()
    assert not [key for key in Hints.__dataclass_fields__ if f"| `{key}` | " not in page]
    assert "## Waivers" in page and {*Hints.__dataclass_fields__, "waivers"} == set(KEYS)


def test_every_variable_of_the_environment_that_is_read_is_told_of() -> None:
    from makers import settings

    files = [p for p in (ROOT / "repro_audit").rglob("*.py") if "inside" not in p.parts]  # that is of a run
    asked = {name for p in files for name in VARIABLE.findall(p.read_text("utf-8"))}
    assert "REPRO_AUDIT_CACHE" in asked
    assert not [name for name in asked if f"| `{name}` | " not in settings.page()]


def test_every_answer_and_kind_of_experiment_means_something() -> None:
    from makers import result

    page = result.page()
    assert "| `refuted` | an experiment showed the opposite of what the files declare |" in page
    words = page.partition("## Answers")[2].partition("## Classes of failures")[0]
    assert not [line for line in words.splitlines() if line.endswith("|  |")]


def test_every_fixture_says_what_it_shows() -> None:
    from makers import fixtures

    rows = [line for line in fixtures.page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list((ROOT / "fixtures").glob("*/expected.toml")))
    assert not [row for row in rows if row.endswith("|  |")]


def test_every_cause_has_a_page() -> None:
    assert {path.stem for path in (DOCS / "causes").glob("*.md")} == {"README", *(cause.value for cause in CauseName)}


def test_the_python_interface_names_all_that_rule_authors_get() -> None:
    from makers import python

    page = python.page()
    assert not [name for name in ("yes", "unknown", "Project", "Verdict") if f"repro_audit.rule.{name}\n" not in page]
