"""Walking syntax trees. Scoring walks every reached file, and `ast.walk` takes longer for it than parsing does."""

from __future__ import annotations

import ast
from collections.abc import Sequence

# Fields that hold texts, numbers and operators: read from the node itself, and never walked into.
PLAIN = frozenset(
    "id attr arg asname module level kind type_comment simple is_async conversion kwd_attrs rest ctx op ops".split()
)
LEAVES = frozenset({ast.Constant, ast.Name})  # half of all nodes
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}  # those that may hold nodes, the last first


def flat(body: Sequence[ast.AST]) -> list[ast.AST]:
    """The nodes and all below them, in the order of the source, without operators and contexts."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(body))
    pop, add = stack.pop, found.append
    while stack:
        node = pop()
        add(node)
        if node.__class__ not in LEAVES:
            push_children(node, stack)
    return found


def push_children(node: ast.AST, stack: list[ast.AST]) -> None:
    """Put the children of a node on a stack, the first one on top."""
    for name in _FIELDS.get(node.__class__) or _fields(node.__class__):
        value = getattr(node, name, None)
        if value.__class__ is not list:
            if isinstance(value, ast.AST):
                stack.append(value)
        elif value:
            value = value[::-1]
            stack += [v for v in value if v is not None] if None in value else value  # `{**other}` has a key of None


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    plain = PLAIN | {"names"} if kind in (ast.Global, ast.Nonlocal) else PLAIN
    _FIELDS[kind] = tuple(name for name in reversed(kind._fields) if name not in plain)
    return _FIELDS[kind]


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` of a chain of attributes on a name, None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))
