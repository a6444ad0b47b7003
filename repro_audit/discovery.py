"""Several projects under one root: each is judged alone, so the user is told their names."""

from __future__ import annotations

import re

from .facts.files import Tree

MAX_NAMED = 50
MAX_DEPTH = 2  # folders below the root
README = re.compile(r"readme([._-][^/]*)?", re.IGNORECASE)
# What a folder has to hold beside a README to look like a project of its own.
MARKS = re.compile(
    r"requirements[^/]*\.txt|pyproject\.toml|setup\.py|environment\.ya?ml|Pipfile|dvc\.yaml|MLproject|guild\.yml|"
    r"params\.yaml|Snakefile|Project\.toml|renv\.lock|(train|main|run)[^/]*\.(py|ipynb|R|jl)"
)
ASIDE = frozenset("docs doc test tests scripts tools data assets".split())


def other_projects(files: Tree) -> tuple[str, ...]:
    """Folders with a README and the marks of a project; fewer than two are parts of the root's own."""
    names: dict[str, list[str]] = {}
    for path in files.own:
        folder, _, name = path.rpartition("/")
        if folder and folder.count("/") < MAX_DEPTH and not folder.startswith("."):
            names.setdefault(folder, []).append(name)
    found = [f for f, inside in sorted(names.items()) if _is_project(f, inside)]
    outermost = [f for f in found if not any(f.startswith(o + "/") for o in found)]
    return tuple(outermost[:MAX_NAMED]) if len(outermost) > 1 else ()


def _is_project(folder: str, names: list[str]) -> bool:
    if ASIDE & set(folder.lower().split("/")):
        return False
    return any(README.fullmatch(n) for n in names) and any(MARKS.fullmatch(n) for n in names)
