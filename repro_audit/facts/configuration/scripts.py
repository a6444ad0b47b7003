"""Values that Makefiles and shell scripts hold for the programs that they call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..commands.model import Commands
from ..files import Tree, normalise
from ..regex import regex
from .model import Holder, Parameter, ParameterSet
from .pipelines import runs, words_of

_VARIABLE = regex(r"^(?:export\s+)?([A-Za-z_]\w*)\s*[:?+]?=\s*(.*?)\s*(?:#.*)?$")


def make_sets(tree: Tree, commands: Commands) -> Iterator[ParameterSet]:
    """Variables of a Makefile that the commands of its targets use, where the main experiment comes from there."""
    used = [
        p
        for p in dict.fromkeys(c.at.path for c in commands.chosen)
        if re.search(r"(^|/)makefile[^/]*$|\.mk$", p.lower())
    ]
    if not used and runs(commands, "make"):
        used = list(tree.named("Makefile")[:1])
    for path in used:
        texts = [(p, tree.text(p) or "") for p in dict.fromkeys([path, *tree.suffixed(".mk")])]
        recipes = "\n".join(line for _, text in texts for line in text.split("\n") if line.startswith("\t"))
        for name, text in texts:
            parameters = tuple(_make_variables(name, text, recipes))
            if parameters:
                yield ParameterSet(name, Holder.MAKE, parameters, parameters[0].at, True, parameters[0].at)


def _make_variables(path: str, text: str, recipes: str) -> Iterator[Parameter]:
    for number, line in enumerate(text.split("\n"), 1):
        found = _VARIABLE.match(line)
        if found and re.search(rf"\$[({{]{found.group(1)}[)}}]", recipes) and not _IS_TOOL.match(found.group(1)):
            yield Parameter(found.group(1), found.group(2), Place(path, number), True)


_IS_TOOL = regex(
    r"(?i)(python\w*|pip\w*|shell|cc|cxx|\w*_?interpreter|project_\w+|venv\w*|profile|bucket|\w*(dir|path|image|tag|root|bin|cmd))$"
)
_PASSED = regex(r"(--[A-Za-z][\w.-]*)[ =]+(?![-\\])([^\s\\]+)")
_PASSED_KEY = regex(r"(?<=\s)([a-z_][\w.]*)=([^\s\\]+)")


def shell_sets(tree: Tree, commands: Commands) -> Iterator[ParameterSet]:
    """Values that a script of the project passes to the program that it calls."""
    named = (
        {s.at.path for s in commands.steps}
        | {c.at.path for c in commands.chosen}
        | {s.path or "" for s in commands.steps}
    )
    named |= {normalise(w) for w in re.split(r"\s+", words_of(commands)) if w.endswith((".sh", ".bash", ".bat"))}
    for path in sorted(p for p in named if p.endswith((".sh", ".bash", ".bat", ".slurm")) and p in tree):
        parameters = tuple(_passed(path, tree.text(path) or ""))
        if parameters:
            yield ParameterSet(path, Holder.SHELL, parameters, parameters[0].at, True, parameters[0].at)


def _passed(path: str, text: str) -> Iterator[Parameter]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        for name, value in _PASSED.findall(line) + _PASSED_KEY.findall(line):
            yield Parameter(name, value.strip("\"'"), Place(path, number))
