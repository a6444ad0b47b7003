"""A scikit-learn model that the main script saves, with the columns that it was fitted to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..facts.data.model import Column
from ..facts.program import Call
from ..facts.program.nodes import dotted
from ..facts.source import constant
from ..project import Project

PLAIN = re.compile(r"[\w][\w./-]*")  # a path that reads the same in code, Markdown and a shell
MAX_FIELDS = 40
SAVES = ("joblib.dump", "pickle.dump")


@dataclass(frozen=True, slots=True)
class Saved:
    path: str
    loader: str  # "joblib" or "pickle"
    table: str  # the committed one that it was fitted to
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of a committed table, in the order of an expression."""

    table: str
    names: tuple[Column, ...]

    def only(self, names: object) -> Columns | None:
        by_name = {c.name: c for c in self.names}
        found = tuple(by_name[n] for n in names if n in by_name) if isinstance(names, list) else ()
        return Columns(self.table, found) if isinstance(names, list) and 0 < len(found) == len(names) else None

    def without(self, names: object) -> Columns | None:
        gone = [names] if isinstance(names, str) else names
        known = {c.name for c in self.names}
        if not isinstance(gone, list) or not known.issuperset(gone):
            return None
        return Columns(self.table, tuple(c for c in self.names if c.name not in gone))


def saved_model(project: Project, path: str) -> Saved | None:
    """Only where both the saved file and the columns that the model was fitted to stand in the code of that script."""
    calls = [c for c in project.program.calls if c.unit.source.path == path]
    for dump in (c for c in calls if c.name in SAVES):
        model, target = _name(dump.argument(0, "value", "obj")), _target(dump)
        near = [c for c in calls if c.unit is dump.unit and c.receiver.startswith("sklearn.")]
        fits = [c for c in near if c.name == f"{model}.fit"]
        if not model or len(fits) != 1 or not PLAIN.fullmatch(target):
            continue
        fitted = _columns(project, fits[0].argument(0, "X"), fits[0])
        if fitted and fitted.names and len(fitted.names) <= MAX_FIELDS:
            return Saved(target, dump.name.partition(".")[0], fitted.table, fitted.names)
    return None


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _target(dump: Call) -> str:
    """The file that a model is dumped to: a text, or what a `with open` around it names."""
    node = dump.argument(1, "filename", "file")
    for block in dump.unit.of(ast.With):
        for item in block.items:
            opened = item.context_expr
            if isinstance(opened, ast.Call) and opened.args and _name(item.optional_vars) == _name(node) != "":
                return _text(opened.args[0], dump) if dump.node in ast.walk(block) else ""
    return _text(node, dump)


def _text(node: ast.expr | None, call: Call) -> str:
    found = constant(_value(node, call))
    return found if isinstance(found, str) else ""


def _columns(project: Project, node: ast.expr | None, call: Call) -> Columns | None:
    """What an expression holds of a table: all, `table[["a", "b"]]`, the rest of a `drop`, or a part of its rows."""
    value = _value(node, call)
    if isinstance(value, ast.Subscript):
        whole = _columns(project, value.value, call)
        return whole.only(constant(_value(value.slice, call))) if whole else None
    if not isinstance(value, ast.Call):
        return None
    name = (dotted(value.func) or ast.unparse(value.func)).rpartition(".")[2]
    if name == "drop" and isinstance(value.func, ast.Attribute):
        whole = _columns(project, value.func.value, call)
        return whole.without(_dropped(value, call)) if whole else None
    if name in ("dropna", "copy") and isinstance(value.func, ast.Attribute) and not value.args:
        return _columns(project, value.func.value, call)
    return _table(project, value, call) if name == "read_csv" and value.args else None


def _dropped(call: ast.Call, around: Call) -> object:
    """`drop(columns=names)`, `drop(names, axis=1)`; the rows that a drop without either leaves out are none of it."""
    given = {k.arg: k.value for k in call.keywords}
    axis = constant(given["axis"]) if "axis" in given else constant(call.args[1]) if len(call.args) > 1 else 0
    node = given.get("columns") or (call.args[0] if call.args and axis in (1, "columns") else None)
    return constant(_value(node, around)) if "inplace" not in given else None


def _table(project: Project, read: ast.Call, call: Call) -> Columns | None:
    """A committed table as it is read, its index and names untouched."""
    if any(k.arg in ("names", "index_col", "usecols", "header", None) for k in read.keywords):
        return None
    path = _text(read.args[0], call)
    table = next((t for t in project.data.tables if t.path == path), None)
    return Columns(path, table.columns) if table else None


def _value(node: ast.expr | None, call: Call) -> ast.expr | None:
    """An expression, or what a name was assigned, where that happened once."""
    if not isinstance(node, ast.Name):
        return node
    values = list(_assigned(call, node.id))
    return _value(values[0], call) if len(values) == 1 and not _is_changed(call, node.id) else None


def _assigned(call: Call, name: str) -> Iterator[ast.expr | None]:
    """What a name is given, in the function or else at the top of its file: of `a, b, c, d = train_test_split(x, y)`
    the table that it is a part of."""
    inside = list(_given(call.unit.of(ast.Assign), name))
    top = [n for n in call.unit.source.tree.body if isinstance(n, ast.Assign)]
    yield from inside or _given(top, name)


def _given(nodes: Iterable[ast.Assign], name: str) -> Iterator[ast.expr | None]:
    for node in nodes:
        for target in node.targets:
            if _name(target) == name:
                yield node.value
            elif isinstance(target, ast.Tuple) and name in [_name(e) for e in target.elts]:
                yield _part(node.value, [_name(e) for e in target.elts].index(name))


def _part(value: ast.expr, position: int) -> ast.expr | None:
    if isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] == "train_test_split":
        return value.args[position // 2] if position // 2 < len(value.args) else None
    return None


def _is_changed(call: Call, name: str) -> bool:
    """Whether a table is given other columns after it was read: `table["a"] = ...`, or changed in place."""
    stored = [t for n in call.unit.of(ast.Assign) for t in n.targets if isinstance(t, ast.Subscript)]
    stored += [n.target for n in call.unit.of(ast.AugAssign) if isinstance(n.target, ast.Subscript)]
    if any(_name(t.value) == name for t in stored):
        return True
    owners = [n.func.value for n in call.unit.of(ast.Call) if isinstance(n.func, ast.Attribute) and _is_in_place(n)]
    return any(_name(o) == name for o in owners)


def _is_in_place(call: ast.Call) -> bool:
    return any(k.arg == "inplace" for k in call.keywords) or ast.unparse(call.func).endswith((".insert", ".pop"))
