"""Sacred: config scopes, added configuration, and whether runs are recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..source import Source
from .expressions import last_name, unconditional
from .model import Holder, Parameter, ParameterSet
from .settings import assignments, values_of


def sacred_scopes(source: Source) -> Iterator[ParameterSet]:
    """`@ex.config` and `@ex.named_config` functions, and `ex.add_config` with values."""
    if "sacred" not in source.text:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and any(_is_scope(d) for d in node.decorator_list):
            parameters = list(assignments(source, node.body))
        elif isinstance(node, ast.Call) and last_name(node.func) in ("add_config", "add_named_config"):
            parameters = [p for k in node.keywords if k.arg for p in values_of(source, k.arg, k.value)]
            for given in node.args:
                if isinstance(given, ast.Dict):
                    parameters += [_without_head(p) for p in values_of(source, "", given)]
        else:
            continue
        if parameters:
            named = isinstance(node, ast.FunctionDef) and any(
                last_name(d) == "named_config" for d in node.decorator_list
            )
            yield ParameterSet(
                source.path, Holder.SACRED, tuple(parameters), source.place(node), not named, source.place(node)
            )


def _is_scope(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Attribute) and decorator.attr in ("config", "named_config")


def _without_head(parameter: Parameter) -> Parameter:
    return Parameter(parameter.key.lstrip("."), parameter.value, parameter.at)


def has_observer(source: Source) -> bool:
    """Whether a Sacred observer is attached whatever happens, so that the automatic seed is recorded."""
    if "bserver" not in source.text:
        return False
    bodies = [source.tree.body, *(n.body for n in ast.walk(source.tree) if isinstance(n, ast.FunctionDef))]
    plain = [
        s
        for body in bodies
        for s in unconditional(body)
        if not isinstance(s, (ast.If, ast.FunctionDef, ast.ClassDef, ast.Try))
    ]
    return any(
        isinstance(node, ast.Call) and ("Observer" in ast.dump(node.func) or "observers" in ast.dump(node.func))
        for statement in plain
        for node in ast.walk(statement)
    )
