"""Where a seed's value comes from: followed through variables, parameters, attributes and options."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...model import Place
from ..program import Call, Program, Unit
from ..program.nodes import dotted
from ..regex import regex
from ..source import constant
from .model import SeedOrigin

MAX_DEPTH = 8

OPTION_OWNERS = regex(r"^(?:self\.)?(?:\w*args\w*|opts?|options?|flags?|FLAGS|hparams|parsed|ns)$")
SETTINGS_FILE = regex(
    r"(?:^|/)(?:\w*(?:config|settings?|constants?|params|hparams|hyperparam\w*|const|cfg)\w*)(?:/|\.py$)", re.IGNORECASE
)
CLOCKS = regex(r"^(?:time\.|datetime\.|os\.urandom|secrets\.|os\.getpid|uuid\.)")


@dataclass(frozen=True)
class Value:
    """A followed value: its origin, the name it is set by, and the place where it is written."""

    origin: SeedOrigin
    value: Any = None
    parameter: str = ""
    at: Place | None = None


@dataclass(frozen=True)
class Origins:
    """Follows expressions of one program."""

    program: Program

    @cached_property
    def _top_level(self) -> dict[str, dict[str, tuple[ast.expr, Unit]]]:
        """Top-level assignments by file: name -> the last value."""
        found: dict[str, dict[str, tuple[ast.expr, Unit]]] = defaultdict(dict)
        for unit in self.program.units:
            if not unit.is_top_level:
                continue
            for node in unit.of(ast.Assign, ast.AnnAssign):
                for name, value in assigned_names(node):
                    found[unit.source.path][name] = (value, unit)
        return found

    @cached_property
    def _attributes(self) -> dict[str, list[tuple[ast.expr, Unit]]]:
        """`self.name = value` by name, over all reached classes."""
        found: dict[str, list[tuple[ast.expr, Unit]]] = defaultdict(list)
        for unit in self.program.units:
            if not unit.class_name:
                continue
            for node in unit.of(ast.Assign, ast.AnnAssign):
                for name, value in assigned_names(node):
                    if name.startswith("self."):
                        found[name[5:]].append((value, unit))
        return found

    @cached_property
    def options(self) -> dict[str, tuple[ast.expr | None, Call]]:
        """Command-line options by destination: the default, and the call that declares it."""
        found: dict[str, tuple[ast.expr | None, Call]] = {}
        for call in self.program.calls:
            if call.last in ("add_argument", "add", "add_arg", "option", "argument", "Option") or call.last.startswith(
                "DEFINE_"
            ):
                names = [a.value for a in call.node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                default = (
                    call.argument(1, "default") if call.last.startswith("DEFINE_") else call.argument(None, "default")
                )
                for name in names[:3]:
                    found.setdefault(name.lstrip("-").replace("-", "_"), (default, call))
        return found

    @cached_property
    def given(self) -> frozenset[str]:
        """Options that the stated command gives."""
        words = [a for step in self.program.steps for a in step.arguments]
        return frozenset(w.lstrip("-").split("=")[0].replace("-", "_") for w in words if w.startswith("-") or "=" in w)

    def follow(self, node: ast.expr | None, unit: Unit, depth: int = 0) -> Value:
        """The origin of an expression's value."""
        if depth > MAX_DEPTH:
            return Value(SeedOrigin.UNKNOWN)
        if node is None:
            return Value(SeedOrigin.UNSET)
        if isinstance(node, ast.Constant):
            origin = SeedOrigin.UNSET if node.value is None else SeedOrigin.LITERAL
            return Value(origin, node.value, "", unit.source.place(node))
        if isinstance(node, (ast.Tuple, ast.List)) and node.elts:
            return self.follow(node.elts[0], unit, depth + 1)
        if isinstance(node, ast.BinOp):
            left, right = self.follow(node.left, unit, depth + 1), self.follow(node.right, unit, depth + 1)
            return right if left.origin is SeedOrigin.LITERAL else left
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            values = [self.follow(p, unit, depth + 1) for p in parts]
            return next((v for v in values if v.origin is not SeedOrigin.UNSET), values[0])
        if isinstance(node, ast.Name):
            return self._follow_name(node.id, unit, depth)
        if isinstance(node, ast.Attribute):
            return self._follow_attribute(node, unit, depth)
        if isinstance(node, ast.Subscript):
            return self._follow_subscript(node, unit, depth)
        if isinstance(node, ast.Call):
            return self._follow_call(node, unit, depth)
        return Value(SeedOrigin.UNKNOWN)

    def _follow_name(self, name: str, unit: Unit, depth: int) -> Value:
        arguments = _parameters(unit)
        local = self._local_value(name, unit)
        if local is not None:
            return self.follow(local, unit, depth + 1)
        if name in arguments:
            return self._follow_argument(name, arguments[name], unit, depth)
        top = self._top_level[unit.source.path].get(name)
        if top is not None:
            return self._as_constant(name, self.follow(*top, depth + 1), top[1])
        imported = self._imported_constant(name, unit)
        return imported or Value(SeedOrigin.UNKNOWN, parameter=name)

    def _as_constant(self, name: str, value: Value, unit: Unit) -> Value:
        """A literal with a name at the top level is a named constant, in a settings module a configuration value."""
        if value.origin is not SeedOrigin.LITERAL:
            return value
        is_settings = SETTINGS_FILE.search(unit.source.path) is not None
        return Value(SeedOrigin.CONFIG if is_settings else SeedOrigin.CONSTANT_TOP, value.value, name, value.at)

    def _local_value(self, name: str, unit: Unit) -> ast.expr | None:
        if unit.is_top_level:
            return None
        values = [v for node in unit.of(ast.Assign, ast.AnnAssign) for n, v in assigned_names(node) if n == name]
        return values[-1] if values else None

    def _imported_constant(self, name: str, unit: Unit) -> Value | None:
        for source in self.program.sources:
            if source is not unit.source and name in self._top_level[source.path]:
                value, owner = self._top_level[source.path][name]
                return self._as_constant(name, self.follow(value, owner, MAX_DEPTH - 1), owner)
        return None

    def _follow_argument(self, name: str, default: ast.expr | None, unit: Unit, depth: int) -> Value:
        """A parameter of a function: what reached calls pass, else its default."""
        callee = unit.class_name.rpartition(".")[2] if unit.bare_name == "__init__" else unit.bare_name
        position = list(_parameters(unit)).index(name) - (1 if unit.class_name else 0)
        for call in self.program.calls_by_name.get(callee, ()):
            if call.unit is unit:
                continue
            passed = call.argument(position if position >= 0 else None, name)
            if passed is not None:
                found = self.follow(passed, call.unit, depth + 1)
                if found.origin is not SeedOrigin.UNKNOWN:
                    return found
        injected = self._injected(name, unit)
        if injected is not None:
            return injected
        if default is None:
            return self._by_name(name)
        value = self.follow(default, unit, depth + 1)
        if value.origin is SeedOrigin.LITERAL:
            return Value(SeedOrigin.DEFAULT_ARGUMENT, value.value, name, value.at)
        return value

    def _injected(self, name: str, unit: Unit) -> Value | None:
        """Parameters that a framework fills in: click and typer options, Sacred's captured functions."""
        decorators = unit.decorators
        if (
            any(d.endswith((".capture", ".automain", ".main", ".command")) for d in decorators)
            and "sacred" in self.program.modules
        ):
            return Value(SeedOrigin.CONFIG, ..., name)
        if name in self.options and any(d.endswith((".command", ".option", "option")) for d in decorators):
            return self._option(name)
        if any(d.endswith((".command", "auto_cli")) for d in decorators):
            return Value(SeedOrigin.OPTION, ..., f"--{name.replace('_', '-')}")
        return None

    def _by_name(self, name: str) -> Value:
        """Nothing is known but a telling name."""
        return Value(SeedOrigin.UNKNOWN, ..., name)

    def _option(self, name: str) -> Value:
        """An option, or the value of the configuration that is its default."""
        default, call = self.options[name]
        if isinstance(default, ast.Subscript):
            held = self.follow(default, call.unit, MAX_DEPTH)
            if held.origin is SeedOrigin.CONFIG:
                return held
        value = None if default is None else constant(default)
        is_unset = value is None and name not in self.given
        return Value(SeedOrigin.UNSET if is_unset else SeedOrigin.OPTION, value, f"--{name}", call.place)

    def _follow_attribute(self, node: ast.Attribute, unit: Unit, depth: int) -> Value:
        owner = dotted(node.value) or ""
        if owner == "self" and unit.class_name:
            for value, where in self._attributes.get(node.attr, ()):
                if where.class_name == unit.class_name:
                    return self.follow(value, where, depth + 1)
        if node.attr in self.options and not _is_config_like(owner):
            return self._option(node.attr)
        if OPTION_OWNERS.match(owner):
            return Value(SeedOrigin.OPTION, ..., f"--{node.attr}")
        for source in self.program.sources:
            if (
                owner
                and source.path.endswith(f"{owner.rpartition('.')[2]}.py")
                and node.attr in self._top_level[source.path]
            ):
                value, where = self._top_level[source.path][node.attr]
                return Value(SeedOrigin.CONFIG, constant(value), node.attr, where.source.place(value))
        named = f"{owner.rpartition('.')[2]}.{node.attr}" if owner else node.attr
        if owner == "self" or re.search("seed|random_state|rng|key", node.attr, re.IGNORECASE):
            return Value(SeedOrigin.CONFIG if owner != "self" else SeedOrigin.UNKNOWN, ..., named)
        return Value(SeedOrigin.UNKNOWN, ..., named)

    def _follow_subscript(self, node: ast.Subscript, unit: Unit, depth: int) -> Value:
        key = constant(node.slice)
        base = dotted(node.value)
        if isinstance(key, str):
            literal = self._dictionary_entry(base, key, unit, depth)
            return literal or Value(SeedOrigin.CONFIG, ..., key)
        if isinstance(key, int):
            return self.follow(node.value, unit, depth + 1)
        return Value(SeedOrigin.UNKNOWN)

    def _dictionary_entry(self, base: str | None, key: str, unit: Unit, depth: int) -> Value | None:
        """`params["seed"]` where `params = {"seed": 1}` is written in the code."""
        top = self._top_level[unit.source.path].get(base or "")
        value = self._local_value(base or "", unit) or (top[0] if top else None)
        if not isinstance(value, ast.Dict):
            return None
        for k, v in zip(value.keys, value.values):
            if k is not None and constant(k) == key:
                return self._as_constant(key, self.follow(v, unit, depth + 1), unit)
        return None

    def _follow_call(self, node: ast.Call, unit: Unit, depth: int) -> Value:
        name = dotted(node.func) or ""
        last = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        if last == "get" and node.args and isinstance(constant(node.args[0]), str):
            return Value(SeedOrigin.CONFIG, ..., str(constant(node.args[0])))
        if last in ("getenv",) or name.endswith("environ.get"):
            return Value(SeedOrigin.OPTION, ..., str(constant(node.args[0])) if node.args else "")
        if CLOCKS.match(name):
            return Value(SeedOrigin.UNSET, None, name)
        if last in ("randint", "getrandbits", "integers", "random", "choice"):
            return Value(SeedOrigin.UNKNOWN, ..., name)  # drawn from another source, which is judged itself
        if node.args:
            return self.follow(node.args[0], unit, depth + 1)
        return Value(SeedOrigin.UNKNOWN, ..., name)


def assigned_names(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(dotted name, value) of an assignment, tuples of equal length taken apart."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if (
                isinstance(target, ast.Tuple)
                and isinstance(node.value, ast.Tuple)
                and len(target.elts) == len(node.value.elts)
            ):
                pairs = list(zip(target.elts, node.value.elts))
            else:
                pairs = [(target, node.value)]
            for one, value in pairs:
                name = dotted(one)
                if name:
                    yield name, value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        name = dotted(node.target)
        if name:
            yield name, node.value


def _parameters(unit: Unit) -> dict[str, ast.expr | None]:
    """The parameters of a function in order, each with its default."""
    if isinstance(unit.node, ast.Module):
        return {}
    arguments = unit.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    found = {a.arg: d for a, d in zip(plain, defaults)}
    found |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults)}
    return found


def _is_config_like(owner: str) -> bool:
    return re.search(r"(?:^|\.)(?:cfg|conf|config|configs|settings|params)$", owner, re.IGNORECASE) is not None
