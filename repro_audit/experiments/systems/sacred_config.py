"""Which config entries of a Sacred experiment nobody takes, and which captured parameters nobody configures."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...facts.configuration.model import Holder
from ...facts.source import Source
from ...model import Place
from ...project import Project
from ...sandbox.model import PROJECT
from .model import Finding, flat
from .places import place_of

SPECIAL = {"_config", "_seed", "_rnd", "_log", "_run", "self", "cls"}
SCOPES = ("config", "named_config", "config_hook")

Told = Mapping[str, Any]  # a note of the hook


def config_findings(project: Project, told: Iterable[Told]) -> Iterator[Finding]:
    """For each experiment as it was put together, once for all that start the same one."""
    for note in told:
        captured = [c for c in note.get("captured", ()) if isinstance(c, dict)]
        config = note.get("config")
        if isinstance(config, dict):
            yield from _unused(project, config, captured)
            yield from _unconfigured(project, config, captured)


def _unused(project: Project, config: Told, captured: list[dict[str, Any]]) -> Iterator[Finding]:
    """Entries that no captured function takes, nor any other entry is made of."""
    taken = {p for c in captured for p in _taken(c)}
    loaded = loaded_in_scopes(project)
    for key, _ in flat(config):
        parts = key.split(".")
        paths = {".".join(parts[:n]) for n in range(len(parts) + 1)}
        is_seed = parts[-1] == "seed"  # Sacred itself seeds with it
        if not is_seed and key != "__doc__" and not paths & taken and not set(parts) & loaded:
            at = place_of(project, key, Holder.SACRED, Holder.FILE)
            yield Finding(f"config entry `{key}` is taken by no captured function", at)


def _taken(captured: Told) -> Iterator[str]:
    """Dotted paths of what a function is given; the empty one for one that is given all."""
    prefix = str(captured.get("prefix") or "")
    if captured.get("takes_all"):
        yield prefix
    for name in captured.get("arguments", ()):
        if name not in SPECIAL:
            yield f"{prefix}.{name}".strip(".")


def _unconfigured(project: Project, config: Told, captured: list[dict[str, Any]]) -> Iterator[Finding]:
    for one in captured:
        prefix = [p for p in str(one.get("prefix") or "").split(".") if p]
        known: Any = config
        for part in prefix:
            known = known.get(part, {}) if isinstance(known, dict) else {}
        at = place_in_run(project, one)
        names = set(known) | (set(config) if not prefix else set()) | SPECIAL
        missing = [str(a) for a in one.get("arguments", ()) if a not in names]
        has_default = {str(d) for d in one.get("defaults", ())}
        for name in (m for m in missing if at is not None and not passes(project, str(one.get("name")), m)):
            function = f"`{one.get('name')}`"
            if name in has_default:
                yield Finding(
                    f"captured parameter `{name}` of {function} is in no config: its default is not recorded", at
                )
            else:
                yield Finding(f"captured parameter `{name}` of {function} is in no config", at, is_fault=True)


def passes(project: Project, function: str, name: str) -> bool:
    """Whether some call in the program hands that parameter over itself, or may do so."""
    calls = [c for c in project.program.calls if c.last == function]
    return any(c.node.args or c.passes_unknown or c.argument(None, name) is not None for c in calls)


def loaded_in_scopes(project: Project) -> frozenset[str]:
    """Names that config scopes read: what only makes another entry is used."""
    found: set[str] = set()
    for source in project.program.sources:
        found.update(n for scope in _scopes(source) for n in _loads(scope))
    return frozenset(found)


def _scopes(source: Source) -> Iterator[ast.FunctionDef]:
    if "sacred" not in source.text and "config" not in source.text:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            decorators = {d.attr for d in node.decorator_list if isinstance(d, ast.Attribute)}
            if decorators & set(SCOPES):
                yield node


def _loads(scope: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def place_in_run(project: Project, captured: Told) -> Place | None:
    """The `def` of a function as the run named it: what Python calls its first line is that of a decorator."""
    path, line = str(captured.get("file")).removeprefix(f"{PROJECT}/"), captured.get("line")
    if path not in project.files or not isinstance(line, int) or line < 1:
        return None
    lines = project.files.lines(path)
    head = f"def {captured.get('name')}("
    return Place(path, next((n for n in range(line, len(lines) + 1) if head in lines[n - 1]), line))
