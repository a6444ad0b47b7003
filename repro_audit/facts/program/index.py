"""One pass over a file's tree: its units, its imports and what its names stand for."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..source import Source
from .model import Import, Unit
from .nodes import LEAVES, dotted, push_children

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class ModuleIndex:
    """What a file defines and imports."""

    source: Source
    package: str  # dotted name of the folder that a relative import starts from
    top: Unit
    guarded: Unit | None  # the body of `if __name__ == "__main__"`
    functions: tuple[Unit, ...]
    aliases: dict[str, str] = field(default_factory=dict)  # local name -> dotted name
    imports: dict[int, list[Import]] = field(default_factory=dict)  # by the id of the statement's node
    star_imports: list[str] = field(default_factory=list)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # name -> dotted names of its bases
    made: dict[str, dict[str, str]] = field(default_factory=dict)  # by class ("" for none): variable -> its maker

    def is_foreign(self, name: str) -> bool:
        """Whether a bare name is neither defined nor imported here, nor built in: a star import brought it."""
        return name not in self._known and not hasattr(builtins, name)

    @cached_property
    def _known(self) -> frozenset[str]:
        assigned = {n.id for u in (self.top, *self.functions) for n in u.of(ast.Name) if isinstance(n.ctx, ast.Store)}
        arguments = {n.arg for u in self.functions for n in ast.walk(u.node) if isinstance(n, ast.arg)}
        defined = {u.bare_name for u in self.functions}
        return frozenset({*assigned, *arguments, *defined, *self.aliases, *self.classes})


def index_module(source: Source) -> ModuleIndex:
    """Read a file's tree once."""
    body = source.tree.body
    guard = [n for n in body if isinstance(n, ast.If) and _is_main_guard(n.test)]
    plain = [n for n in body if n not in guard]
    functions: list[Unit] = []
    classes: dict[str, tuple[str, ...]] = {}
    top_nodes = _own_nodes(plain, "", functions, classes, source)
    guard_nodes = _own_nodes(guard, "", functions, classes, source)
    index = ModuleIndex(
        source,
        source.path.rpartition("/")[0].replace("/", "."),
        Unit(source, source.tree, "", tuple(top_nodes)),
        Unit(source, source.tree, "", tuple(guard_nodes)) if guard_nodes else None,
        tuple(functions),
        classes=classes,
    )
    lines = [number for number, line in enumerate(source.lines, 1) if "import" in line]
    importing = (u for u in functions if _is_within(lines, u.node))
    for unit in (index.top, *([index.guarded] if index.guarded else []), *importing):
        statements = unit.of(ast.Import, ast.ImportFrom)
        optional = _optional_lines(unit) if statements else set()
        for node in statements:
            assert isinstance(node, (ast.Import, ast.ImportFrom))
            _add_import(index, node, node.lineno in optional)
    _add_shorthands(index)
    return index


def _is_within(lines: list[int], node: ast.Module | Function) -> bool:
    """Whether one of the lines, which are in order, is of the node; its statements need not be walked for that."""
    first = bisect_left(lines, getattr(node, "lineno", 1))
    return first < len(lines) and lines[first] <= (getattr(node, "end_lineno", None) or lines[first])


def _add_shorthands(index: ModuleIndex) -> None:
    """`layers = tf.keras.layers` at the top level is an import by another name."""
    for node in index.top.of(ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = dotted(node.value)
            base, _, rest = (name or "").partition(".")
            if rest and base in index.aliases:
                index.aliases.setdefault(node.targets[0].id, f"{index.aliases[base]}.{rest}")


def _own_nodes(
    body: Sequence[ast.stmt], owner: str, functions: list[Unit], classes: dict[str, tuple[str, ...]], source: Source
) -> list[ast.AST]:
    """Every node that runs with the body; functions and methods become units of their own."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        found.append(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions.append(Unit(source, node, f"{owner}{node.name}"))
            around = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            stack.extend(reversed(around))
        elif isinstance(node, ast.ClassDef):
            classes[node.name] = tuple(b for b in (dotted(base) for base in node.bases) if b)
            found += _own_nodes(node.body, f"{node.name}.", functions, classes, source)
            stack.extend([*node.decorator_list, *node.keywords])
        elif node.__class__ not in LEAVES:
            push_children(node, stack)
    return found


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and any(isinstance(n, ast.Name) and n.id == "__name__" for n in (test.left, *test.comparators))
        and any(isinstance(n, ast.Constant) and n.value == "__main__" for n in (test.left, *test.comparators))
    )


def _optional_lines(unit: Unit) -> set[int]:
    """Lines whose imports may fail without harm: tried, or for type checkers only."""
    lines: set[int] = set()
    for node in unit.of(ast.Try, ast.If):
        if isinstance(node, ast.Try) and any(_catches_import_error(h) for h in node.handlers):
            parts = [*node.body, *(s for h in node.handlers for s in h.body)]
        elif isinstance(node, ast.If) and (dotted(node.test) or "").endswith("TYPE_CHECKING"):
            parts = node.body
        else:
            continue
        lines |= {n.lineno for part in parts for n in ast.walk(part) if isinstance(n, (ast.Import, ast.ImportFrom))}
    return lines


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((dotted(n) or "") in ("ImportError", "ModuleNotFoundError", "Exception") for n in names)


def _add_import(index: ModuleIndex, node: ast.Import | ast.ImportFrom, is_optional: bool) -> None:
    place, line = index.source.place(node), index.source.line(node.lineno)
    if isinstance(node, ast.Import):
        for alias in node.names:
            index.imports.setdefault(id(node), []).append(Import(alias.name, place, line, is_optional))
            if alias.asname:
                index.aliases[alias.asname] = alias.name
            else:
                index.aliases.setdefault(alias.name.split(".")[0], alias.name.split(".")[0])
        return
    module = _absolute(index, node)
    index.imports.setdefault(id(node), []).append(Import(module, place, line, is_optional))
    for alias in node.names:
        if alias.name == "*":
            index.star_imports.append(module)
        else:
            index.aliases[alias.asname or alias.name] = f"{module}.{alias.name}" if module else alias.name


def _absolute(index: ModuleIndex, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = index.package.split(".") if index.package else []
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])
