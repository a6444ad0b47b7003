"""Plain substrings that are looked for before a pattern: whatever the pattern matches has to hold one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.strategies import from_regex

from repro_audit.facts.evaluation.code import Code
from repro_audit.project import Project

CODE = "path = f'results/{run}.csv'\n"
LOADS = "model = joblib.load('model.joblib')\nmodel.predict([1])\n"
EXAMPLES = 150  # of what a pattern matches


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[re.Pattern[str], set[str]]:
    """The patterns that are searched for in code, with the substrings that lead to them."""
    seen: dict[re.Pattern[str], set[str]] = {}
    root = tmp_path_factory.mktemp("project")
    _project(root)
    with pytest.MonkeyPatch.context() as patch:
        original = Code.each

        def each(self: Code, pattern: re.Pattern[str], *needles: str) -> object:
            seen.setdefault(pattern, set()).update(needles)
            return original(self, pattern, *needles)

        patch.setattr(Code, "each", each)
        assert Project(root).evaluation is not None
    return seen


def _project(root: Path) -> None:
    """Code that is searched to the end, since nothing is found, and a notebook that applies a model."""
    (root / "README.md").write_text("# Demo\n\n    python train.py\n")
    for name in ("train", "predict", "compare_runs", "demo"):
        (root / f"{name}.py").write_text("print(1)\n")
    (root / "named.py").write_text(CODE)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": LOADS}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (root / "predict.ipynb").write_text(json.dumps(notebook))


@pytest.mark.slow
def test_what_a_pattern_matches_on_a_line_holds_a_substring_that_is_looked_for(
    pairs: dict[re.Pattern[str], set[str]],
) -> None:
    assert len(pairs) > 12
    for pattern, needles in pairs.items():
        _check(re.compile(pattern.pattern, getattr(pattern, "_given", 0)), {n.lower() for n in needles})


def _check(pattern: re.Pattern[str], needles: set[str]) -> None:
    """Case and the kind of white space are left aside: code is written in one way."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=HealthCheck)
    @given(from_regex(pattern))
    def check(text: str) -> None:
        found = pattern.search(text)
        assume(found is not None and "\n" not in found.group())
        assert found is not None
        line = text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0]
        plain = re.sub(r"\s+", " ", line).lower()
        assert any(needle in plain for needle in needles), (pattern.pattern, sorted(needles), plain)

    check()
