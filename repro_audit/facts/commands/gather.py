"""Commands from files that are no documents: recipes, shell scripts, notebooks' `!` lines, CI workflows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..yamls import Entry, read_yaml
from .entry_points import EntryPoint
from .model import Command, Origin
from .recipes import Recipe, Recipes, folder_of
from .shell import logical_lines
from .stated import argv_of

MAX_SCRIPTS = 150
MAX_SCRIPT = 128 * 1024  # bytes
MAX_NOTEBOOKS = 100
MAX_NOTEBOOK = 8 * 1024 * 1024  # bytes
MAX_DEPTH = 12

NOTEBOOK_LINE = re.compile(rb"^\s*(\"\s*(?:!|%run |%%?(?:bash|sh) )[^\n]*?\")\s*(?:,|\])?\s*$", re.MULTILINE)
CI_FILE = regex(
    r"(^|/)\.github/workflows/[^/]+\.ya?ml$|(^|/)\.gitlab-ci\.ya?ml$|(^|/)\.circleci/config\.ya?ml$|(^|/)(azure-pipelines|bitbucket-pipelines|\.travis)\.ya?ml$"
)
USAGE = regex(
    r"(?:^[ \t]*(?:#+|%+)?[ \t]*(?:[$>][ \t]*)?|[\"'`][ \t]*(?:\$ ?)?|[Uu]sage:?[ \t]+|[Rr]un(?: with)?:?[ \t]+)"
    r"((?:[A-Z_]+=\S+ )*(?:python[\d.]*|Rscript|julia|torchrun) +(?:-\S+ +)*(?:-m +[\w.]+|[\w./-]+\.(?:py|R|jl))\b"
    r"[^\n\"'`]*)",
    re.MULTILINE,
)
AFTERWARDS = regex(r"\s(?:#|first\b|to\b|and\b|for\b|before\b|then\b|with\b|in order\b|from\b|\()|\\n")
SHELL_ENDINGS = (".sh", ".bash", ".zsh", ".bat", ".cmd", ".ps1", ".slurm", ".sbatch", ".sub", ".job")


def recipe_commands(recipes: Recipes) -> Iterator[Command]:
    """The lines of every Makefile target, stage, task and container start."""
    for recipe in recipes.all:
        for text, at in recipe.lines:
            yield Command(text, argv_of(text), recipe.cwd, at, recipe.origin, recipe.name)


def script_commands(tree: Tree) -> Iterator[Command]:
    """The lines of the project's shell scripts."""
    for path in tree.suffixed(*SHELL_ENDINGS)[:MAX_SCRIPTS]:
        if tree.size(path) > MAX_SCRIPT:
            continue
        for line in logical_lines(tree.text(path) or ""):
            if not re.match(r"(?:echo|printf|#|fi|done|esac|else|then|:)\b", line.text):
                yield Command(line.text, argv_of(line.text), ".", Place(path, line.offset + 1), Origin.SHELL)


def notebook_commands(tree: Tree) -> Iterator[Command]:
    """`!command` and `%run` lines, found in the notebook's text so that its cells need not be parsed."""
    for path in tree.suffixed(".ipynb")[:MAX_NOTEBOOKS]:
        data = tree.open_bytes(path, MAX_NOTEBOOK)
        for found in NOTEBOOK_LINE.finditer(data or b""):
            try:
                text = str(json.loads(found.group(1)))
            except ValueError:
                continue
            at = Place(path, (data or b"").count(b"\n", 0, found.start(1)) + 1)
            for line in logical_lines(text):
                yield Command(line.text, argv_of(line.text), folder_of(path), at, Origin.NOTEBOOK)


def ci_commands(tree: Tree) -> Iterator[Command]:
    """The shell lines of CI workflows."""
    for path in [p for p in tree.own if p.endswith((".yml", ".yaml")) and CI_FILE.search(p)][:50]:
        for text, first in _ci_lines(read_yaml(tree.text(path)), 0):
            for line in logical_lines(text):
                yield Command(line.text, argv_of(line.text), ".", Place(path, first + line.offset), Origin.CI)


def _ci_lines(entry: Entry, depth: int) -> Iterator[tuple[str, int]]:
    if depth > MAX_DEPTH:
        return
    for key, value in entry.values.items():
        if key in ("run", "script", "before_script", "after_script", "command", "bash", "install"):
            if value.text:
                yield value.text, value.line
            yield from ((i.text, i.line) for i in value.items if i.text)
        if value.values or value.items:
            yield from _ci_lines(value, depth + 1)
    for item in entry.items:
        yield from _ci_lines(item, depth + 1)


def usage_commands(tree: Tree) -> Iterator[Command]:
    """How scripts say in comments, docstrings and strings that a script is called: `# python train.py --lr 1`."""
    for path in tree.suffixed(".py", ".r", ".jl")[:MAX_SCRIPTS]:
        text = tree.text(path) or "" if tree.size(path) <= MAX_SCRIPT else ""
        for found in USAGE.finditer(text) if "python" in text or path.endswith((".r", ".jl")) else ():
            plain = AFTERWARDS.split(found.group(1).strip(), maxsplit=1)[0].strip(" .,;:)`")
            script = plain.rpartition(".py")[0].rpartition(" ")[2] + ".py"
            cwd = folder_of(path) if ".py" in plain and tree.has(f"{folder_of(path)}/{script}") else "."
            at = Place(path, text.count("\n", 0, found.start(1)) + 1)
            yield Command(plain, argv_of(plain), cwd, at, Origin.DOCS)


def entry_commands(points: dict[str, EntryPoint]) -> Iterator[Command]:
    """Console scripts, by their name alone."""
    for point in points.values():
        yield Command(point.name, (point.name,), ".", point.at, Origin.SCRIPTS)


def calling(recipe: Recipe) -> Command:
    """The command with which a user calls a recipe, at the place where the recipe begins."""
    return Command(recipe.text, tuple(recipe.text.split()), recipe.cwd, recipe.at, recipe.origin, recipe.name)
