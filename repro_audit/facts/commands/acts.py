"""Whether a script does anything when it is run, or only defines what others may call."""

from __future__ import annotations

import ast

from ..program.nodes import dotted
from ..sources import Sources

QUIET = frozenset("logging os pathlib Path typing re collections TypeVar namedtuple frozenset set dict tuple".split())


def only_defines(sources: Sources, path: str, *, with_decorated: bool = False) -> bool:
    """Whether a file's top level holds functions or classes and no call that could use them.

    A decorated function may be called by its decorator (`@ex.automain`, `@app.route`), and counts as an act
    unless it is said not to.
    """
    source = sources.get(path) if path.endswith(".py") else None
    if source is None or not any(isinstance(n, (ast.FunctionDef, ast.ClassDef)) for n in source.tree.body):
        return False
    return all(
        _is_quiet(node) or (with_decorated and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
        for node in source.tree.body
    )


def _is_quiet(node: ast.stmt) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not node.decorator_list
    if isinstance(node, ast.ClassDef):
        return not any(isinstance(n, ast.Call) for statement in node.body for n in _outside_functions(statement))
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return all(_is_quiet_call(n) for n in ast.walk(node) if isinstance(n, ast.Call))
    if isinstance(node, ast.Try):
        return all(_is_quiet(n) for part in (node.body, node.orelse, *(h.body for h in node.handlers)) for n in part)
    return False


def _outside_functions(node: ast.stmt) -> list[ast.AST]:
    return [] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else list(ast.walk(node))


def _is_quiet_call(call: ast.Call) -> bool:
    return (dotted(call.func) or "").partition(".")[0] in QUIET
