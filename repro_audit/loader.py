"""Finds the rules. They are loaded by name: `rules/` stands at the top of the repository and is
mapped into the package when it is installed, so no statement may import it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from .errors import UsageError
from .rule import Rule


def load_rules() -> tuple[Rule, ...]:
    """The rules of the five stars, in the order of the scale."""
    return collect(import_module("repro_audit.rules").MODULES)


def collect(modules: Iterable[ModuleType]) -> tuple[Rule, ...]:
    """The rules that the modules define, in the order of definition; a duplicate id or none is an error."""
    found: dict[str, Rule] = {}
    for module in modules:
        for value in vars(module).values():
            if not isinstance(value, Rule):
                continue
            if value.id in found:
                raise UsageError(f"two rules are named {value.id}", "Rename one: an id stands for one criterion.")
            found[value.id] = value
    if not found:
        raise UsageError("no rules were found", "Reinstall the package.")
    return tuple(found.values())
