"""What a notebook shows of a result."""

from __future__ import annotations

from repro_audit.report.html.cell import cell
from repro_audit.result import Result


def test_a_notebook_shows_the_stars_the_criteria_and_what_to_do(plain: Result) -> None:
    shown = cell(plain)
    assert "1 of 5 stars declared, 0 verified" in shown
    assert "<td><code>code-runs</code></td><td>✓ yes</td>" in shown
    assert "<td><code>a.py:1</code></td>" in shown
    assert "<li>do it <code>config-files</code></li>" in shown


def test_hostile_names_are_shown_as_text(evil: Result) -> None:
    shown = cell(evil)
    assert "<img" not in shown and "<!--" not in shown
    assert "&lt;img src=x onerror=1&gt;" in shown
    assert not set(shown) & {"\x1b", "\u202e", "\udcff"}
