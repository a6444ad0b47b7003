"""Comparing with other tools: their reports are read, and their checks are mapped as the page says."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    """Loaded by path: the programs beside each other are no package."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        names = ("rivals_tools", "rivals_mapping", "agreement", "rivals_tables")
        return {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(BENCHMARKS))


REPORTS = {
    "adduce": (
        json.dumps({"findings": [{"rule_id": "R-ENV-001", "status": "fail", "message": "No dependency manifest"}]}),
        "env-packages",
        "no",
    ),
    "ml-project-doctor": (
        json.dumps({"checks": [{"check_id": "REP006", "status": "passed"}], "findings": []}),
        "env-image",
        "yes",
    ),
    "reprolint": ("│ Random seeds            │ Stochasticity  │ PASS   │ 25/25 │\n", "code-repeatable", "yes"),
    "mllint": ("❌ | 20.0% | 1 | Keeps track | `dependency-management/use`\n", "env-packages", "partial"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_read_into_checks_that_answer_a_criterion(name: str, modules: dict[str, ModuleType]) -> None:
    text, criterion, answer = REPORTS[name]
    tool = next(t for t in modules["rivals_tools"].TOOLS if t.name == name)
    row = next(r for r in modules["rivals_mapping"].ROWS if (r.tool, r.criterion) == (name, criterion))
    assert row.answer(tool.read(text)) == answer


def test_every_row_answers_whatever_the_tool_says_and_gives_its_reason(modules: dict[str, ModuleType]) -> None:
    for row in modules["rivals_mapping"].ROWS:
        assert row.clauses[-1].startswith("otherwise: "), row
        assert row.why.endswith("."), row
        assert row.answer({}) == "missing"
        assert row.answer({"unrelated": modules["rivals_tools"].Check("x")}) in {"yes", "partial", "no", "na"}


def test_the_best_possible_reading_is_never_worse_than_any_constant(modules: dict[str, ModuleType]) -> None:
    outcomes: list[tuple[tuple[Any, ...], str]] = [(("a",), "yes"), (("a",), "no"), (("b",), "no"), (("b",), "no")]
    assert modules["rivals_tables"].best_possible(outcomes) == 0.75


def test_the_page_holds_the_mapping_that_is_used(modules: dict[str, ModuleType]) -> None:
    page = (BENCHMARKS / "README.md").read_text("utf-8")
    assert modules["rivals_tables"].mapping(t.name for t in modules["rivals_tools"].TOOLS) in page


def test_a_tool_that_fails_gives_no_answer_rather_than_a_wrong_one(
    tmp_path: Path, modules: dict[str, ModuleType]
) -> None:
    tools = modules["rivals_tools"]
    assert tools.run(tools.TOOLS[0], "/nonexistent/tool", tmp_path) == {}
