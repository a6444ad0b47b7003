"""Choosing among what other files declare: pipelines, tasks, shell scripts, containers; and guessing by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ...model import Place
from ..regex import regex
from . import gather
from .ground import Choice, Ground
from .guess import guess, is_main
from .model import Command, Origin
from .purpose import Purpose, of_name, purpose_of
from .recipes import Recipe, folder_of
from .stated import argv_of, run_file

WHOLE = {Origin.DVC: "dvc repro", Origin.SNAKEMAKE: "snakemake --cores 1"}  # run as a whole, not by stage
MARKERS = (
    ("_targets.R", "targets::tar_make()"),
    ("pipeline_registry.py", "kedro run"),
    ("pipeline.yaml", "ploomber build"),
)
TASK_NAME = regex(r"run|all|main|pipeline|reproduce|model\w*|results?")
SCRIPT_NAME = regex(r"run|main|reproduce")
NOT_OURS = regex(r"(^|/)(tests?|\.\w+|docker|deploy\w*)/")


def pipeline(ground: Ground, depth: int) -> Choice | None:
    """A declared pipeline in a folder of at most that depth, the shallowest one first."""
    found = [f for f in (*_stages(ground), *_marked(ground)) if f[0] <= depth]
    if not found:
        return None
    _, command = min(found, key=lambda f: f[0])
    why = f"chosen because no README states a training command, and {command.at.path} declares the pipeline"
    return Choice((command,), why)


def _stages(ground: Ground) -> Iterator[tuple[int, Command]]:
    """(depth, command) of the pipelines whose stages are read."""
    for origin in (Origin.DVC, Origin.MLPROJECT, Origin.GUILD, Origin.SNAKEMAKE):
        telling = [r for r in ground.recipes.all if r.origin is origin and _purpose(r) <= Purpose.RUN]
        if not telling:
            continue
        best = min(telling, key=lambda r: (r.path.count("/"), r.name != "main", _purpose(r)))
        command = gather.calling(best)
        if origin in WHOLE:
            at = _whole_at(ground, command.at)
            command = replace(command, text=WHOLE[origin], argv=tuple(WHOLE[origin].split()), heading="", at=at)
        yield best.path.count("/"), command


def _whole_at(ground: Ground, at: Place) -> Place:
    """A file of rules is read by the Snakefile above it, which is what runs as a whole."""
    above = ground.tree.named("snakefile")[:1] if at.path.endswith(".smk") else ()
    return Place(above[0], 1) if above else at


def _marked(ground: Ground) -> Iterator[tuple[int, Command]]:
    """(depth, command) of the pipelines that a file's name gives away."""
    for name, text in MARKERS:
        for path in ground.tree.named(name)[:1]:
            if name == "pipeline.yaml" and "product:" not in (ground.tree.text(path) or ""):
                continue
            is_kedro = name == "pipeline_registry.py"
            depth, cwd = (0, ".") if is_kedro else (path.count("/"), folder_of(path))
            yield depth, Command(text, argv_of(text), cwd, Place(path, 1), Origin.TASKS)


def _purpose(recipe: Recipe) -> Purpose:
    named = of_name(recipe.name)
    if named is not None:
        return named
    return min((purpose_of(text) for text, _ in recipe.lines), default=Purpose.ASIDE)


def task(ground: Ground) -> Choice | None:
    """A target or task whose name says that it trains or runs."""
    wanted = (Origin.MAKE, Origin.TASKS)
    recipes = [r for r in ground.recipes.all if r.origin in wanted and r.lines and not r.path.endswith("package.json")]
    fits = [r for r in recipes if of_name(r.name) is Purpose.TRAIN and not re.search("test|data", r.name)]
    fits = fits or [r for r in recipes if TASK_NAME.fullmatch(r.name) and _runs(r.lines)]
    if not fits:
        return None
    best = min(fits, key=lambda r: (r.path.count("/"), r.name != "train"))
    why = f"chosen because {best.path} has the target `{best.name}`, and no README states a training command"
    return Choice((gather.calling(best),), why)


def _runs(lines: Iterable[tuple[str, Place]]) -> bool:
    return any(purpose_of(text) <= Purpose.RUN for text, _ in lines)


def shell_script(ground: Ground) -> Choice | None:
    """A shell script whose name says that it trains or runs, and that runs files of the project."""
    scripts = [p for p in ground.tree.suffixed(".sh", ".bash", ".slurm") if not NOT_OURS.search(p)]
    telling = [p for p in scripts if _trains(p) or SCRIPT_NAME.match(p.rpartition("/")[2])]
    commands = [run_file(p, Place(p, 1), Origin.SHELL) for p in telling]
    fits = [c for c in commands if any(s.path for s in ground.follow(c).steps[1:])]
    if not fits:
        return None
    best = min(fits, key=lambda c: (c.at.path.count("/"), not _trains(c.at.path), c.at.path))
    why = f"chosen because the name of the shell script {best.at.path} says that it runs the experiment"
    return Choice((best,), why)


def _trains(path: str) -> bool:
    return of_name(path.rpartition("/")[2]) is Purpose.TRAIN


def usage(ground: Ground) -> Choice | None:
    """How a script says, in its own text, that it or another trains or runs."""
    commands = [c for c in gather.usage_commands(ground.tree) if not NOT_OURS.search(c.at.path)]
    paths = {c: [s.path for s in ground.follow(c).steps if s.path] for c in commands}
    told = [(purpose_of(c.text), c) for c in commands if paths[c]]
    fits = [(p, c) for p, c in told if p is Purpose.TRAIN or (p is Purpose.RUN and is_main(paths[c][0] or ""))]
    if not fits:
        return None
    _, best = min(fits, key=lambda f: (f[0], bool(ground.follow(f[1]).gaps), f[1].at.path.count("/")))
    return Choice((best,), f"chosen because {best.at.path} says that it is called so, and no document does")


def container(ground: Ground) -> Choice | None:
    """What a container starts, where that is a file of the project."""
    for recipe in ground.recipes.all:
        text, at = recipe.lines[0] if recipe.lines else ("", recipe.at)
        if recipe.origin is Origin.DOCKER and ground.runs_own_file(text, recipe.cwd, at):
            command = Command(text, argv_of(text), recipe.cwd, at, Origin.DOCKER)
            return Choice((command,), f"chosen because {recipe.path} starts it, and nothing else is stated")
    return None


def guess_by_name(ground: Ground, is_telling: Callable[[Command], bool]) -> Choice | None:
    command = guess(ground.sources)
    if command is None or not is_telling(command):
        return None
    return Choice((command,), f"chosen by the name of {command.at.path}: nothing states how to run the project")


def guess_any(ground: Ground) -> Choice | None:
    command = guess(ground.sources)
    if command is None:
        return None
    why = f"chosen as the likeliest program: nothing states how to run the project, and {command.at.path} can be run"
    return Choice((command,), why)
