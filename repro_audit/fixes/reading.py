"""How the main script comes to its configuration: the variable that it reads a file into, or a new one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..facts.configuration.model import Holder, ParameterSet
from ..facts.program.nodes import dotted
from ..project import Project
from .model import exact_text, with_lines
from .script import Script
from .settings_file import SUFFIXES, NewFile, added, fresh, new_file, parsed, read_again

LOADERS = frozenset(
    "yaml.safe_load yaml.load yaml.full_load yaml.unsafe_load json.load json.loads toml.load toml.loads "
    "tomllib.load tomli.load".split()
)
LOADING = frozenset(name.rpartition(".")[2] for name in LOADERS)


@dataclass(frozen=True, slots=True)
class Access:
    """A configuration file as the main script has it: `name["key"]` is a value of it."""

    name: str
    path: str  # the file, from the root
    line: int = 0  # where the statement begins that reads it; 0 where this script is yet to read it
    is_global: bool = True
    new: NewFile | None = None
    form: str = '{name}["{key}"]'  # how a value is written
    is_argument: bool = False  # the function that begins in that line is given it
    importing: str = ""  # what a module of settings is read by, beside what the script imports already

    def value(self, key: str) -> str:
        return self.form.format(name=self.name, key=key)

    def reading(self, script: Script) -> tuple[str, list[str], bool]:
        """(the import, the lines that read the file, whether the import is of the standard library)."""
        if self.new is None:
            return self.importing, [], False
        file = "file" if "file" not in script.words else "stream"
        lines = [
            f'with open("{self.new.opened_as}", encoding="utf-8") as {file}:',
            f"    {self.name} = {self.new.call}({file})",
        ]
        return f"import {self.new.module}", lines, self.new.module == "json"


def access(project: Project, script: Script) -> Access | str:
    """How the script gets at its configuration; words where it has some that cannot be followed."""
    files = [s for s in project.configuration.files if s.path != script.path]
    unread = next((s.path for s in project.configuration.sets if _is_unread(s)), None)
    if not files and unread:
        return f"{unread} holds parameters, and {script.path} does not read it: let it, and run this again"
    if not files:
        name, new = script.free_name(), new_file(project, script.cwd)
        if name is None or new is None:
            return "params.yaml and params.json, or the names that would read them, are taken"
        return Access(name, new.path, new=new)
    usable = [s.path for s in files if s.holder in (Holder.FILE, Holder.DVC) and s.path.endswith(SUFFIXES)]
    if len(usable) != 1:
        return f"its configuration ({files[0].path}) is of a kind that is not changed here"
    found = _binding(project, script)
    again, name = read_again(script.cwd).get(usable[0]), script.free_name()
    if found is None and again is not None and name is not None and again.opened_as not in script.text:
        return Access(name, usable[0], new=again)
    if found is None:
        return f"{script.path} is not seen to read {usable[0]} into a variable"
    return Access(found[0], usable[0], found[1], found[2])


def _is_unread(found: ParameterSet) -> bool:
    """A file that looks like the configuration of the experiment, which a second one should not stand beside."""
    return not found.is_main and found.holder is Holder.FILE and any(p.is_tunable for p in found.parameters)


def has_number(project: Project, source: Access, key: str) -> bool:
    """Whether the file has that key already, with a whole number."""
    held = parsed(source.path, exact_text(project, source.path) or "") if source.path in project.files else None
    return isinstance(held, dict) and type(held.get(key)) is int


def with_values(project: Project, source: Access, values: Mapping[str, Any]) -> dict[str, str] | None:
    """The configuration file with more values, and what a new one needs; None where that is not sure to be right."""
    if source.new is not None and source.path not in project.files:
        return {source.path: fresh(source.path, values), **source.new.declared}
    if source.path.endswith(".py"):
        old = exact_text(project, source.path)
        return (
            None if old is None else {source.path: with_lines(old, [f"{k.upper()} = {v!r}" for k, v in values.items()])}
        )
    text = added(project, source.path, values)
    return None if text is None else {source.path: text}


def _binding(project: Project, script: Script) -> tuple[str, int, bool] | None:
    """(variable, line of its statement, whether it is a global) of the one place that reads a configuration."""
    tree = ast.parse(script.text)
    own = _own_loaders(project)
    found = [b for b in _assigned(tree, own, 0, True) if b]
    return found[0] if len(found) == 1 else None


def _assigned(node: ast.AST, own: frozenset[str], outer: int, is_global: bool) -> list[tuple[str, int, bool]]:
    """Assignments from a loader; inside `with open(...)` the line is that of the outermost `with`."""
    found: list[tuple[str, int, bool]] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assign) and len(child.targets) == 1 and isinstance(child.targets[0], ast.Name):
            if isinstance(child.value, ast.Call) and _loads(child.value, own):
                found.append((child.targets[0].id, outer or child.lineno, is_global))
        is_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
        below = (outer or child.lineno) if isinstance(child, ast.With) else 0
        found += _assigned(child, own, below, is_global and not is_function)
    return found


def _loads(call: ast.Call, own: frozenset[str]) -> bool:
    name = dotted(call.func) or ""
    return name in LOADERS or name in own


def _own_loaders(project: Project) -> frozenset[str]:
    """Functions of the project that return what a loader gave."""
    found = set()
    for unit in project.program.units:
        if unit.is_top_level or unit.class_name:
            continue
        returned = [n.value for n in unit.of(ast.Return) if n.value is not None]
        if any(isinstance(v, ast.Call) and (dotted(v.func) or "") in LOADERS for v in returned):
            found.add(unit.bare_name)
    return frozenset(found)
