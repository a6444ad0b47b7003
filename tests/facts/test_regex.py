"""Patterns are compiled late, so that a mistake in one would show only in a user's run: here all are compiled."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import from_regex

import repro_audit.facts
from repro_audit.facts.regex import _Lazy, regex


def all_patterns() -> list[_Lazy]:
    for module in pkgutil.walk_packages(repro_audit.facts.__path__, "repro_audit.facts."):
        importlib.import_module(module.name)
    gc.unfreeze()  # a test that runs the whole program leaves all objects where they are not listed
    return [one for one in gc.get_objects() if isinstance(one, _Lazy)]


def test_every_pattern_compiles() -> None:
    patterns = all_patterns()
    for one in patterns:
        assert re.compile(one.pattern, one.__dict__["_given"])
    assert len(patterns) > 300


def test_what_a_pattern_needs_is_in_all_that_it_matches() -> None:
    guarded = [one for one in all_patterns() if one.needs]
    for one in guarded:
        check(one, re.compile(one.pattern, one.__dict__["_given"]))
    assert len(guarded) > 4


def check(late: _Lazy, early: re.Pattern[str]) -> None:
    """Letters that only fold to plain ones, as the long s does, are left aside."""

    @settings(max_examples=200, deadline=None, database=None, derandomize=True, suppress_health_check=HealthCheck)
    @given(from_regex(early))
    def found_alike(text: str) -> None:
        if text.isascii() or text.lower().upper() == text.upper():
            assert late.search(text), (late.pattern, text)

    found_alike()


def test_a_search_that_is_spared_keeps_to_its_span() -> None:
    late = regex(r"pears?", re.IGNORECASE, needs=("pear",))
    assert late.search("Pears, pear", 1).group() == "pear"  # type: ignore[union-attr]
    assert late.search("Pears", 1) is None and late.search("plums") is None
    assert late.findall("Pear pears") == ["Pear", "pears"]


def test_a_late_pattern_is_one_that_was_compiled() -> None:
    late, early = regex(r"a(b)?", re.IGNORECASE), re.compile(r"a(b)?", re.IGNORECASE)
    for text in ("AB ab", "c", ""):
        assert late.findall(text) == early.findall(text)
        assert late.sub("-", text) == early.sub("-", text)
        assert bool(late.search(text)) == bool(early.search(text))
    assert late.pattern == early.pattern
    assert late.groups == early.groups
