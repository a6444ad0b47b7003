"""What a change did, shown: worst first, short, and a stranger's text as it is."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest

from repro_audit.report import changes
from repro_audit.report.terminal import console
from repro_audit.result import Result

from .conftest import EVIL


def told(*criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "source": EVIL, "commit": EVIL, "compared": "reading", "rank": {"declared": 2, "verified": 0},
        "stars": {"lost": [1], "won": []}, "criteria": list(criteria), "causes": [], "dead": [], "notes": [EVIL],
        "regression": True, **more,
    }  # fmt: skip


def changed(change: str, id: str = "env-image") -> dict[str, Any]:
    because = [{"path": EVIL, "line": 3, "text": EVIL * 9, "side": "now"}]
    return {"id": id, "from": "yes", "to": "no", "change": change, "message": EVIL, "fix": EVIL, "because": because}


@pytest.fixture
def shown(evil: Result) -> Result:
    cause = {"cause": "wall-clock", "path": EVIL, "line": 1, "text": EVIL, "outputs": [EVIL], "fix": EVIL}
    dead = {"parameter": EVIL, "path": None, "line": None}
    baseline = told(changed("better", "code-runs"), changed("worse"), causes=[cause], dead=[dead])
    return replace(evil, baseline=baseline)


def terminal(result: Result) -> str:
    buffer = io.StringIO()
    changes.show(console(no_color=True, file=buffer), [result])
    return buffer.getvalue()


def test_the_terminal_gets_no_control_character(shown: Result) -> None:
    text = terminal(shown)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)
    assert "[red]" in text
    rows = re.findall(r"^(worse|better)  ", text, re.MULTILINE)
    assert rows == ["worse", "worse", "worse", "better"]
    assert "star 1 lost, 3 worse, 1 better" in text


def test_a_comment_keeps_its_table_and_lets_no_html_through(shown: Result) -> None:
    from markdown_it import MarkdownIt

    text = changes.comments([shown])
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<img" not in html
    for line in text.split("\n"):
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 5


def test_a_comment_of_much_stays_short(evil: Result) -> None:
    many = told(*(changed("worse", f"criterion-{n}") for n in range(40)), notes=[])
    text = changes.comments([replace(evil, baseline=many)])
    assert len(text.splitlines()) < 40
    assert "28 more" in text


def test_nothing_changed_is_said(evil: Result) -> None:
    same = told(stars={"lost": [], "won": []}, notes=[], regression=False)
    assert "nothing changed" in changes.comments([replace(evil, baseline=same)])
