"""Experiments as the result tells them, read with care: a kept result is a file, and a file may hold anything."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from ..model import Place, is_number

Told = Mapping[str, Any]  # an experiment, or a part of one
_RUN = re.compile(r"(?:^|/)runs/([^/]+)/log\.txt$")
LARGEST = sys.float_info.max  # what JSON writes as a whole number may be larger
TEXTS = ("reason", "parameter", "from", "to", "path", "screenshot", "isolation", "runner")
LISTS = ("runs", "outputs", "committed", "causes", "claims", "metrics")  # of objects
CLAIM = ("what", "verdict", "stated", "found", "path", "found_at")


def sound(told: Told) -> dict[str, Any]:
    """The experiment with what every reader of it relies on; what is of another form falls away."""
    found = {**told, **{key: parts(told, key) for key in LISTS}}
    found |= {key: words(told, key) for key in TEXTS if told.get(key) is not None}
    found["failure"] = _sound_failure(told.get("failure"))
    found["causes"] = [{**c, "confirmed": c.get("confirmed") is True} for c in found["causes"]]
    found["claims"] = [{**{key: words(c, key) for key in CLAIM}, "line": _line(c)} for c in found["claims"]]
    return found


def _sound_failure(failure: Any) -> dict[str, Any] | None:
    return {**failure, "message": words(failure, "message")} if isinstance(failure, Mapping) else None


def _line(told: Told) -> int | None:
    line = told.get("line")
    return line if isinstance(line, int) and not isinstance(line, bool) else None


def words(told: Told, key: str) -> str:
    """A text; a number or nothing becomes one."""
    value = told.get(key)
    return "" if value is None else str(value)


def parts(told: Told, key: str) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    value = told.get(key)
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, (list, tuple)) else []


def texts(told: Told, key: str) -> list[str]:
    """The texts of a list."""
    value = told.get(key)
    return [str(v) for v in value] if isinstance(value, (list, tuple)) else []


def number(told: Told, key: str) -> float:
    """A finite number that is not negative, else 0."""
    value = told.get(key)
    return float(value) if is_number(value) and 0 < value <= LARGEST else 0.0


def place(told: Told) -> Place | None:
    """Where it points, by its keys `path` and `line`."""
    path = told.get("path")
    return Place(path, _line(told)) if isinstance(path, str) and path else None


def run_names(told: Told) -> list[str]:
    """The folders of its runs below `runs` in the evidence, in order."""
    found = (_RUN.search(words(run, "log")) for run in parts(told, "runs"))
    return [name[1] for name in found if name and name[1] not in (".", "..")]
