"""The values that reached Python code writes down, each with the name that it stands beside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...facts.program import Program
from ...facts.program.model import Unit
from ...facts.source import Source, constant

PLOTS = frozenset(  # calls that draw: what they are given changes a picture and no result
    "plot scatter hist bar barh boxplot contour contourf imshow matshow pcolormesh fill_between axvline axhline "
    "errorbar text annotate legend title xlabel ylabel xticks yticks subplots subplot figure savefig set_title grid "
    "set_xlabel set_ylabel colorbar heatmap pairplot countplot barplot histplot kdeplot lineplot tight_layout "
    "xlim ylim set_xlim set_ylim suptitle style rc subplots_adjust meshgrid linspace print format round".split()
)
CONFIGURATION = re.compile(
    r"(self\.)?_?(c|cfg|conf|config|args|opt|opts|hparams|hp|params|settings|flags)\.", re.IGNORECASE
)
SHALLOW = 6  # dictionaries within dictionaries


@dataclass(frozen=True)
class Literal:
    """A literal with its name: a variable's, a keyword's, a key's, an argument's."""

    source: Source
    node: ast.expr
    name: str  # as code writes it: `random_state`
    key: str  # with what holds it: `train_test_split.random_state`, `params.lr`
    value: Any
    is_constant: bool = False  # a named constant, or an entry of a named dictionary
    is_setting: bool = False  # an attribute of a configuration, or what an object is made with


def literals(program: Program) -> tuple[Literal, ...]:
    """Those of the reached units, each node once, in the order of the source."""
    found: dict[int, Literal] = {}
    for unit in program.units:
        if unit.source.is_broken:
            continue
        for one in _of_unit(unit):
            found.setdefault(id(one.node), one)
    return tuple(found.values())


def literal_at(source: Source, line: int, value: Any, name: str = "") -> ast.expr | None:
    """The literal of that value that begins on a line of the file, the one of that name before others."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.expr) and _is_there(source, n, line)]
    equal = [n for n in nodes if is_literal(n) and _same(constant(n), value)]
    named = [n for n in equal if _names(source, n, name)] if name else []
    return next(iter(named or equal), None)


def is_literal(node: ast.AST) -> bool:
    """A number, word, yes or no, or a list of them."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(is_literal(e) and not isinstance(e, (ast.List, ast.Tuple)) for e in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str, bool))


def _is_there(source: Source, node: ast.expr, line: int) -> bool:
    return source.place(node).line == line


def _same(one: Any, two: Any) -> bool:
    return one == two and isinstance(one, bool) == isinstance(two, bool)


def _names(source: Source, node: ast.expr, name: str) -> bool:
    """Whether the name stands directly before the literal."""
    line = source.lines[node.lineno - 1].encode()[: node.col_offset].decode("utf-8", "replace")
    return line.rstrip().rstrip("=:").rstrip().rstrip("\"'").endswith(name)


def _of_unit(unit: Unit) -> Iterator[Literal]:
    if not isinstance(unit.node, ast.Module):
        yield from _defaults(unit)
    loops = _loop_lines(unit)
    for node in unit.nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assigned(unit, node)
        elif isinstance(node, ast.Call):
            yield from _passed(unit, node)
        elif isinstance(node, ast.For):
            yield from _counted(unit, node)
        elif isinstance(node, ast.AugAssign) and node.lineno in loops:
            yield from _step(unit, node)


def _defaults(unit: Unit) -> Iterator[Literal]:
    assert not isinstance(unit.node, ast.Module)
    arguments = unit.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    for argument, default in pairs:
        yield from _leaf(unit, argument.arg, f"{unit.bare_name}.{argument.arg}", default)


def _assigned(unit: Unit, node: ast.Assign | ast.AnnAssign) -> Iterator[Literal]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, node.value.elts, strict=False):
                yield from _named(unit, one, value)
        elif node.value is not None:
            yield from _named(unit, target, node.value)


def _named(unit: Unit, target: ast.expr, value: ast.expr) -> Iterator[Literal]:
    name = _dotted(target)
    is_setting = CONFIGURATION.match(name) is not None
    for found in _opened(unit, name.removeprefix("self."), value, 0, unit.is_top_level) if name else ():
        yield replace(found, is_setting=True) if is_setting else found


def _opened(unit: Unit, key: str, node: ast.expr, depth: int, is_constant: bool) -> Iterator[Literal]:
    """A literal, or the entries of a dictionary."""
    if isinstance(node, ast.Dict) and depth < SHALLOW:
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant):
                yield from _opened(unit, f"{key}.{name.value!s}".lstrip("."), value, depth + 1, True)
    elif isinstance(node, ast.Call) and _last(node.func) == "dict" and depth < SHALLOW:
        for keyword in node.keywords:
            if keyword.arg:
                yield from _opened(unit, f"{key}.{keyword.arg}", keyword.value, depth + 1, True)
    elif not _is_repeated(node):
        if isinstance(node, ast.BinOp):  # `learning_rate = 1.0 - 0.9 * k / 100`: where it begins
            node = next((n for n in ast.walk(node) if isinstance(n, ast.Constant)), node)
            is_constant = False
        yield from _leaf(unit, key.rpartition(".")[2], key, node, is_constant)


def _is_repeated(node: ast.expr) -> bool:
    """`[0] * n` and `"-" * 40`: places for what is to come, and lines."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    return any(isinstance(s, ast.List) or isinstance(constant(s), str) for s in (node.left, node.right))


def _passed(unit: Unit, node: ast.Call) -> Iterator[Literal]:
    """Keyword arguments, dictionaries that are handed over, and what a generator is seeded with."""
    called = _last(node.func)
    if called in PLOTS or called == "dict":
        return
    for keyword in node.keywords:
        if keyword.arg and isinstance(keyword.value, ast.Dict):
            yield from _opened(unit, keyword.arg, keyword.value, 0, True)
        elif keyword.arg:
            for found in _leaf(unit, keyword.arg, f"{called}.{keyword.arg}", keyword.value):
                yield replace(found, is_setting=called[:1].isupper())
    for argument in node.args:
        if isinstance(argument, ast.Dict):
            yield from _opened(unit, called, argument, 0, True)
    if called in ("seed", "manual_seed", "set_seed", "RandomState", "default_rng", "PRNGKey", "seed_everything"):
        yield from (one for a in node.args[:1] for one in _leaf(unit, "seed", _dotted(node.func) or called, a))


def _counted(unit: Unit, node: ast.For) -> Iterator[Literal]:
    """`for epoch in range(100)`: how often a loop goes round."""
    made = node.iter
    if isinstance(made, ast.Call) and _last(made.func) in ("tqdm", "trange", "enumerate") and made.args:
        inner = made.args[0]
        made = inner if isinstance(inner, ast.Call) else made
    if isinstance(made, ast.Call) and _last(made.func) in ("range", "trange", "xrange") and made.args:
        last = made.args[1] if len(made.args) > 1 else made.args[0]
        variable = node.target.id if isinstance(node.target, ast.Name) else "loop"
        yield from _leaf(unit, f"n_{variable}", f"range({variable})", last)


def _step(unit: Unit, node: ast.AugAssign) -> Iterator[Literal]:
    """`weights -= gradient * 0.01` in a loop: the length of a step."""
    product = node.value
    if isinstance(node.op, (ast.Sub, ast.Add)) and isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult):
        for side in (product.left, product.right):
            if isinstance(side, ast.Constant) and isinstance(side.value, float):
                yield from _leaf(unit, "learning_rate", f"step({_dotted(node.target) or 'value'})", side)


def _loop_lines(unit: Unit) -> frozenset[int]:
    loops = (n for n in unit.nodes if isinstance(n, (ast.For, ast.While)))
    return frozenset(x for n in loops for x in range(n.lineno, (n.end_lineno or n.lineno) + 1))


def _leaf(unit: Unit, name: str, key: str, node: ast.expr, is_constant: bool = False) -> Iterator[Literal]:
    if is_literal(node):
        yield Literal(unit.source, node, name, key, constant(node), is_constant)


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def changed_names(source: Source) -> frozenset[str]:
    """Names that count or collect: what they begin with is no parameter."""
    targets = (n.target for n in ast.walk(source.tree) if isinstance(n, ast.AugAssign))
    return frozenset(_dotted(t) for t in targets)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
