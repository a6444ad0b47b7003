"""Configurations that are no file which the script opens: Hydra's, Sacred's, and a module of settings."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..facts.configuration.model import Holder
from ..facts.program.nodes import dotted
from ..project import Project
from .reading import Access
from .script import Script

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sacred_scope(project: Project, script: Script) -> int:
    """The line of the one config scope of the script, in which Sacred looks for the seed that it sets; 0 for none."""
    found = [f.lineno for f, d in _decorated(script) if d.endswith(".config") and not f.args.args]
    is_used = any(s.holder is Holder.SACRED for s in project.configuration.main)
    return found[0] if is_used and len(found) == 1 else 0


def hydra_config(project: Project, script: Script) -> Access | None:
    """The object that Hydra hands to the main function, and the primary file that it is made of."""
    for function, decorator in _decorated(script):
        if decorator != "hydra.main" or not function.args.args:
            continue
        call = next(d for d in function.decorator_list if isinstance(d, ast.Call))
        names = [k.value.value for k in call.keywords if k.arg == "config_name" and isinstance(k.value, ast.Constant)]
        stems = {f"{str(n).removesuffix('.yaml')}.yaml" for n in names}
        held = [s.path for s in project.configuration.main if s.holder is Holder.HYDRA]
        found = [p for p in held if p.rpartition("/")[2] in stems]
        if len(found) == 1:
            name = function.args.args[0].arg
            return Access(name, found[0], function.lineno, False, form="{name}.{key}", is_argument=True)
    return None


def settings_module(project: Project, script: Script) -> Access | None:
    """The one module of plain constants that the script imports."""
    held = [s for s in project.configuration.files if s.holder is Holder.MODULE and s.path.endswith(".py")]
    if len(held) != 1 or any("." in p.key for p in held[0].parameters) or "SEED" in script.words:
        return None
    for module, name in _imports(script):
        if project.sources.resolve(module, script.path) == held[0].path:
            form = f"{name}.SEED" if name else "SEED"
            return Access(name, held[0].path, form=form, importing="" if name else f"from {module} import SEED")
    return None


def _decorated(script: Script) -> Iterator[tuple[Function, str]]:
    """Functions at the top level with the names of what decorates them."""
    for node in ast.parse(script.text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                yield node, dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""


def _imports(script: Script) -> Iterator[tuple[str, str]]:
    """(module, the name that the script has for it, "" where it takes single names out of it)."""
    for node in ast.parse(script.text).body:
        if isinstance(node, ast.Import):
            yield from ((a.name, a.asname or a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{a.name}", a.asname or a.name) for a in node.names)
            yield node.module, ""
