"""Kedro: parameters, catalog and nodes as a session has them, asked of Kedro's own command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ...facts.configuration.model import Holder
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..jsonfile import read_json
from ..parameters import command
from ..parameters.model import CannotSet
from ..parameters.rendering import in_words
from .carried import INSIDE, with_ours
from .model import Asked, CannotAsk, Finding, Plain, Scene, flat, words_of
from .places import place_of

CALLS = re.compile(r"(?:^|[;&|(\s])kedro\s+run\b")
STARTS = re.compile(r"^(?:python[\d.]*\s+-m\s+)?kedro(?=\s+run\b)")
PARAMS = re.compile(r"(\s--params)(=|\s+)('[^']*'|\"[^\"]*\"|\S+)")
LARGEST = 4_000_000  # bytes of an answer
MOST = 100  # nodes and data sets that are told


class Kedro(Plain):
    """Projects that the main command runs with `kedro run`."""

    name = "kedro"

    def recognises(self, project: Project) -> bool:
        return any(CALLS.search(c.text) for c in project.commands.chosen)

    def question(self, project: Project, job: Job) -> Job | None:
        text = shown(job.argv)
        if not command.is_simple(job) or not STARTS.match(text):
            return None
        return with_ours(command.typed(job, STARTS.sub(f"python {INSIDE}/kedro_ask.py", text)))

    def answer(self, project: Project, run: Run) -> Asked:
        try:
            told = read_json(run.folder / "notes/kedro.json", LARGEST)
        except (OSError, ValueError):
            last = words_of(run.log).strip().splitlines()[-1:] or ["it said nothing"]
            raise CannotAsk(f"the session told nothing: {last[0][:200]}") from None
        if not isinstance(told, dict) or not isinstance(told.get("parameters"), dict):
            raise CannotAsk("the session told no parameters")
        parameters = dict(flat(told["parameters"]))
        nodes = [n for n in told.get("nodes") or () if isinstance(n, dict)]
        details = {"nodes": [str(n.get("name")) for n in nodes][:MOST], "catalog": _catalog(told)}
        return Asked(parameters, tuple(_idle(project, parameters, nodes)), details, (told,))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        """`--params a=1,b.c=2`: a comma in a value would begin another one."""
        word = f"{key}={in_words(value)}"
        if "," in word:
            raise CannotSet("--params takes no value with a comma")
        text = shown(job.argv)
        found = PARAMS.search(text)
        if found is None:
            return command.appended(job, shlex.quote(f"--params={word}"))
        given = [p for p in found[3].strip("'\"").split(",") if p.partition("=")[0] != key]
        whole = shlex.quote(",".join([*given, word]))
        return command.typed(job, f"{text[: found.start()]}{found[1]}{found[2]}{whole}{text[found.end() :]}")

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        if asked is None:
            return
        catalog = asked.details["catalog"]
        nodes = asked.raw[0].get("nodes") or ()
        made = {str(o) for n in nodes if isinstance(n, dict) for o in _list(n.get("outputs"))}
        kept = {name for name in made if catalog.get(name)}
        scene.told["outputs"] = {
            name: {"path": catalog[name], "written": _is_written(scene, catalog[name])} for name in sorted(kept)[:MOST]
        }
        at = next((c.at for c in scene.project.commands.chosen if CALLS.search(c.text)), None)
        found = PARAMS.search(shown(scene.job.argv))
        for given in found[3].strip("'\"").split(",") if found else ():
            key = given.partition("=")[0].partition(":")[0].strip()
            if place_of(scene.project, key, Holder.FILE) is None and not is_taken(key, nodes):
                text = f"`--params {key}` is in no parameters file, and no node takes it"
                yield Finding(text, at, is_fault=True)


def _catalog(told: Mapping[str, Any]) -> dict[str, str]:
    catalog = told.get("catalog")
    return {str(k): str(v) for k, v in list(catalog.items())[:MOST]} if isinstance(catalog, dict) else {}


def _idle(project: Project, parameters: Mapping[str, Any], nodes: list[dict[str, Any]]) -> Iterator[Finding]:
    """Parameters that no node takes: neither by name, nor within a group, nor with all of them."""
    for key in parameters:
        if not is_taken(key, nodes, with_all=True):
            at = place_of(project, key, Holder.FILE)
            yield Finding(f"the parameter `{key}` is taken by no node", at)


def is_taken(key: str, nodes: Any, with_all: bool = False) -> bool:
    """Whether a node takes it as `params:a.b`, or a group above or below it."""
    inputs = {str(i) for n in nodes if isinstance(n, dict) for i in _list(n.get("inputs"))}
    if with_all and "parameters" in inputs:
        return True
    named = [i.removeprefix("params:") for i in inputs if i.startswith("params:")]
    return any(f"{key}.".startswith(f"{n}.") or f"{n}.".startswith(f"{key}.") for n in named)


def _is_written(scene: Scene, path: str) -> bool:
    prefix = "project/" if scene.job.cwd in ("", ".") else f"project/{scene.job.cwd}/"
    whole = f"{prefix}{path}"
    return scene.reference is not None and any(p == whole or p.startswith(f"{whole}/") for p in scene.reference.changed)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
