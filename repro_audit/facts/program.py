"""The Python code that the main experiment reaches: a light call graph over the project's own files.

Starting from the scripts that the chosen commands run, the top-level code is reached, then every
function and class whose name is referenced from reached code, in the files that those import.
Names are followed, not types: a method counts as reached when anything reached mentions its name
or its class. It errs on the side of reaching too much.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..model import Place
from .commands.model import Step, StepKind
from .source import Source


@dataclass(frozen=True)
class Unit:
    """A piece of code that runs as a whole: a module's top level, or one function."""

    source: Source
    node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
    name: str  # "" for a module's top level, "Class.method" for a method

    @property
    def is_top_level(self) -> bool:
        return isinstance(self.node, ast.Module)


@dataclass(frozen=True)
class Call:
    """A call in reached code; `name` is dotted, with import aliases resolved: `numpy.random.seed`.

    A call on an object is written from its variable: `model.fit`; where the variable was assigned from
    a call of known name that is in `receiver`: for `rng = numpy.random.default_rng(0)`, `rng.normal()`
    has the receiver `numpy.random.default_rng`.
    """

    name: str
    node: ast.Call
    unit: Unit
    receiver: str = ""

    @property
    def place(self) -> Place:
        return self.unit.source.place(self.node)

    @property
    def line(self) -> str:
        return self.unit.source.line(self.node.lineno)

    def argument(self, position: int | None, *keywords: str) -> ast.expr | None:
        """The argument of that position or of one of these keywords, None where it is not given."""
        for keyword in self.node.keywords:
            if keyword.arg in keywords:
                return keyword.value
        plain = [a for a in self.node.args if not isinstance(a, ast.Starred)]
        return plain[position] if position is not None and position < len(plain) else None


@dataclass(frozen=True)
class Import:
    """An import of reached files: the full dotted module, its first part and its place."""

    module: str
    place: Place
    line: str

    @property
    def top(self) -> str:
        return self.module.split(".")[0]
