"""Whether reached code uses a parameter, as far as names tell.

`True`: its name is read from something. `None`: it may be read, because the object that holds it is
handed on whole or indexed by a computed key. `False`: nothing could read it, or a constant replaces it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...model import Place
from .model import Holder, Parameter, ParameterSet
from .options import Option
from .uses import CONFIG_BASE, OPTION_BASE, Uses
from .words import leaf_name

SHARED = (Holder.FILE, Holder.DVC, Holder.HYDRA, Holder.MODULE, Holder.GUILD)


def judge_set(
    found: ParameterSet, uses: Uses, templates: frozenset[str], is_elsewhere: Callable[[str], bool]
) -> ParameterSet:
    """The set with `is_read` of each parameter that is not yet judged.

    `is_elsewhere` tells whether a program outside the main experiment mentions a name: a file that
    serves several programs holds values that only the others read, and those are not dead.
    """
    keys = {p.key for p in found.parameters}
    judged = []
    for parameter in found.parameters:
        is_option = parameter.key.startswith("--")  # judged where it was found, or passed by a script
        if parameter.is_read is None and not is_option and found.holder is not Holder.SHELL:
            parameter = _judge(parameter, found.holder, uses, templates, keys)
        if parameter.is_read is False and found.holder in SHARED and is_elsewhere(parameter.name):
            parameter = replace(parameter, is_read=None, why_dead="")
        judged.append(parameter)
    return replace(found, parameters=tuple(judged))


def schemas_follow(sets: list[ParameterSet]) -> list[ParameterSet]:
    """A class that spells out what a file holds is no deader than the file: its values come through that."""
    files = [s for s in sets if s.is_main and s.holder in (Holder.FILE, Holder.HYDRA, Holder.DVC)]
    held = {leaf_name(p.key) for s in files for p in s.parameters if p.is_read is not False}
    return [
        replace(s, parameters=tuple(_as_its_file(p, held) for p in s.parameters)) if s.holder is Holder.MODULE else s
        for s in sets
    ]


def _as_its_file(parameter: Parameter, held: set[str]) -> Parameter:
    is_known = parameter.is_read is False and leaf_name(parameter.key) in held
    return replace(parameter, is_read=None, why_dead="") if is_known else parameter


def _judge(parameter: Parameter, holder: Holder, uses: Uses, templates: frozenset[str], keys: set[str]) -> Parameter:
    name = parameter.known_as or leaf_name(parameter.key)
    parts = [p for p in parameter.key.split(".") if not p.isdigit()] or [parameter.key]
    if _is_named(name, holder, uses) or name in templates or _is_named(parts[-1], holder, uses):
        return replace(parameter, is_read=True, read_at=uses.place_of(name) or uses.place_of(parts[-1]))
    if any(f"params:{'.'.join(parts[:i])}" in uses.strings for i in range(len(parts), 0, -1)) and _is_last_of(
        parts, uses
    ):
        return replace(parameter, is_read=True)
    if _may_be_read(parts, parameter, holder, uses, keys):
        return parameter
    return replace(parameter, is_read=False, why_dead="nothing that the main experiment reaches uses this name")


def _is_named(name: str, holder: Holder, uses: Uses) -> bool:
    if name in uses.keys or name in uses.attributes:
        return True
    if holder is Holder.SACRED and name == "seed":
        return True  # Sacred itself seeds the generators with it
    if holder in (Holder.SACRED, Holder.GUILD) and (name in uses.arguments or name in uses.names):
        return True
    if holder in (Holder.MODULE, Holder.CONSTANTS):
        return name in uses.names
    return False


def _is_last_of(parts: list[str], uses: Uses) -> bool:
    """Kedro's `params:a.b` names the very parameter, and not only a mapping above it."""
    return f"params:{'.'.join(parts)}" in uses.strings


def _may_be_read(parts: list[str], parameter: Parameter, holder: Holder, uses: Uses, keys: set[str]) -> bool:
    """Whether something above the parameter is handed on whole, or the reading is dynamic."""
    if uses.is_dynamic or set(parts[:-1]) & uses.whole or parts[-1].startswith("_"):
        return True
    if any(k.rpartition(".")[2] == "_target_" and parameter.key.startswith(k.rpartition(".")[0]) for k in keys):
        return True
    if holder in (Holder.MODULE, Holder.CONSTANTS) and len(parts) > 1:
        return parts[0] in uses.names or parts[0] in uses.attributes
    if holder is Holder.FILE or holder is Holder.HYDRA or holder is Holder.DVC:
        return any(CONFIG_BASE.search(w) for w in uses.whole)
    return False


def option_parameter(option: Option, uses: Uses, is_elsewhere: Callable[[str], bool]) -> Parameter:
    """An option, live where its value is taken from the parsed arguments and no constant replaces it.

    `is_elsewhere` tells whether another program uses it, where several share one parser.
    """
    parameter = Parameter(option.flag, option.default, option.at)
    store = _shadow(option.dest, uses)
    if store is not None:
        return replace(parameter, is_read=False, why_dead=f"{store[0]} sets it to a constant: {store[1]}")
    bases = uses.attributes.get(option.dest, set())
    if any(OPTION_BASE.match(b) for b in bases) or option.dest in uses.keys or option.flag in uses.keys:
        return replace(parameter, is_read=True, read_at=uses.place_of(option.dest) or uses.place_of(option.flag))
    if option.dest in uses.arguments:
        return replace(parameter, is_read=True, read_at=uses.place_of(option.dest))
    if bases or _is_spread(uses) or is_elsewhere(option.dest):
        return parameter
    constant = uses.assigned.get(option.dest)
    if constant is not None:
        return replace(parameter, is_read=False, why_dead=f"{constant.at} uses a constant instead: {constant.text}")
    why = "it is parsed, and nothing that the main experiment reaches uses it"
    return replace(parameter, is_read=False, why_dead=why)


def _shadow(dest: str, uses: Uses) -> tuple[Place, str] | None:
    """The line that overwrites a parsed option with a literal, whatever was given."""
    for (base, name), store in sorted(uses.stores.items()):
        if name == dest and OPTION_BASE.match(base) and base != "self":
            return store.at, store.text
    return None


def _is_spread(uses: Uses) -> bool:
    return any(OPTION_BASE.match(name) and name not in ("p", "a", "self") for name in uses.whole)
