"""Another valid value of a parameter's kind, chosen so that it surely matters and the run stays valid.

Numbers are halved rather than doubled where that is possible: the run stays short, sizes stay divisible,
rates do not diverge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from ...compare.text import value_of
from ...facts.configuration.words import core_kind
from ...model import is_number
from .model import Knob

MOST = 3  # values that are known; two of them are tried
_SHARE = re.compile(
    r"(test|val|valid|validation|train|dev|holdout|split|sub|col)\w*_?(size|split|ratio|frac\w*|sample\w*)$"
)
_BOUNDED = re.compile(r"(dropout|momentum|prob\w*|ratio|rate|fraction|quantile|threshold|p|beta\d?|rho|gamma|decay)$")
_FAMILIES = (  # words that stand for one another in most libraries
    ("adam", "sgd"), ("sgd", "adam"), ("adamw", "adam"), ("rmsprop", "adam"), ("rbf", "linear"), ("linear", "rbf"),
    ("poly", "rbf"), ("relu", "tanh"), ("tanh", "relu"), ("gelu", "relu"), ("sigmoid", "tanh"), ("gini", "entropy"),
    ("mean", "sum"), ("standard", "minmax"), ("uniform", "distance"), ("l2", "l1"), ("sqrt", "log2"),
)  # fmt: skip


def other_values(knob: Knob) -> tuple[Any, ...]:
    """Other values, the best first, the next in case it is refused, the last in case it makes no difference."""
    found = [v for v in _values(knob) if not _equal(v, knob.value)]
    return tuple(v for i, v in enumerate(found) if not any(_equal(v, o) for o in found[:i]))[:MOST]


def _equal(one: Any, two: Any) -> bool:
    return one == two and isinstance(one, bool) == isinstance(two, bool)


def _values(knob: Knob) -> Iterator[Any]:
    value = knob.value
    if isinstance(value, bool):
        yield not value
    elif knob.is_seed and isinstance(value, int):
        yield from (value + 1, value + 7)
    elif knob.choices:
        yield from (_of_kind(c, value) for c in sorted(knob.choices, key=lambda c: -_likeness(c, value)))
    elif isinstance(value, (int, float)):
        yield from other_numbers(knob.name.lower(), value)
    elif isinstance(value, str):
        yield from _words(knob, value)
    elif isinstance(value, (list, tuple)):
        yield from _lists(knob, list(value))


def _likeness(one: Any, two: Any) -> float:
    """Of many choices the one whose name is most alike is of the same family, and as large."""
    return SequenceMatcher(None, str(one).lower(), str(two).lower()).ratio()


def _of_kind(choice: Any, value: Any) -> Any:
    """A choice in the kind of the value: what a comment shows is text."""
    try:
        return type(value)(choice) if is_number(value) else choice
    except ValueError:
        return value


def other_numbers(name: str, value: float) -> Iterator[float]:
    """Two other numbers for a parameter of that name."""
    if isinstance(value, int):
        yield from _whole(name, value)
    elif value != value or abs(value) == float("inf"):
        return
    elif value == 0.0:
        yield from (0.1, 0.5)
    elif _SHARE.search(name) and 0 < value < 1:
        yield from (_tidy(value * 1.5 if value <= 0.5 else value * 0.75), _tidy(value / 2))
    elif 0 < value <= 1 and _BOUNDED.search(name):
        yield from (_tidy(value / 2), _tidy((1 + value) / 2))
    else:
        yield from (_tidy(value / 2), _tidy(value * 4))


def _whole(name: str, value: int) -> Iterator[int]:
    kind = core_kind(name)
    if value in (0, -1):  # -1 is no limit, or all
        yield from (1, 2 if value == 0 else 5)
    elif value < 0:
        yield from (value - 1, value + 1)
    elif kind == "batch" and value > 1:
        yield from (max(1, value // 2), value * 2)
    elif value <= 5:
        yield value + 1
        yield max(1, value // 2) if value > 1 else value + 2
    elif kind == "length":
        yield from (value // 2, max(1, value // 10))
    else:
        yield from (value // 2, value + 1, max(1, value // 10))


def _tidy(value: float) -> float:
    """Without the digits that dividing leaves behind."""
    return float(f"{value:.6g}")


def _words(knob: Knob, value: str) -> Iterator[Any]:
    number = value_of(value)  # what a Makefile or a script has for a number is text
    if number is not None:
        yield from (_text_like(value, n) for n in other_numbers(knob.name.lower(), number))
    elif value.lower() in ("true", "false", "yes", "no", "on", "off"):
        pairs = {"true": "false", "yes": "no", "on": "off"}
        pairs |= {b: a for a, b in pairs.items()}
        yield _in_case(pairs[value.lower()], value)
    elif not knob.is_descriptive:
        yield from (_in_case(two, value) for one, two in _FAMILIES if value.lower() == one)


def _text_like(written: str, value: float) -> str:
    return repr(value)


def _in_case(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return {"adam": "ADAM", "sgd": "SGD"}.get(word, word.upper())
    if like == "SGD" or like[:1].isupper():
        return {"sgd": "SGD", "relu": "ReLU", "adamw": "AdamW", "rmsprop": "RMSprop"}.get(word, word.capitalize())
    return word


def _lists(knob: Knob, value: list[Any]) -> Iterator[list[Any]]:
    """Another last number; a list that rises goes on rising."""
    if not value or not all(map(is_number, value)):
        return
    last = value[-1]
    rises = len(value) > 1 and all(a < b for a, b in pairwise(value))
    if rises:
        step = value[-1] - value[-2]
        others: list[float] = [last + step, last + 1]
    else:
        others = list(other_numbers(knob.name.lower(), last))
    yield from ([*value[:-1], type(last)(other)] for other in others)
