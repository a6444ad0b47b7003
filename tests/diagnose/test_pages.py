"""Every cause has its page, and the index leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.diagnose.model import CauseName

PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "causes"
PARTS = ("## How it shows", "## How repro-audit proves it", "## How to mend it")


@pytest.mark.parametrize("name", CauseName)
def test_a_cause_has_a_page_with_all_its_parts(name: CauseName) -> None:
    text = (PAGES / f"{name.value}.md").read_text("utf-8")
    assert text.startswith("# ") and f"`{name.value}`" in text.split("\n")[0]
    assert all(part in text for part in PARTS)
    assert f"({name.value}.md)" in (PAGES / "README.md").read_text("utf-8")


def test_no_page_is_about_a_cause_that_is_none() -> None:
    assert {p.stem for p in PAGES.glob("*.md")} == {"README", *(c.value for c in CauseName)}
