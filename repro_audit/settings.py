"""What a project says of itself: `[tool.repro-audit]` of pyproject.toml, or repro-audit.toml.

command = "python train.py"          # the main experiment, as a shell takes it
outputs = ["out/*.json"]             # globs of what a run writes
data = ["data"]                      # what the main experiment reads
configuration = ["params.yaml"]      # its configuration files
ignored = ["legacy/*"]               # paths that are not part of the project

[waivers.env-image]                  # a criterion set aside
reason = "runs on a shared cluster"  # why; without it there is no waiver
until = 2027-01-01                   # optional: the last day it holds
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .errors import UsageError
from .facts.files import Tree
from .model import Hints
from .text import nearest, one_line

FILE = "repro-audit.toml"
SECTION = "[tool.repro-audit]"
LISTS = ("outputs", "data", "configuration", "ignored")
KEYS = ["command", *LISTS, "tolerances", "waivers"]
TOLERANCE_KEYS = ["rtol", "atol"]
WAIVER_KEYS = ["reason", "until"]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A criterion set aside: shown as waived, never as met; `until` is the last day it holds."""

    criterion: str
    reason: str
    until: date | None = None

    def is_expired(self, today: date) -> bool:
        """Whether it no longer holds today: a waiver runs out while nobody commits, so no commit's date counts."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True)
class Settings:
    hints: Hints = field(default_factory=Hints)
    waivers: tuple[Waiver, ...] = ()
    path: str | None = None  # the file they were read from


def read_settings(root: Path, criteria: tuple[str, ...]) -> Settings:
    """The settings of the project at `root`; `criteria` are the ids that a waiver may name.

    Raises UsageError with the key and the nearest valid one. A pyproject.toml that is no TOML and
    has no section of ours is the project's own matter, and no error.
    """
    tree = Tree(root)
    own = _parse(tree, FILE, required=True)
    shared = _parse(tree, "pyproject.toml", required=False).get("tool", {})
    section = shared.get("repro-audit") if isinstance(shared, dict) else None
    if own and section is not None:
        raise UsageError(f"settings stand both in {FILE} and in pyproject.toml", "Keep one of the two.")
    if own:
        return _settings(own, FILE, "", criteria)
    if section is None:
        return Settings()
    if not isinstance(section, dict):
        raise UsageError("pyproject.toml: tool.repro-audit must be a table", f"Write it as {SECTION}.")
    return _settings(section, "pyproject.toml", "tool.repro-audit.", criteria)


def parse_toml(text: str) -> dict[str, Any]:
    """A TOML document; raises ValueError where it is none."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _parse(tree: Tree, name: str, *, required: bool) -> dict[str, Any]:
    text = tree.text(name)
    if text is None or (not required and "repro-audit" not in text):
        return {}
    try:
        return parse_toml(text)
    except ValueError as error:
        raise UsageError(f"{name} is no valid TOML: {one_line(str(error))}", "Mend the line it names.") from error


def _settings(table: Mapping[str, Any], path: str, prefix: str, criteria: tuple[str, ...]) -> Settings:
    for key in table:
        if key not in KEYS:
            raise UsageError(f"{path}: unknown key {one_line(prefix + key)}", nearest(key, KEYS))
    command = table.get("command")
    if command is not None and (not isinstance(command, str) or not command.strip()):
        raise UsageError(f"{path}: {prefix}command must be a text", 'For example: command = "python train.py"')
    lists = {key: _texts(table.get(key, []), f"{path}: {prefix}{key}", key) for key in LISTS}
    waivers = table.get("waivers", {})
    if not isinstance(waivers, dict):
        raise UsageError(f"{path}: {prefix}waivers must be a table", "Write [waivers.CRITERION] with a reason.")
    found = tuple(_waiver(key, value, f"{path}: {prefix}waivers", criteria) for key, value in sorted(waivers.items()))
    tolerances = _tolerances(table.get("tolerances", {}), f"{path}: {prefix}tolerances")
    return Settings(Hints(command=command, tolerances=tolerances, **lists), found, path)


def _tolerances(value: Any, name: str) -> tuple[tuple[str, float, float], ...]:
    """(glob, relative, absolute) in the order written: the first glob that fits an output counts."""
    example = 'Write [tolerances] and below it "out/*.json" = {rtol = 1e-6}.'
    if not isinstance(value, dict):
        raise UsageError(f"{name} must be a table", example)
    found = []
    for glob, numbers in value.items():
        label = f"{name}.{one_line(glob)}"
        if not isinstance(numbers, dict):
            raise UsageError(f"{label} must be a table", example)
        for key in numbers:
            if key not in TOLERANCE_KEYS:
                raise UsageError(f"{label}: unknown key {one_line(key)}", nearest(key, TOLERANCE_KEYS))
        found.append((glob, _number(numbers.get("rtol", 0), label), _number(numbers.get("atol", 0), label)))
    return tuple(found)


def _number(value: Any, label: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise UsageError(f"{label}: a tolerance must be a number from 0 on", "For example: rtol = 1e-6")
    return float(value)


def _texts(value: Any, name: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{name} must be a list of texts", f'For example: {key} = ["some/path"]')
    return tuple(value)


def _waiver(criterion: str, value: Any, name: str, criteria: tuple[str, ...]) -> Waiver:
    label = f"{name}.{one_line(criterion)}"
    if criterion not in criteria:
        raise UsageError(f"{label}: no such criterion", nearest(criterion, list(criteria)))
    if not isinstance(value, dict):
        raise UsageError(f"{label} must be a table", f'Write [waivers.{criterion}] and below it reason = "…".')
    for key in value:
        if key not in WAIVER_KEYS:
            raise UsageError(f"{label}: unknown key {one_line(key)}", nearest(key, WAIVER_KEYS))
    reason = value.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{label}: a waiver needs a reason", 'Add reason = "…".')
    return Waiver(criterion, reason.strip(), _date(value.get("until"), label))


def _date(value: Any, label: str) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageError(f"{label}: until must be a date", "Write it as 2027-01-31.") from None
