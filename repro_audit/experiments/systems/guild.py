"""Guild AI: an operation staged to see its flags, its runs read where Guild keeps them.

Staging has Guild work out the flags of every interface (options, globals, module attributes, configuration
files, notebooks) and the steps, and runs nothing. Every run of ours has a home folder of its own, so that
Guild's store in it is private.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from ...facts.source import Source, parse_notebook
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..parameters import command
from ..parameters.model import CannotSet
from ..parameters.ways import AsWord, set_word
from .files import text_of
from .guild_runs import records, run_folders
from .model import Asked, CannotAsk, Finding, Plain, Record, Scene, words_of

RUNS = re.compile(r"\bguild\s+run\b")
BATCH = re.compile(r"\s[\w.-]+=\[[^\]]*,|\s(?:-o|--optimizer|-O|--optimize|--maximize|--minimize)\b")
REFUSED = re.compile(
    r"^guild: ((?:unsupported flag|invalid|no such operation|operation '|cannot find|unsupported)[^\n]*)", re.MULTILINE
)
LARGEST_NOTEBOOK = 20_000_000  # bytes


class Guild(Plain):
    """Operations of `guild.yml`, steps and notebooks among them, and scripts that `guild run` starts as they are."""

    name = "guild"

    def recognises(self, project: Project) -> bool:
        return any(RUNS.search(c.text) for c in project.commands.chosen)

    def question(self, project: Project, job: Job) -> Job | None:
        if not RUNS.search(shown(job.argv)) or not command.is_simple(job):
            return None
        return command.appended(job, "--stage")

    def answer(self, project: Project, run: Run) -> Asked:
        staged = next(run_folders(run), None)
        if staged is None:
            words = words_of(run.log)
            refused = REFUSED.search(words)
            raise CannotAsk(f"`--stage` told nothing: {refused.group(1)[:200] if refused else words.strip()[-200:]}")
        return Asked(staged.flags, details={"operation": staged.operation, "steps": list(staged.steps)})

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        if isinstance(value, (list, tuple)):
            raise CannotSet("Guild takes a list for the values of a batch of runs")
        return set_word(job, AsWord("guild", "", key), value)

    def kept(self, run: Run) -> Iterator[Record]:
        yield from records(run)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        at = next((c.at for c in scene.project.commands.chosen if RUNS.search(c.text)), None)
        for refused in dict.fromkeys(REFUSED.findall(scene.said)):
            yield Finding(f"Guild refuses the command: {refused}", at, is_fault=True)
        if BATCH.search(shown(scene.job.argv)):
            yield Finding("the command starts a batch: one run for each combination of the values that it gives", at)
        if asked is not None:
            yield from _undeclared(scene.project, asked)
        if scene.reference is not None:
            yield from executed(scene.project, scene.reference)


def executed(project: Project, run: Run) -> Iterator[Finding]:
    """The executed copies of notebooks: what they were run with, and flags that stand nowhere in them."""
    for folder, name in ((f, n) for f in run_folders(run) for n in f.notebooks):
        source = parse_notebook(name, text_of(run.folder / folder.path / name, LARGEST_NOTEBOOK))
        assigned = _assigned(source) if source is not None and not source.is_broken else set(folder.flags)
        page = name.removesuffix(".ipynb") + ".html"
        place = f"{folder.path.removeprefix('home/')}/{name}"
        told = ", ".join(f"{k}={v}" for k, v in folder.flags.items()) or "no flags"
        yield Finding(f"the notebook ran as ~/{place} with {told}; {page} beside it shows it")
        for flag in (f for f in folder.flags if f not in assigned and not _is_replaced(project)):
            at = Place(name, 1) if name in project.files else None
            yield Finding(f"`{flag}` is assigned nowhere in {name}: Guild sets nothing with it", at, is_fault=True)


def _assigned(source: Source) -> set[str]:
    """The names that the code gives values to: these are the flags of a notebook."""
    stored = (n for n in ast.walk(source.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return {node.id for node in stored}


def _is_replaced(project: Project) -> bool:
    """Whether a flag may be set by a pattern of the file's own, in whatever code that finds."""
    return any("nb-replace" in (project.files.text(p) or "") for p in project.files.named("guild.yml", "guild.yaml"))


def _undeclared(project: Project, asked: Asked) -> Iterator[Finding]:
    """Flags that Guild found in the code and no file declares: they change with the code."""
    declared = project.files.named("guild.yml", "guild.yaml")
    if not declared and asked.parameters:
        entry = next((s.path for s in project.program.entries), None)
        names = ", ".join(f"`{k}`" for k in list(asked.parameters)[:5])
        yield Finding(
            f"no guild.yml declares the flags ({names}): Guild reads them from the code",
            Place(entry) if entry else None,
        )
