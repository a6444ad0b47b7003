"""Values are added to a configuration file; what it said before, and how it looks, stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from repro_audit.fixes.settings_file import added, fresh, parsed
from repro_audit.project import Project

GROWN = [
    ("c.yaml", "# rates\nlr: 0.1  # best\n", "# rates\nlr: 0.1  # best\nseed: 42\n"),
    ("c.yaml", "a:\n  b: 1", "a:\n  b: 1\nseed: 42\n"),
    ("c.yaml", "a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\nseed: 42\r\n"),
    ("c.json", '{\n    "a": [1, 2],\n    "b": {}\n}\n', '{\n    "a": [1, 2],\n    "b": {},\n    "seed": 42\n}\n'),
    ("c.json", '{"a": 1}', '{"a": 1, "seed": 42}'),
    ("c.json", "{}", '{"seed": 42}'),
    ("c.json", '{\r\n\t"a": "}"\r\n}\r\n', '{\r\n\t"a": "}",\r\n\t"seed": 42\r\n}\r\n'),
    ("c.toml", "a = 1  # one\n", "a = 1  # one\nseed = 42\n"),
    ("c.toml", "a = 1\n\n[train]\nlr = 0.1\n", "a = 1\n\nseed = 42\n\n[train]\nlr = 0.1\n"),
]
LEFT = [
    ("c.yaml", "seed: 1\n"),  # is there
    ("c.yaml", "- 1\n- 2\n"),
    ("c.yaml", "a: |\n  text\n---\nb: 2\n"),
    ("c.yaml", "a: &a [1]\nb: [*a, *a]\n"),
    ("c.yaml", "a: 1\n...\n"),
    ("c.yaml", "{a: 1}\n"),
    ("c.yaml", "a: [1\n"),
    ("c.yaml", "!!python/object/apply:os.system [ls]\n"),
    ("c.json", "[1]"),
    ("c.json", '{"a": 1} // why\n'),
    ("c.json", "[" * 100_000),
    ("c.toml", "a = \n"),
    ("c.toml", "a = 1979-05-27T07:32:00Z\nb = [\n  [1],\n]\n"),  # a line that looks like a table
]


@pytest.mark.parametrize(("name", "before", "after"), GROWN)
def test_a_value_joins_the_others(name: str, before: str, after: str, make: Callable[..., Path]) -> None:
    assert added(Project(make({name: before})), name, {"seed": 42}) == after


@pytest.mark.parametrize(("name", "text"), LEFT)
def test_a_file_that_is_not_sure_to_stay_right_is_left_alone(name: str, text: str, make: Callable[..., Path]) -> None:
    assert added(Project(make({name: text})), name, {"seed": 42}) is None


@pytest.mark.parametrize("name", ["params.yaml", "params.json"])
def test_a_new_file_says_what_the_code_said(name: str) -> None:
    values = {"rate": 1e-05, "epochs": 3, "on": True, "yes": -2.5, "largest": 10**20}
    assert parsed(name, fresh(name, values)) == values
