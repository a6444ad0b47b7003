"""The pieces of a program: units of code, calls with resolved names, imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ...model import Evidence, Place
from ..commands.model import Step
from ..source import Source
from .nodes import dotted, flat

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, eq=False)
class Unit:
    """A piece of code that runs as a whole: a module's top level, or one function with those nested in it."""

    source: Source
    node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
    name: str  # "" for a module's top level, "Class.method" for a method
    given: tuple[ast.AST, ...] | None = None  # of a module, whose functions and main guard are units of their own

    @property
    def decorators(self) -> list[str]:
        """Their names, as they are written there."""
        written = getattr(self.node, "decorator_list", ())
        return [dotted(d.func if isinstance(d, ast.Call) else d) or "" for d in written]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node that runs with it, in the order of the source; most functions are never asked."""
        return tuple(flat(self.node.body)) if self.given is None else self.given

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.nodes:
            kind = node.__class__
            if kind in found:
                found[kind].append(node)
            else:
                found[kind] = [node]
        return found

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of these kinds, in the order of the source; far quicker than asking each node what it is."""
        by_kind: dict[type[Node], list[Node]] = self._by_kind  # type: ignore[assignment]  # each under its own kind
        present = [by_kind[kind] for kind in kinds if kind in by_kind]
        if len(present) < 2:
            return present[0] if present else []
        wanted = set(kinds)
        return [node for node in self.nodes if node.__class__ in wanted]

    @property
    def is_top_level(self) -> bool:
        return isinstance(self.node, ast.Module)

    @cached_property
    def made(self) -> tuple[tuple[str, ast.Call], ...]:
        """(dotted name, call) wherever a variable is assigned from a call, or opened with one."""
        pairs = (p for node in self.of(ast.Assign, ast.AnnAssign, ast.With, ast.AsyncWith) for p in _assignments(node))
        named = ((dotted(target), value) for target, value in pairs if isinstance(value, ast.Call))
        return tuple((name, value) for name, value in named if name)

    @cached_property
    def bare_name(self) -> str:
        return self.name.rpartition(".")[2]

    @cached_property
    def class_name(self) -> str:
        return self.name.rpartition(".")[0]


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if item.optional_vars is not None:
                yield item.optional_vars, item.context_expr


@dataclass(frozen=True, eq=False)
class Call:
    """A call in reached code; `name` is dotted, with import aliases resolved: `numpy.random.seed`.

    A call on an object is written from its variable: `model.fit`; where the variable was assigned from
    a call of known name, that is in `receiver`: for `rng = numpy.random.default_rng(0)`, the call
    `rng.normal()` has the receiver `numpy.random.default_rng`. A call on a call's result, as in
    `torch.Generator().manual_seed(0)`, is named `.manual_seed` and has the receiver `torch.Generator`.
    """

    name: str
    node: ast.Call
    unit: Unit
    receiver: str = ""

    @cached_property
    def last(self) -> str:
        """The last part of the name: the function or method."""
        return self.name.rpartition(".")[2]

    @property
    def place(self) -> Place:
        return self.unit.source.place(self.node)

    @property
    def line(self) -> str:
        return self.unit.source.line(self.node.lineno)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.line, self.place)

    def argument(self, position: int | None, *keywords: str) -> ast.expr | None:
        """The argument of that position or of one of these keywords, None where it is not given."""
        for keyword in self.node.keywords:
            if keyword.arg in keywords:
                return keyword.value
        plain = [a for a in self.node.args if not isinstance(a, ast.Starred)]
        if position is not None and position < len(plain):
            return plain[position]
        unpacked = self._unpacked
        return next((unpacked[k] for k in keywords if k in unpacked), None) if unpacked else None

    @cached_property
    def _unpacked(self) -> dict[str, ast.expr]:
        """What `**settings` gives, where that dictionary is written out once in the same unit or module."""
        found: dict[str, ast.expr] = {}
        for keyword in self.node.keywords:
            if keyword.arg is None:
                found |= _written_out(keyword.value, self.unit)
        return found

    @property
    def passes_unknown(self) -> bool:
        """Whether `*args` or `**kwargs` hide some of the arguments."""
        return any(k.arg is None for k in self.node.keywords) or any(isinstance(a, ast.Starred) for a in self.node.args)


def _written_out(node: ast.expr, unit: Unit) -> dict[str, ast.expr]:
    """The items of a dictionary, by their keys: `{"a": 1}`, `dict(a=1)`, or a name that is such a one."""
    if isinstance(node, ast.Name):
        written = [v for body in (unit.nodes, unit.source.tree.body) for v in _values_of(node.id, body)]
        return _written_out(written[0], unit) if written and not isinstance(written[0], ast.Name) else {}
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {k.value: v for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)}
    if isinstance(node, ast.Call) and dotted(node.func) == "dict":
        return {k.arg: k.value for k in node.keywords if k.arg is not None}
    return {}


def _values_of(name: str, body: Iterable[ast.AST]) -> list[ast.expr]:
    """What a name is assigned; nothing where that happens more than once."""
    statements = (n for n in body if isinstance(n, (ast.Assign, ast.AnnAssign)))
    found = [value for n in statements for target, value in _assignments(n) if dotted(target) == name]
    return found if len(found) == 1 else []


@dataclass(frozen=True, slots=True)
class Import:
    """An import of a reached file: the full dotted module and its place."""

    module: str
    place: Place
    line: str
    is_optional: bool = False  # inside `try: ... except ImportError`, or for type checkers only

    @property
    def top(self) -> str:
        return self.module.split(".")[0]


@dataclass(frozen=True)
class Program:
    """What the main experiment reaches; empty where nothing is Python."""

    entries: tuple[Source, ...]  # the scripts and notebooks that the steps run
    sources: tuple[Source, ...]  # every file reached, the entries first
    units: tuple[Unit, ...]  # the reached ones
    calls: tuple[Call, ...]  # in reached units, in the order of the source
    imports: tuple[Import, ...]  # third-party and standard-library imports of reached files
    steps: tuple[Step, ...]
    is_whole_project: bool = False  # no step runs Python, so every own file stands for the program

    @cached_property
    def names(self) -> frozenset[str]:
        """The resolved names of all calls."""
        return frozenset(c.name for c in self.calls)

    @cached_property
    def calls_by_name(self) -> dict[str, list[Call]]:
        """By the last part of what is called."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls:
            found[call.last].append(call)
        return found

    @cached_property
    def modules(self) -> frozenset[str]:
        """The top-level modules that are imported."""
        return frozenset(i.top for i in self.imports)

    def called(self, *names: str) -> tuple[Call, ...]:
        """Calls with one of these full names, or (for a name that begins with a dot) any call of that method."""
        full = {n for n in names if not n.startswith(".")}
        methods = {n[1:] for n in names if n.startswith(".")}
        return tuple(c for c in self.calls if c.name in full or c.last in methods)
