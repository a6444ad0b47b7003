"""Patterns are compiled late, so that a mistake in one would show only in a user's run: here all are compiled."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re

import repro_audit.facts
from repro_audit.facts.regex import _Lazy, regex


def test_every_pattern_compiles() -> None:
    for module in pkgutil.walk_packages(repro_audit.facts.__path__, "repro_audit.facts."):
        importlib.import_module(module.name)
    gc.unfreeze()  # a test that runs the whole program leaves all objects where they are not listed
    patterns = [one for one in gc.get_objects() if isinstance(one, _Lazy)]
    for one in patterns:
        assert re.compile(one.pattern, one.__dict__["_given"])
    assert len(patterns) > 300


def test_a_late_pattern_is_one_that_was_compiled() -> None:
    late, early = regex(r"a(b)?", re.IGNORECASE), re.compile(r"a(b)?", re.IGNORECASE)
    for text in ("AB ab", "c", ""):
        assert late.findall(text) == early.findall(text)
        assert late.sub("-", text) == early.sub("-", text)
        assert bool(late.search(text)) == bool(early.search(text))
    assert late.pattern == early.pattern
    assert late.groups == early.groups
