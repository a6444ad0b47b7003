"""Which of the stated commands is the main experiment.

The first of these that the project has, and `Commands.why` says which one it was:

1.  The command that the project's settings name.
2.  What the README (or REPRODUCIBILITY.md) of the root presents for training or reproducing; toy, baseline
    and pre-trained sections only where there is no other.
3.  What it presents as a plain run, under no heading that makes it a demonstration or a preparation.
4.  A declared pipeline: dvc.yaml, MLproject, guild.yml, Snakefile, Kedro, targets; one deep in the tree, or
    beside sub-projects that the README links to, only after 7.
5.  The numbered files that the README says to run in their order; else a notebook that it sends the reader to,
    unless the name says that it looks at or prepares the data.
6.  A task called train, run, ...: Makefile, Taskfile, just, tox, nox.
7.  What the README of a sub-project or a page of documentation presents, in the order in which the root README
    links to them, then by depth.
8.  A shell script whose name says that it trains or runs.
9.  What the README presents for evaluation, or names for training with `--help` only.
10. What a script's own comments, docstrings or strings give as the call that trains or runs.
11. Guessed: a script or notebook whose name says that it trains.
12. The app that the README starts, in a project that only serves.
13. Guessed: a script or notebook called main, run, ...
14. The app of a sub-project or container, a notebook that another page names, preparation, anything with `--help`.
15. Guessed: the shallowest script or notebook that looks like a program.

Of several commands for one program the first without gaps is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ...model import Hints, Place
from ..documents.model import Documents
from ..files import Tree
from ..sources import Sources
from . import declared, gather
from .ground import Choice, Ground
from .guess import is_main_by_name, trains_by_name
from .model import Command, Commands, Origin
from .numbered import in_order
from .presented import gaps_before, notebook, only_help, preparations, presented
from .purpose import Purpose
from .stated import argv_of
from .walk import Followed

WHAT = {
    Purpose.TRAIN: "to train or to reproduce the results",
    Purpose.RUN: "to run the project",
    Purpose.EVALUATE: "to evaluate",
    Purpose.APP: "to start the app",
    Purpose.PREPARE: "to prepare the data; nothing further is stated",
}


def find_commands(tree: Tree, sources: Sources, documents: Documents, hints: Hints) -> Commands:
    """Every command the project states, and the main experiment among them."""
    ground = Ground(tree, sources, documents)
    choice = _by_settings(tree, hints) or _by_order(ground)
    followed = Followed(gaps=list(choice.gaps))
    before: list[Command] = []
    for command in choice.commands:
        if command.origin not in (Origin.GUESSED, Origin.SETTINGS):
            followed.gaps += gaps_before(ground, command)
            before += (c.command for c in preparations(ground, command))
        one = ground.follow(command)
        followed.steps += one.steps
        followed.gaps += one.gaps
    gaps = tuple(dict.fromkeys(followed.gaps))
    return Commands(
        _all(ground, choice.commands),
        choice.commands,
        choice.why,
        tuple(followed.steps),
        gaps,
        tuple(before),
        tuple(s for c in before for s in ground.follow(c).steps),
    )


def _by_settings(tree: Tree, hints: Hints) -> Choice | None:
    if not hints.command:
        return None
    at = Place("repro-audit.toml" if "repro-audit.toml" in tree else "pyproject.toml")
    command = Command(hints.command, argv_of(hints.command), ".", at, Origin.SETTINGS)
    return Choice((command,), "chosen because the project's settings name it")


def _by_order(ground: Ground) -> Choice:
    """The first way that finds something, in the order at the top of this file."""
    for way in _ways(ground):
        choice = way()
        if choice is not None:
            return choice
    return Choice((), "nothing was chosen, because the project has no command, script or notebook to run")


def _ways(ground: Ground) -> Iterator[Callable[[], Choice | None]]:
    def on(pages: tuple[str, ...], purpose: Purpose) -> Callable[[], Choice | None]:
        return partial(presented, ground, pages, purpose, WHAT[purpose])

    root, other = ground.root_pages, ground.other_pages
    yield on(root, Purpose.TRAIN)
    yield on(root, Purpose.RUN)
    yield partial(declared.pipeline, ground, 0 if ground.links_to_subprojects else 2)
    yield partial(in_order, ground)
    yield partial(notebook, ground, root, is_telling=True)
    yield partial(declared.task, ground)
    for page in other:
        yield on((page,), Purpose.TRAIN)
        yield on((page,), Purpose.RUN)
    yield partial(declared.pipeline, ground, 99)
    yield partial(declared.shell_script, ground)
    yield on(root, Purpose.EVALUATE)
    yield partial(only_help, ground, only_training=True)
    yield partial(declared.usage, ground)
    yield partial(declared.guess_by_name, ground, trains_by_name)
    yield on(root, Purpose.APP)
    yield partial(declared.guess_by_name, ground, is_main_by_name)
    yield on(other, Purpose.APP)
    yield partial(declared.container, ground)
    yield partial(notebook, ground, (*root, *other))
    yield on((*root, *other), Purpose.PREPARE)
    yield partial(only_help, ground, only_training=False)
    yield partial(declared.guess_any, ground)


def _all(ground: Ground, chosen: tuple[Command, ...]) -> tuple[Command, ...]:
    found = [s.command for s in ground.stated]
    found += gather.recipe_commands(ground.recipes)
    found += gather.entry_commands(ground.resolver.entry_points)
    found += gather.script_commands(ground.tree)
    found += gather.notebook_commands(ground.tree)
    found += gather.ci_commands(ground.tree)
    known = set(found)
    return tuple(dict.fromkeys((*(c for c in chosen if c not in known), *found)))
