"""The routes of a Flask app, and what each reads of its request, from the code."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Any

from ...facts.evaluation.model import App
from ..lab import Lab

JSON_CALLS = ("get_json",)
WHERE = {"form": "form", "files": "files", "args": "args", "json": "json", "values": "form"}


def routes_of(lab: Lab, app: App) -> list[dict[str, Any]]:
    """Every route of the file and of those beside it."""
    folder = app.at.path.rpartition("/")[0]
    paths = [app.at.path] + [p for p in lab.project.files.suffixed(".py") if p.rpartition("/")[0] == folder]
    found = []
    for path in dict.fromkeys(paths[:30]):
        try:
            tree = ast.parse(lab.project.files.text(path) or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found += [r for d in node.decorator_list if (r := _route(d, node)) is not None]
    return found


def _route(decorator: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Any] | None:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute) or not decorator.args:
        return None
    how, path = decorator.func.attr, decorator.args[0]
    if how not in ("route", "get", "post") or not isinstance(path, ast.Constant) or not isinstance(path.value, str):
        return None
    methods = ["GET"] if how != "post" else ["POST"]
    for keyword in decorator.keywords:
        if keyword.arg == "methods" and isinstance(keyword.value, (ast.List, ast.Tuple)):
            methods = [str(e.value).upper() for e in keyword.value.elts if isinstance(e, ast.Constant)]
    reads = {where: sorted(names) for where, names in sorted(_reads(function).items())}
    return {"path": path.value, "methods": methods, "reads": reads}


def _reads(function: ast.AST) -> dict[str, set[str]]:
    """`form`, `files`, `args` and `json`, each with the names that are looked up there."""
    found: dict[str, set[str]] = defaultdict(set)
    names = _variables(function)
    for node in ast.walk(function):
        key: ast.expr | None = None
        holder: ast.expr | None = None
        if isinstance(node, ast.Subscript):
            holder, key = node.value, node.slice
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "getlist")
        ):
            holder, key = node.func.value, node.args[0] if node.args else None
        if holder is None or not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        where = _where(holder) or (names.get(holder.id) if isinstance(holder, ast.Name) else None)
        if where:
            found[where].add(key.value)
    return found


def _variables(function: ast.AST) -> dict[str, str]:
    """Names that hold the request's JSON, form or files."""
    found = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            where = _where(node.value)
            if where:
                found[node.targets[0].id] = where
    return found


def _where(node: ast.expr) -> str | None:
    """What of the request an expression is."""
    if isinstance(node, ast.Call):
        is_json = isinstance(node.func, ast.Attribute) and node.func.attr in JSON_CALLS
        return "json" if is_json else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request":
        return WHERE.get(node.attr)
    return None
