"""Numbers that the main script names at its top, lifted into the configuration file."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from ..facts.configuration.model import Holder
from ..facts.source import constant
from ..project import Project
from .model import Case, Declined, Proposal
from .reading import Access, access, with_values
from .script import Change, Script, changed, main_script

MAX_CONSTANTS = 60


def propose(case: Case) -> Proposal | Declined:
    """Each constant keeps its name in the code, and takes its value from the file."""
    project = case.project
    script = main_script(project)
    if isinstance(script, str):
        return Declined(case.criterion, script)
    constants = _constants(project, script)
    if not constants:
        why = f"{script.path} has no numbers with names of their own at its top: name them, and run this again"
        return Declined(case.criterion, why)
    source = access(project, script)
    if isinstance(source, str):
        return Declined(case.criterion, source)
    first = min(line for line, _ in constants.values())
    if source.line and (not source.is_global or first <= source.line):
        return Declined(case.criterion, f"{script.path}:{first} stands before {source.path} is read")
    keys = _keys(constants, source)
    values = {keys[name]: value for name, (_, value) in constants.items()}
    files = with_values(project, source, values)
    text = changed(script, _change(source, keys, script))
    if files is None or text is None:
        return Declined(case.criterion, f"the numbers of {script.path} could not be moved to {source.path} safely")
    why = f"{', '.join(sorted(constants))} of {script.path} {'is' if len(keys) == 1 else 'are'} read from {source.path}"
    return Proposal(case.criterion, {**files, script.path: text}, why)


def _constants(project: Project, script: Script) -> dict[str, tuple[int, Any]]:
    """Name, line and value of the parameters that are assigned once, at the top level, to a number."""
    tree = ast.parse(script.text)
    sets = [s for s in project.configuration.main if s.holder is Holder.CONSTANTS and s.path == script.path]
    known = {p.key for s in sets for p in s.parameters}
    stored = Counter(
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Store, ast.Del))
    )
    bound = {name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names}
    found: dict[str, tuple[int, Any]] = {}
    for node in tree.body:
        name, value = _number(node)
        if name in known and stored[name] == 1 and name not in bound:
            found[name] = (node.lineno, value)
    return dict(list(found.items())[:MAX_CONSTANTS])


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


def _keys(constants: dict[str, tuple[int, Any]], source: Access) -> dict[str, str]:
    """`LEARNING_RATE` becomes `learning_rate`, unless two names would become one."""
    lower = Counter(name.lower() for name in constants)
    return {name: name.lower() if lower[name.lower()] == 1 else name for name in constants}


def _change(source: Access, keys: dict[str, str], script: Script) -> Change:
    values = {name: source.value(key) for name, key in keys.items()}
    if source.line:
        return Change(values=values)
    module, reading, is_stdlib = source.reading(script)
    missing = [] if f"\n{module}\n" in f"\n{script.text}".replace("\r\n", "\n") else [module]
    before, after = (missing, []) if is_stdlib else ([], missing)
    return Change(tuple(before), (*after, "", *reading), values=values)
