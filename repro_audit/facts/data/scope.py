"""What the names of a program stand for: tables that are built once and looked up often."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..program import Program, Unit
from ..program.nodes import dotted


@dataclass(frozen=True)
class Scope:
    """Assignments, classes, calls and functions of the reached code, by name."""

    program: Program

    @cached_property
    def top_level(self) -> dict[str, dict[str, tuple[ast.expr, Unit]]]:
        found: dict[str, dict[str, tuple[ast.expr, Unit]]] = defaultdict(dict)
        for unit in self.program.units:
            if unit.is_top_level:
                for name, value in assignments(unit):
                    found[unit.source.path].setdefault(name, (value, unit))
        return found

    @cached_property
    def attributes(self) -> dict[str, list[tuple[tuple[ast.expr, Unit], str]]]:
        """`self.name = value`, and values of class bodies, by name over all reached classes."""
        found: dict[str, list[tuple[tuple[ast.expr, Unit], str]]] = defaultdict(list)
        for unit in self.program.units:
            for name, value in assignments(unit):
                if name.startswith("self.") and unit.class_name:
                    found[name[5:]].append(((value, unit), unit.class_name))
            if unit.is_top_level:
                for node in unit.of(ast.ClassDef):
                    for name, value in _assigned(node.body):
                        found[name].append(((value, unit), node.name))
        return found

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset(n.name for u in self.program.units if u.is_top_level for n in u.of(ast.ClassDef))

    def local(self, unit: Unit) -> dict[str, ast.expr]:
        if unit.is_top_level:
            return {}
        known = self._locals.get(id(unit))
        if known is None:
            known = {}
            for name, value in assignments(unit):
                known.setdefault(name, value)
            self._locals[id(unit)] = known
        return known

    @cached_property
    def _locals(self) -> dict[int, dict[str, ast.expr]]:
        return {}

    @cached_property
    def units_by_name(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.program.units:
            if not unit.is_top_level:
                found[unit.bare_name].append(unit)
        return found


def given_options(program: Program) -> Iterator[tuple[str, str]]:
    """(destination, value) of the options that the stated command gives."""
    for step in program.steps:
        words = step.arguments
        for i, word in enumerate(words):
            if word.startswith("-") or "=" in word:
                name, sign, value = word.lstrip("-").partition("=")
                value = (
                    value if sign else (words[i + 1] if i + 1 < len(words) and not words[i + 1].startswith("-") else "")
                )
                if value:
                    yield name.replace("-", "_"), value


def is_command(unit: Unit) -> bool:
    """Whether a framework fills in the parameters from outside."""
    return is_typed(unit) or _is_decorated(unit, ("main", "automain", "capture", "step", "task"))


def is_typed(unit: Unit) -> bool:
    """Whether the parameters are the options of a command of its own, as Click and Typer make them."""
    return _is_decorated(unit, ("command", "callback"))


def _is_decorated(unit: Unit, names: tuple[str, ...]) -> bool:
    return not {name.rpartition(".")[2] for name in unit.decorators}.isdisjoint(names)


def parameters(unit: Unit) -> dict[str, ast.expr | None]:
    """The parameters of a function in order, each with its default."""
    if isinstance(unit.node, ast.Module):
        return {}
    arguments = unit.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(arguments.defaults)), *arguments.defaults]
    found: dict[str, ast.expr | None] = {a.arg: d for a, d in zip(plain, defaults)}
    found.update({a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults)})
    return found


def assignments(unit: Unit) -> Iterator[tuple[str, ast.expr]]:
    yield from _assigned(unit.of(ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor))


def _assigned(nodes: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """(dotted name, value) of assignments and of what a loop or `with` binds."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from ((n, v) for t, v in zip(target.elts, node.value.elts) for n in [dotted(t)] if n)
                elif dotted(target):
                    yield dotted(target) or "", node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None and dotted(node.target):
            yield dotted(node.target) or "", node.value
        elif isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name):
            yield node.target.id, node.iter
