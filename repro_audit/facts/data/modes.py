"""Steps that are modes of one program: `--mode train|test`, `--evaluate`, subcommands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..configuration.model import Holder
from ..program import Call, Unit
from ..program.nodes import dotted
from ..regex import regex
from ..source import constant
from .evidence import Evidence
from .model import Stage
from .roles import Role, role_of

MODE = regex(r"-*(?:\w+_)?(?:mode|phase|stage|action|command|job)\Z", re.IGNORECASE)
SWITCH = regex(
    r"-*(?:(?:do|only|just|is)_)?(?:eval(?:uate|uation)?|test|predict|inference|render|infer|train|pretrain)(?:_only)?\Z"
)
MAX_MODES = 12


def find_modes(seen: Evidence) -> list[Stage]:
    """The modes that an option, a switch or a subcommand of the main program chooses between."""
    found = [stage for call in seen.program.calls for stage in _of_call(call)]
    found += [stage for unit in seen.program.units for stage in _of_unit(unit)]
    for one in seen.configuration.sets if not found else ():
        for parameter in one.parameters if one.is_main else ():
            is_on = parameter.value is True and one.holder is Holder.OPTIONS  # done on the way
            if isinstance(parameter.value, bool) and not is_on and SWITCH.match(parameter.name.replace("-", "_")):
                found.append(Stage(parameter.key, f"{parameter.key}=true", parameter.at))
    return found[:MAX_MODES]


def _of_call(call: Call) -> Iterator[Stage]:
    name = constant(call.node.args[0]) if call.node.args else None
    if not isinstance(name, str):
        return
    if call.last == "add_parser" and role_of(name + "."):
        yield Stage(name, name, call.place)
    elif call.last in ("add_argument", "option", "DEFINE_enum", "DEFINE_bool", "DEFINE_boolean", "DEFINE_string"):
        yield from _of_option(name.replace("-", "_").strip("_"), call)


def _of_unit(unit: Unit) -> Iterator[Stage]:
    """A function that Sacred, Click, Typer and the like offer as a subcommand."""
    for decorator in getattr(unit.node, "decorator_list", ()):
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
        if "." in name and name.endswith(".command") and name != "click.command":
            yield Stage(unit.bare_name, unit.bare_name, unit.source.place(decorator))


def _of_option(name: str, call: Call) -> Iterator[Stage]:
    if MODE.match(name):
        roles = {role: word for word in _choices(call) for role in [role_of(word + ".")] if role is not None}
        if len(roles) > 1:
            yield from (Stage(word, f"--{name} {word}", call.place) for word in roles.values())
    elif SWITCH.match(name) and _is_switch(call) and role_of(name + ".") is not Role.TRAIN:
        yield Stage(name, f"--{name}", call.place)


def _choices(call: Call) -> list[str]:
    """The values of a choice; where the option lists none, those that its help names."""
    listed = call.argument(None, "choices", "enum_values")
    if isinstance(listed, (ast.List, ast.Tuple)):
        return [c for c in map(constant, listed.elts) if isinstance(c, str)]
    texts = [constant(call.argument(None, k)) for k in ("default", "help") if call.argument(None, k) is not None]
    return [w for t in texts if isinstance(t, str) for w in re.findall(r"[A-Za-z]+", t)[:40]]


def _is_switch(call: Call) -> bool:
    """Whether an option turns something on; what is on from the start is done on the way, and is no mode."""
    action = constant(call.argument(None, "action")) if call.argument(None, "action") is not None else ""
    default = call.argument(None, "default")
    if constant(default) is True or (call.last.startswith("DEFINE_") and constant(call.argument(1)) is True):
        return False
    is_flag = call.argument(None, "is_flag") is not None or call.last.startswith("DEFINE_bool")
    return is_flag or str(action).startswith("store_") or isinstance(constant(default) if default else None, bool)
