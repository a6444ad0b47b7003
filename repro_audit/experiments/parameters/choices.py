"""Which words a parameter may be: what the code that declares or compares it shows, or a comment beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from ...facts.program import Program
from ...facts.source import constant
from .literals import is_literal

MOST = 12
_COMMENT = re.compile(r"(?:#|//|;)\s*(.+)$")
_LIST = re.compile(r"[\"'`]?[\w.+-]+[\"'`]?(?:\s*(?:\||/|,|\bor\b)\s*[\"'`]?[\w.+-]+[\"'`]?)+")


def in_comment(line: str, value: Any) -> tuple[str, ...]:
    """The choices that a comment on the line lists, the value itself among them: `# rbf | linear | poly`."""
    comment = _COMMENT.search(line)
    for listed in _LIST.findall(comment[1]) if comment else ():
        words = [w.strip(" \"'`") for w in re.split(r"\||/|,|\bor\b", listed)]
        if str(value).lower() in (w.lower() for w in words):
            return tuple(w for w in words if w and w.lower() != str(value).lower())[:MOST]
    return ()


class Choices:
    """What the code of a program shows."""

    def __init__(self, program: Program) -> None:
        self._by_name: dict[str, list[Any]] = {}
        for unit in program.units:
            for node in unit.nodes:
                for name, value in _shown(node):
                    self._by_name.setdefault(name.lower(), []).append(value)

    def of(self, name: str, value: Any) -> tuple[Any, ...]:
        """Other choices for a parameter; of a word only words."""
        found = dict.fromkeys(v for v in self._by_name.get(name.lower(), ()) if type(v) is type(value) and v != value)
        return tuple(found)[:MOST]


def _shown(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """(name, choice) pairs of one node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.In)):
        yield from ((_name(node.left), v) for v in _values(node.comparators[0]))
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        yield from ((_name(node.slice), k.value) for k in node.value.keys if isinstance(k, ast.Constant))
    elif isinstance(node, ast.Call):
        yield from _declared(node)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield from ((node.target.id, v) for v in _of_annotation(node.annotation))
    elif isinstance(node, ast.Match):
        patterns = [c.pattern for c in node.cases if isinstance(c.pattern, ast.MatchValue)]
        yield from ((_name(node.subject), constant(p.value)) for p in patterns if is_literal(p.value))


def _declared(node: ast.Call) -> Iterator[tuple[str, Any]]:
    """`choices=[...]` of an option."""
    names = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    given = next((k.value for k in node.keywords if k.arg == "choices"), None)
    kind = next((k.value for k in node.keywords if k.arg == "type"), None)
    if isinstance(kind, ast.Call) and kind.args:  # click.Choice([...])
        given = kind.args[0]
    elif given is None and len(node.args) > 2 and isinstance(node.args[2], (ast.List, ast.Tuple)):  # DEFINE_enum
        given, names = node.args[2], names[:1]
    if given is not None:
        yield from ((n.lstrip("-").replace("-", "_"), v) for n in names for v in _values(given))


def _of_annotation(node: ast.expr) -> Iterator[Any]:
    if isinstance(node, ast.Subscript) and _name(node.value) == "Literal":
        yield from _values(node.slice)


def _values(node: ast.expr) -> list[Any]:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [e.value for e in node.elts if isinstance(e, ast.Constant)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) else []


def _name(node: ast.expr) -> str:
    """What is compared: `cfg.model`, `cfg["model"]`, `args.model.lower()` are all `model`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript):
        return str(constant(node.slice))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_get = node.func.attr == "get" and node.args
        return str(constant(node.args[0])) if is_get else _name(node.func.value)
    return ""
