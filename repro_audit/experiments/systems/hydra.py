"""Hydra: the composed job configuration, asked of the application with `--cfg job`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...facts.configuration.hydra import hydra_folders
from ...facts.configuration.model import Holder
from ...facts.yamls import read_yaml
from ...model import Place
from ...project import Project
from ...sandbox.model import NOTES, Job, Run
from ..job import command_job, shown
from ..parameters import command
from ..parameters.model import CannotSet
from ..parameters.rendering import in_hydra
from ..parameters.ways import ANY_TOOL, AsWord, set_word
from .carried import with_ours
from .files import text_of
from .hydra_sweep import sweep_of
from .model import Asked, CannotAsk, Finding, Plain, Record, Scene, flat_entry, words_of

ANSWER = "hydra-job.yaml"
MISSING = "???"
WARNED = re.compile(r"UserWarning:\s*((?:The version_base parameter|'?\w+'? is validated against|In '[^']*':)[^\n]*)")


class Hydra(Plain):
    """Applications with `@hydra.main`; whoever composes by hand has no command line to ask."""

    name = "hydra"

    def recognises(self, project: Project) -> bool:
        return "hydra" in project.program.modules

    def question(self, project: Project, job: Job) -> Job | None:
        """What it prints is kept apart from what the program says beside it."""
        asked = own_command(project, job)
        if asked is None:
            return None
        return with_ours(command.typed(asked, f"{shown(asked.argv)} --cfg job > {NOTES}/{ANSWER}"))

    def answer(self, project: Project, run: Run) -> Asked:
        entry = read_yaml(text_of(run.folder / "notes" / ANSWER))
        if not run.is_success or not entry:
            raise CannotAsk(f"`--cfg job` told nothing: {_last(words_of(run.log))}")
        parameters = dict(flat_entry(entry))
        folders = list(hydra_folders(project.files, project.program, project.commands))
        details = {"composed": sorted({p for f in folders for p in f.composed})[:100], "groups": groups_of(project)}
        findings = tuple(_invented(project, key) for key, value in parameters.items() if value == MISSING)
        return Asked(parameters, findings, details)

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        asked = own_command(project, job)
        if asked is None:
            raise CannotSet("no single command calls the application")
        return set_word(asked, AsWord(ANY_TOOL, "", key, in_hydra), value)

    def kept(self, run: Run) -> Iterator[Record]:
        """Output folders: each has the configuration that it was run with."""
        for path in sorted(p for p in run.changed if p.endswith("/.hydra/config.yaml")):
            folder = path.removesuffix("/.hydra/config.yaml")
            values = dict(flat_entry(read_yaml(text_of(run.folder / path))))
            made = tuple(
                p[len(folder) + 1 :] for p in run.changed if p.startswith(f"{folder}/") and "/.hydra/" not in p
            )
            yield Record(folder.removeprefix("project/"), "", values, {}, made)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        for warning in dict.fromkeys(WARNED.findall(scene.said)):
            yield Finding(f"Hydra warns: {warning}", _entry(scene.project))
        stated = (command_job(c) for c in scene.project.commands.chosen)
        for sweep in (s for job in stated if (s := sweep_of(scene.project, job))):
            at = next(c.at for c in scene.project.commands.chosen)
            yield Finding(sweep.told, at)
            scene.told["multirun"] = {"jobs": sweep.jobs, "swept": {k: list(v)[:50] for k, v in sweep.values.items()}}


def own_command(project: Project, job: Job) -> Job | None:
    """The one command that calls the application: the job itself, or the chosen command that names its script;
    of a multirun, the first of its runs."""
    scripts = {e.path.rpartition("/")[2] for e in project.program.entries if "hydra" in e.text}
    modules = {e.path.removesuffix(".py").replace("/", ".") for e in project.program.entries if "hydra" in e.text}
    candidates = [job, *(command_job(c, job.variables) for c in project.commands.chosen)]
    for one in candidates:
        words = {w.rpartition("/")[2] for w in shown(one.argv).split()} | set(shown(one.argv).split())
        if command.is_simple(one) and words & (scripts | modules):
            sweep = sweep_of(project, one)
            return sweep.first if sweep else one
    return None


def groups_of(project: Project) -> dict[str, list[str]]:
    """The configuration groups and their choices, by the folders that hold them."""
    found: dict[str, list[str]] = {}
    for folder in hydra_folders(project.files, project.program, project.commands):
        prefix = f"{folder.folder}/" if folder.folder not in ("", ".") else ""
        for path in project.files.suffixed(".yaml", ".yml"):
            inside = path.removeprefix(prefix) if path.startswith(prefix) else ""
            group, _, choice = inside.rpartition("/")
            if group:
                found.setdefault(group, []).append(choice.rpartition(".")[0])
    return {group: sorted(set(choices))[:50] for group, choices in sorted(found.items())[:50]}


def _invented(project: Project, key: str) -> Finding:
    name = key.rpartition(".")[2]
    sets = [s for s in project.configuration.sets if s.holder in (Holder.HYDRA, Holder.FILE)]
    blank = [p for s in sets for p in s.parameters if p.key.rpartition(".")[2] == name and p.value == MISSING]
    at = next((p.at for p in blank if p.key == key), blank[0].at if blank else None)
    return Finding(
        f"`{key}` is ???: the command gives no value for it, so a reader has to invent one", at, is_fault=True
    )


def _entry(project: Project) -> Place | None:
    return next((c.place for c in project.program.calls if c.name == "hydra.main"), None)


def _last(words: str) -> str:
    return next((line for line in reversed(words.strip().splitlines()) if line.strip()), "it said nothing")[:200]
