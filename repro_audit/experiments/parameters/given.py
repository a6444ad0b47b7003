"""What the chosen commands themselves give a program, by name or by its place, in whatever language it is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ...facts.commands.model import Step, StepKind
from ...facts.configuration.leaf import number
from ...facts.configuration.model import Holder, Parameter
from ...facts.configuration.words import is_tunable, leaf_name
from ...model import Place
from ...project import Project
from ...sandbox.model import Job
from . import command
from .choices import Choices
from .model import Knob, Rank, is_seed_name
from .positional import Argument, positional_words
from .ways import AtPlace, InCommand

BOOLEANS = ("true", "false", "yes", "no", "on", "off")


def named_knobs(project: Project, job: Job) -> Iterator[Knob]:
    """`--epochs 5`, `--epochs=5` and `epochs=5`, declared or not."""
    called = _called(project)
    for step in called:
        for key, word in command.given_in(shlex.join(_named_words(project, step))):
            if _is_value(key, word, is_tool=step.path is None):
                yield from _by_name(job, key, word, step.path or step.at.path, step.at)
    entry = next((s.path for s in project.program.entries), "")
    first = next((c.at for c in project.commands.chosen), None)
    for key, word in command.all_given(job) if entry and first else ():
        # An option that is not behind the script is its launcher's: `mpirun -np 4`.
        if first and _is_value(key, word) and not (called and key.startswith("-")):
            yield from _by_name(job, key, word, entry, first)


def placed_knobs(project: Project, choices: Choices) -> Iterator[Knob]:
    """Numbers, and words of which the code shows others, that stand without a name behind a Python script."""
    for step in _called(project):
        for index, argument in _places(project, step):
            word, path = step.arguments[index], argument.at.path
            others = choices.of(argument.name, number(word))
            known = _parameter(project, path, argument.name)
            if others or _is_value("", word):
                yield Knob(
                    path, argument.name, number(word), step.at, AtPlace(step.path or "", index, word), Rank.OPTION,
                    others, known.is_read if known else None, known.why_dead if known else "",
                )  # fmt: skip


def _by_name(job: Job, key: str, word: str, path: str, at: Place) -> Iterator[Knob]:
    if command.given(job, key) == word:
        yield Knob(path if key.startswith("-") else at.path, key, number(word), at, InCommand(key), Rank.OPTION)


def _called(project: Project) -> list[Step]:
    """The programs that the chosen commands call, not those that are called by what they call."""
    places = {c.at for c in project.commands.chosen}
    return [s for s in project.commands.steps if s.at in places]


def _named_words(project: Project, step: Step) -> tuple[str, ...]:
    """The words that the program gets by name: none that only stands behind a switch.

    Of a tool such as `cargo run --release -- --epochs 5` the program has what is behind `--`.
    """
    if step.path is None and "--" in step.arguments:
        return step.arguments[step.arguments.index("--") + 1 :]
    places = {index for index, _ in _places(project, step)}
    return tuple(w for i, w in enumerate(step.arguments) if i not in places)


def _places(project: Project, step: Step) -> tuple[tuple[int, Argument], ...]:
    if step.path is None or step.kind is not StepKind.PYTHON:
        return ()
    return tuple(positional_words(project.sources, step.path, step.arguments))


def _parameter(project: Project, path: str, key: str) -> Parameter | None:
    sets = (s for s in project.configuration.sets if s.holder is Holder.OPTIONS and s.path == path)
    return next((p for s in sets for p in s.parameters if p.key == key), None)


def _is_value(key: str, word: str, *, is_tool: bool = False) -> bool:
    """Whether a word of the command is a parameter's; a tool has other options than those of an experiment."""
    name = leaf_name(key)
    if is_tool and not (is_tunable(name) or is_seed_name(name)):
        return False
    return isinstance(number(word), (int, float)) or word.lower() in BOOLEANS or is_tunable(name)
