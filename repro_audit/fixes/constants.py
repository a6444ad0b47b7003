"""Numbers that the main script names at its top, or gives its options, lifted into the configuration file."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..facts.configuration.model import Holder, Parameter
from ..facts.configuration.options import python_options
from ..facts.source import constant
from ..project import Project
from .model import Case, Declined, Proposal
from .reading import Access, access, with_values
from .script import Change, Script, changed, imported, main_script, script_at

MAX_CONSTANTS = 60
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Found:
    """A parameter that stands in the code."""

    name: str  # of the constant, or what the code calls the option
    line: int
    value: Any
    declarer: str = ""  # the call that declares the option, such as `add_argument`; "" for a constant


def propose(case: Case) -> Proposal | Declined:
    """Each parameter keeps its name in the code, and takes its value from the file; options can still be given."""
    project = case.project
    script = _holder(project)
    if isinstance(script, str):
        return Declined(case.criterion, script)
    found = [*_constants(project, script), *_options(project, script)][:MAX_CONSTANTS]
    if not found:
        why = f"{script.path} has no numbers with names of their own at its top: name them, and run this again"
        return Declined(case.criterion, why)
    source = access(project, script)
    if isinstance(source, str):
        return Declined(case.criterion, source)
    first = min(f.line for f in found)
    if source.line and (not source.is_global or first <= source.line):
        return Declined(case.criterion, f"{script.path}:{first} stands before {source.path} is read")
    keys = _keys(found)
    files = with_values(project, source, {keys[f]: f.value for f in found})
    text = changed(script, _change(source, keys, script))
    if files is None or text is None:
        return Declined(case.criterion, f"the numbers of {script.path} could not be moved to {source.path} safely")
    return Proposal(case.criterion, {**files, script.path: text}, _why(found, script, source))


def _why(found: Sequence[Found], script: Script, source: Access) -> str:
    constants = sorted(f.name for f in found if not f.declarer)
    options = sorted(f"--{f.name}" for f in found if f.declarer)
    defaults = f"the default{'s' * (len(options) > 1)} of {', '.join(options)}" if options else ""
    what = " and ".join(part for part in (", ".join(constants), defaults) if part)
    return f"{what} in {script.path} {'is' if len(found) == 1 else 'are'} read from {source.path}"


def _holder(project: Project) -> Script | str:
    """The main script; where it holds no parameter, the module that declares its options."""
    main = main_script(project)
    if isinstance(main, str) or _constants(project, main) or _options(project, main):
        return main
    declared = Counter(o.at.path for o in python_options(project.program) if o.at.path in imported(project, main.path))
    path = next((p for p, _ in declared.most_common(1)), main.path)
    other = main if path == main.path else script_at(project, path)
    return main if isinstance(other, str) else other


def _options(project: Project, script: Script) -> list[Found]:
    """Options with a number of their own as their default, or a choice that is tuned; each declared in its own line."""
    declared = [o for o in python_options(project.program) if o.at.path == script.path]
    calls = {n.lineno: n for n in ast.walk(ast.parse(script.text)) if isinstance(n, ast.Call) and _default(n)}
    found = []
    for option in declared:
        line = script.line(option.at)
        parameter = Parameter(option.flag, option.default, option.at)
        is_number = type(option.default) in (int, float) and not parameter.is_descriptive
        is_choice = isinstance(option.default, str) and option.default != "" and parameter.is_tunable
        if line in calls and (is_number or (is_choice and not parameter.is_descriptive)) and option.dest.isidentifier():
            found.append(Found(option.dest, line, option.default, ast.unparse(calls[line].func).rpartition(".")[2]))
    shared = Counter(f.line for f in found) + Counter(f.name for f in found)
    return [f for f in found if shared[f.line] == shared[f.name] == 1]


def _default(call: ast.Call) -> bool:
    return any(k.arg == DEFAULT for k in call.keywords)


def _constants(project: Project, script: Script) -> list[Found]:
    """The parameters that are assigned once, at the top level, to a number."""
    tree = ast.parse(script.text)
    sets = [s for s in project.configuration.main if s.holder is Holder.CONSTANTS and s.path == script.path]
    known = {p.key for s in sets for p in s.parameters}
    stored = Counter(
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Store, ast.Del))
    )
    bound = {name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names}
    found: list[Found] = []
    for node in tree.body:
        name, value = _number(node)
        if name in known and stored[name] == 1 and name not in bound:
            found.append(Found(name, node.lineno, value))
    return found


def _number(node: ast.stmt) -> tuple[str, Any]:
    """The name and the number of `name = 3`, "" for anything else."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return "", None
    number = constant(value)
    if not isinstance(target, ast.Name) or type(number) not in (int, float, bool):
        return "", None
    return target.id, number


def _keys(found: Sequence[Found]) -> dict[Found, str]:
    """`LEARNING_RATE` becomes `learning_rate`, unless two names would become one; `hidLayers` stays."""
    plain = {f: f.name.lower() if f.name.isupper() else f.name for f in found}
    taken = Counter(plain.values())
    return {f: name if taken[name] == 1 else f.name for f, name in plain.items()}


def _change(source: Access, keys: dict[Found, str], script: Script) -> Change:
    values = {f.name: source.value(key) for f, key in keys.items() if not f.declarer}
    calls = {(f.line, f.declarer): (DEFAULT, source.value(key)) for f, key in keys.items() if f.declarer}
    if source.line:
        return Change(calls=calls, values=values)
    module, reading, is_stdlib = source.reading(script)
    missing = [] if f"\n{module}\n" in f"\n{script.text}".replace("\r\n", "\n") else [module]
    before, after = (missing, []) if is_stdlib else ([], missing)
    first = min(f.line for f in keys)
    return Change(tuple(before), (*after, "", *reading), calls=calls, values=values, until=first)
