"""Small readings of Python expressions, without following what names stand for."""

from __future__ import annotations

import ast
import re


def last_name(node: ast.AST) -> str:
    """The last name of an expression: `c` of `a.b.c`, `a.b["c"]` and `a.b.c()`; empty for others."""
    if isinstance(node, ast.Name):
        return node.id
    while isinstance(node, (ast.Subscript, ast.Call)):  # of a chain of any length
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
        node = node.value if isinstance(node, ast.Subscript) else node.func
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def pattern_of(node: ast.AST, depth: int = 0) -> str:
    """A string expression as a glob: what is computed becomes `*`."""
    if depth > 20:
        return "*"
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str):
            return "*"
        is_template = "{" in node.value or "%" in node.value
        return re.sub(r"\{[^{}]*\}|%\d*[sd]", "*", node.value) if is_template else node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern_of(v, depth + 1) for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div, ast.Mod)):
        if isinstance(node.op, ast.Mod):
            return pattern_of(node.left, depth + 1)
        glue = "/" if isinstance(node.op, ast.Div) else ""
        return pattern_of(node.left, depth + 1) + glue + pattern_of(node.right, depth + 1)
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        if name in ("join", "Path", "joinpath"):
            return "/".join(pattern_of(a, depth + 1) for a in node.args)
        if name == "format" and isinstance(node.func, ast.Attribute):
            return pattern_of(node.func.value, depth + 1)
    return "*"


def writes(node: ast.Call) -> bool:
    modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    return any(isinstance(m, ast.Constant) and isinstance(m.value, str) and set(m.value) & set("wax") for m in modes)


def unconditional(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that run whenever the body does, those in a main guard or a `with` included."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        is_guard = isinstance(statement, ast.If) and _names_module(statement.test)
        if is_guard or isinstance(statement, ast.With):
            found += unconditional(statement.body)  # type: ignore[attr-defined]
    return found


def _names_module(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))
