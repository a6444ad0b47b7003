"""Which entries of a Sacred configuration a command line can set, and by which name."""

from __future__ import annotations

import ast
import shlex

from ...facts.configuration.model import ParameterSet
from ...facts.source import Source, constant
from ...project import Project
from ...sandbox.model import Job
from ..job import shown
from . import command

STARTS = (".automain", ".run_commandline")


def has_sacred_command(project: Project, job: Job) -> bool:
    """Whether the command calls one script that hands its words to Sacred."""
    try:
        words = shlex.split(shown(job.argv))
    except ValueError:
        return False
    scripts = {c.unit.source.path for c in project.program.calls if f".{c.last}" in STARTS} | _decorated(project)
    names = {s.rpartition("/")[2] for s in scripts}
    return command.is_simple(job) and any(w.rpartition("/")[2] in names for w in words)


def _decorated(project: Project) -> set[str]:
    """Files with `@ex.automain`, which is no call."""
    return {s.path for s in project.program.entries if any(start in s.text for start in STARTS)}


def sacred_key(project: Project, held: ParameterSet, key: str) -> str | None:
    """The entry as the command line names it: an ingredient's stands below its path. None where the scope is
    a named configuration, whose values count only where it is chosen, or its ingredient's path is not told."""
    source = project.sources.get(held.at.path) if held.at and held.at.path.endswith((".py", ".ipynb")) else None
    if source is None or source.is_broken or held.at is None or held.at.line is None:
        return key
    owner = _owner(source, held.at.line)
    if owner is None:
        return key
    name, part = owner
    if part in ("named_config", "add_named_config"):
        return None
    made = _made(source, name)
    if made is None or _last(made.func) != "Ingredient":
        return key
    path = constant(made.args[0]) if made.args else None
    return f"{path}.{key}" if isinstance(path, str) else None


def _owner(source: Source, line: int) -> tuple[str, str] | None:
    """`data` and `config` of `@data.config` above a function, or of a call `data.add_config`, at a line."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and line in range(_first_line(node), node.lineno + 1):
            found = [d for d in node.decorator_list if isinstance(d, ast.Attribute)]
        elif isinstance(node, ast.Call) and node.lineno == line and isinstance(node.func, ast.Attribute):
            found = [node.func]
        else:
            continue
        for attribute in found:
            if "config" in attribute.attr and isinstance(attribute.value, ast.Name):
                return attribute.value.id, attribute.attr
    return None


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def _made(source: Source, name: str) -> ast.Call | None:
    """The call that the name stands for at the top of the file."""
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(t, ast.Name) and t.id == name for t in targets) and isinstance(node, ast.Assign):
            return node.value if isinstance(node.value, ast.Call) else None
    return None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
