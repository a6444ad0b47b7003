"""Settings written in Python: modules, classes, dictionaries, and constants of the main script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...model import Place
from ..regex import regex
from ..source import Source, constant
from .expressions import last_name
from .model import Holder, Parameter, ParameterSet
from .names import CONFIG_CLASS, CONFIG_MODULE, CONFIG_VARIABLE
from .words import is_tunable

MAX_DEPTH = 12
FEW = 2  # a class or dictionary with fewer values is no set of parameters
BUILDS_SETTINGS = regex(r"\b(ml_collections|yacs|CfgNode|ConfigDict)\b")
MAKES_SETTINGS = regex(r"conf|cfg|param|setting|option|default|args|opts", re.IGNORECASE)
BUILDERS = (
    "ConfigDict",
    "CN",
    "CfgNode",
    "EasyDict",
    "edict",
    "AttrDict",
    "HParams",
    "Namespace",
    "SimpleNamespace",
    "Munch",
    "Box",
    "DotMap",
)
MAKERS = ("dict", *BUILDERS)


def python_sets(source: Source, *, is_entry: bool, option_classes: frozenset[str]) -> Iterator[ParameterSet]:
    """The parameter sets of one reached file."""
    is_module = bool(CONFIG_MODULE.search(source.path)) and not (is_entry and _has_functions(source))
    if is_module:
        yield from _module(source)
    yield from _classes(source, option_classes)
    if not is_module:
        yield from _builders(source)
    if not is_module and not is_entry:
        yield from _dictionaries(source)
    if is_entry:
        yield from _constants(source)


def module_set(source: Source) -> ParameterSet:
    """A Python file that a command names as configuration (`train.py configs/base.py`)."""
    return _set(source, Holder.MODULE, [*assignments(source, source.tree.body), *_attribute_values(source)])


def _set(source: Source, holder: Holder, parameters: Sequence[Parameter]) -> ParameterSet:
    at = parameters[0].at if parameters else Place(source.path, 1)
    return ParameterSet(source.path, holder, tuple(parameters), reader=None, is_main=True, at=at)


def _has_functions(source: Source) -> bool:
    return any(isinstance(n, (ast.FunctionDef, ast.For, ast.While)) for n in source.tree.body)


def _module(source: Source) -> Iterator[ParameterSet]:
    parameters = [*assignments(source, source.tree.body), *_attribute_values(source), *_returned(source)]
    if any(is_tunable(p.key) and p.value is not ... for p in parameters):
        yield _set(source, Holder.MODULE, parameters)


def assignments(source: Source, body: Sequence[ast.stmt], prefix: str = "") -> Iterator[Parameter]:
    """`name = value`, with dictionaries opened; what is computed has the value `...`."""
    for node in body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign):
            if node.value is None:
                continue
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("__"):
                yield from values_of(source, prefix + target.id, value)


def values_of(source: Source, key: str, node: ast.expr, depth: int = 0) -> Iterator[Parameter]:
    """The leaves of a literal; dictionaries may be written as `{...}` or `dict(...)`."""
    if depth > MAX_DEPTH:
        return
    if isinstance(node, ast.Dict) and node.keys:
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant):
                yield from values_of(source, f"{key}.{name.value!s}", value, depth + 1)
    elif isinstance(node, ast.Call) and last_name(node.func) in MAKERS and node.keywords:
        for keyword in node.keywords:
            if keyword.arg:
                yield from values_of(source, f"{key}.{keyword.arg}", keyword.value, depth + 1)
    elif isinstance(node, ast.Call) and last_name(node.func) in BUILDERS and node.args:
        yield from values_of(source, key, node.args[0], depth + 1)
    else:
        yield Parameter(key, _literal(node), source.place(node))


def _literal(node: ast.expr) -> Any:
    """A literal; of `field(default=x)` the default."""
    if isinstance(node, ast.Call) and last_name(node.func) in ("field", "Field"):
        given = next((k.value for k in node.keywords if k.arg == "default"), node.args[0] if node.args else None)
        return constant(given)
    return constant(node)


def _attribute_values(source: Source) -> Iterator[Parameter]:
    """`_C.TRAIN.LR = 0.1` at the top of a module or in a function that returns a configuration."""
    bodies = [source.tree.body]
    bodies += [n.body for n in source.tree.body if isinstance(n, ast.FunctionDef) and "config" in n.name.lower()]
    for body in bodies:
        for node in body:
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                chain = _chain(target)
                if len(chain) > 1:
                    yield from (p for p in values_of(source, ".".join(chain[1:]), node.value) if p.value is not ...)


def _returned(source: Source) -> Iterator[Parameter]:
    """What a function of settings builds or returns: `hparams = HParams(lr=0.1)`, `return {"lr": 0.1}`."""
    for function in source.tree.body:
        if not isinstance(function, ast.FunctionDef) or not MAKES_SETTINGS.search(function.name):
            continue
        for node in function.body:
            value = node.value if isinstance(node, (ast.Assign, ast.Return)) else None
            if isinstance(value, ast.Dict) or (isinstance(value, ast.Call) and last_name(value.func) in MAKERS):
                found = (p for p in values_of(source, "", value) if p.value is not ...)
                yield from (replace(p, key=p.key.lstrip(".")) for p in found)


def _chain(node: ast.expr) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) and parts else []


def _classes(source: Source, option_classes: frozenset[str]) -> Iterator[ParameterSet]:
    is_notebook = source.file_lines is not None
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        is_option = node.name in option_classes or any(last_name(b) in ("Tap", "TypedArgs") for b in node.bases)
        if not is_option and not CONFIG_CLASS.search(node.name):
            continue
        parameters = [p for p in _class_values(source, node) if p.value is not ...]
        if len(parameters) < FEW or not any(is_tunable(p.key) for p in parameters):
            continue
        holder = Holder.OPTIONS if is_option else Holder.CONSTANTS if is_notebook else Holder.MODULE
        yield _set(source, holder, parameters)


def _class_values(source: Source, node: ast.ClassDef) -> Iterator[Parameter]:
    """Class attributes, `self.x = literal` and defaults of `__init__`."""
    yield from assignments(source, node.body)
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or method.name != "__init__":
            continue
        arguments = method.args.args
        for argument, default in zip(
            arguments[len(arguments) - len(method.args.defaults) :], method.args.defaults, strict=True
        ):
            yield Parameter(argument.arg, constant(default), source.place(argument))
        for statement in method.body:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Attribute) and last_name(target.value) == "self":
                        yield from values_of(source, target.attr, statement.value)


def _builders(source: Source) -> Iterator[ParameterSet]:
    """ml_collections, yacs and their kin, in a module of any name."""
    if not any(BUILDS_SETTINGS.search(line) for line in source.lines[:80] if "import" in line):
        return
    parameters = list(_attribute_values(source))
    if len(parameters) > FEW:
        yield _set(source, Holder.MODULE, parameters)


def _dictionaries(source: Source) -> Iterator[ParameterSet]:
    """Dictionaries named as configuration at the top of a module that is imported."""
    for node in source.tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, (ast.Dict, ast.Call))
            and isinstance(node.targets[0], ast.Name)
        ):
            parameters = list(assignments(source, [node])) if CONFIG_VARIABLE.match(node.targets[0].id) else []
            if len(parameters) > FEW and sum(is_tunable(p.key) for p in parameters) >= FEW:
                yield _set(source, Holder.MODULE, parameters)


def _constants(source: Source) -> Iterator[ParameterSet]:
    """Named constants and dictionaries of settings at the top of the script that is run."""
    body = [
        n
        for n in source.tree.body
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and (n.targets[0].id.isupper() or is_tunable(n.targets[0].id) or CONFIG_VARIABLE.match(n.targets[0].id))
    ]
    parameters = [p for p in assignments(source, body) if p.value is not ...]
    if parameters:
        yield _set(source, Holder.CONSTANTS, parameters)
