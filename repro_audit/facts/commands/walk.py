"""A walk from one stated command through whatever it runs, and what is gathered on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from ..sources import Sources
from .acts import only_defines
from .entry_points import EntryPoint
from .gaps import FOREIGN, Surroundings, is_placeholder, word_gaps
from .invocation import Invocation, invocation
from .model import Gap, GapKind, Origin, Step, StepKind
from .recipes import Recipe, Recipes
from .required import left_out
from .shell import Simple, simple_commands

MAX_DEPTH = 6
MAX_STEPS = 120

ENDS_AS_SCRIPT = regex(r"\.(py|sh|ipynb|R|jl)$", re.IGNORECASE)


@dataclass
class Followed:
    """The steps and gaps gathered on the way."""

    steps: list[Step] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def step(self, kind: StepKind, path: str | None, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        if len(self.steps) < MAX_STEPS:
            self.steps.append(Step(path, arguments, kind, cwd, at))

    def gap(self, kind: GapKind, what: str, at: Place) -> None:
        gap = Gap(kind, what, at)
        if gap not in self.gaps:
            self.gaps.append(gap)


@dataclass
class Walk:
    """One walk from one command; what has been entered is not entered again."""

    sources: Sources
    recipes: Recipes
    entry_points: dict[str, EntryPoint]
    around: Surroundings
    handler_of: Callable[[Invocation, dict[str, EntryPoint]], Handler | None]
    found: Followed = field(default_factory=Followed)
    inside: int = 0  # recipes and shell scripts that are being followed
    _entered: set[tuple[str, str]] = field(default_factory=set)

    @property
    def tree(self) -> Tree:
        return self.sources.tree

    def line(self, text: str, cwd: str, at: Place, depth: int) -> str:
        """Follow one logical line; gives the working directory after it."""
        for simple in simple_commands(text):
            cwd = self._simple(simple, cwd, at, depth)
        return cwd

    def _simple(self, simple: Simple, cwd: str, at: Place, depth: int) -> str:
        if simple.changes_folder:
            return moved(self.tree.has, cwd, simple.words[1])
        call = invocation(simple.words)
        if not self.inside:
            self._foreign_settings(simple, at)
        if call is None:
            return cwd
        handler = self.handler_of(call, self.entry_points)
        if handler is not None:
            handler(self, call, cwd, at, depth)
        return cwd

    def _foreign_settings(self, simple: Simple, at: Place) -> None:
        """A variable that is set to a path of the author's machine."""
        for name, value in simple.assigned:
            if FOREIGN.match(value) and not value.startswith("/usr"):
                self.found.gap(GapKind.INVENTED_VALUE, f"{name}={value}", at)

    def recipe(self, recipe: Recipe, depth: int, known: tuple[Recipe, ...] = ()) -> None:
        """Follow a recipe after those that it needs."""
        if depth > MAX_DEPTH or not self.enter(recipe.path, recipe.name):
            return
        for name in recipe.needs:
            for other in known:
                if other.name == name:
                    self.recipe(other, depth + 1, known)
        cwd = recipe.cwd
        before = len(self.found.gaps)
        self.inside += 1
        for text, at in recipe.lines:
            after = self.line(text, cwd, at, depth + 1)
            cwd = recipe.cwd if recipe.origin is Origin.MAKE else after
        self.inside -= 1
        self.keep_absent_scripts(before)
        if recipe.origin is Origin.DOCKER:  # what an image holds at a whole path came with it or was built into it
            self.found.gaps[before:] = [g for g in self.found.gaps[before:] if not g.what.startswith("/")]

    def keep_absent_scripts(self, before: int) -> None:
        """In committed files, values are filled in by whatever reads them: only a script that is not there counts."""
        gaps = [g for g in self.found.gaps[before:] if g.kind is GapKind.MISSING_FILE and ENDS_AS_SCRIPT.search(g.what)]
        self.found.gaps[before:] = [g for g in gaps if not re.search(r"[$%{}*]", g.what)]

    def enter(self, path: str, name: str) -> bool:
        if (path, name) in self._entered:
            return False
        self._entered.add((path, name))
        return True

    def nested(self, line: tuple[str, Place], cwd: str, depth: int) -> None:
        if depth < MAX_DEPTH:
            self.line(line[0], cwd, line[1], depth + 1)

    def check(self, words: tuple[str, ...], cwd: str, at: Place) -> None:
        self.found.gaps += [g for g in word_gaps(words, cwd, at, self.around) if g not in self.found.gaps]

    def script(self, script: str, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        if is_placeholder(script, self.around):
            self.found.gap(GapKind.INVENTED_VALUE, script, at)
            return
        path = self.file(script, cwd) or self.file(script + ".py", cwd)
        if path is None:
            self.found.gap(GapKind.MISSING_FILE, script, at)
            return
        if path in self.tree.folders:
            path = normalise(path + "/__main__.py")
        if not self.inside and only_defines(self.sources, path):
            self.found.gap(GapKind.NO_EFFECT, path, at)
        self.run_python(path, arguments, cwd, at)

    def run_python(self, path: str, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        self.found.step(StepKind.PYTHON, path, arguments, cwd, at)
        if self.inside:
            return
        self.check(arguments, cwd, at)
        for demand in left_out(self.sources, path, arguments):
            what = f"{demand.names[-1]} is required ({demand.path}:{demand.line}) and not given"
            self.found.gap(GapKind.INVENTED_VALUE, what, at)

    def file(self, name: str, cwd: str) -> str | None:
        return self.around.find(name, cwd)


Handler = Callable[[Walk, Invocation, str, Place, int], None]


def moved(has: Callable[[str], bool], cwd: str, folder: str) -> str:
    """The working directory after `cd folder`; a folder that is not there (a fresh clone) changes nothing."""
    folder = folder.replace("\\", "/")
    path = normalise(folder if cwd == "." else f"{cwd}/{folder}")
    if path.startswith(".."):
        return "."
    return path if has(path) else cwd
