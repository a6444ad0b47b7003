"""MLflow: the parameters of an MLproject, the runs of a file store, and the models that were logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...facts.configuration.leaf import number
from ...facts.yamls import Entry, read_yaml
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..logged import last_logged
from ..parameters.ways import AsWord, set_word
from .files import text_of
from .model import Asked, Finding, Plain, Record, Scene

RUNS = re.compile(r"\bmlflow\s+run\b")
GIVEN = re.compile(r"(?:-P|--param-list)[ =]([\w.-]+)=")
ENTRY = re.compile(r"(?:-e|--entry-point)[ =](\S+)")
STATUS = {"1": "running", "2": "scheduled", "3": "finished", "4": "failed", "5": "killed"}
MODEL = "/MLmodel"


@dataclass(frozen=True, slots=True)
class Model:
    """A logged model: its folder in the run, what it takes, and the example that was logged with it."""

    folder: str  # below the run's folder
    inputs: tuple[str, ...]
    has_signature: bool
    example: str  # path, empty where there is none


class Mlflow(Plain):
    """`mlflow run`, and scripts that log to MLflow."""

    name = "mlflow"

    def recognises(self, project: Project) -> bool:
        return "mlflow" in project.program.modules or any(RUNS.search(c.text) for c in project.commands.chosen)

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        return set_word(job, AsWord("mlflow", "-P", key), value)

    def kept(self, run: Run) -> Iterator[Record]:
        yield from store(run)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        yield from misfits(scene.project, scene.job)
        for model in models(scene.reference) if scene.reference else ():
            name = model.folder.removeprefix("project/")
            if not model.has_signature:
                yield Finding(f"the model in {name} is logged without a signature: what it takes is recorded nowhere")
            else:
                example = ", and an input example" if model.example else ""
                yield Finding(
                    f"the model in {name} is logged with a signature ({', '.join(model.inputs[:8])}){example}"
                )


def misfits(project: Project, job: Job) -> Iterator[Finding]:
    """Parameters that the command gives and the entry point does not have, and those without any value."""
    words = shown(job.argv)
    if not RUNS.search(words):
        return
    name = (m.group(1) if (m := ENTRY.search(words)) else "main").strip("'\"")
    given = set(GIVEN.findall(words))
    for path in project.files.named("mlproject"):
        points = read_yaml(project.files.text(path)).get("entry_points")
        point = points.get(name)
        if not point:
            continue
        declared = point.get("parameters").values
        for key in sorted(given - set(declared)):
            at = Place(path, point.line)
            yield Finding(f"`-P {key}` is no parameter of the entry point `{name}`: MLflow hands it on unasked", at)
        for key, entry in declared.items():
            if key not in given and not _has_default(entry):
                told = f"`{key}` of the entry point `{name}` has no default, and the command gives no value"
                yield Finding(told, Place(path, entry.line), is_fault=True)


def _has_default(entry: Entry) -> bool:
    return "default" in entry.values


def store(run: Run) -> Iterator[Record]:
    """The runs of a file store: `mlruns/EXPERIMENT/RUN/meta.yaml` with `metrics/` and `params/` beside it."""
    for meta in sorted(p for p in run.changed if p.endswith("/meta.yaml")):
        folder = meta.removesuffix("/meta.yaml")
        told = read_yaml(text_of(run.folder / meta))
        if not (told.get("run_id").text or told.get("run_uuid").text):
            continue  # an experiment's own
        status = told.get("status").text
        params = {n: number(text_of(f, 10_000)) for n, f in _files(run, folder, "params")}
        logged = {n: last_logged(text_of(f)) for n, f in _files(run, folder, "metrics")}
        metrics = {n: v for n, v in logged.items() if v is not None}
        artifacts = tuple(p[len(folder) + 11 :] for p in run.changed if p.startswith(f"{folder}/artifacts/"))
        yield Record(folder.removeprefix("project/"), STATUS.get(status, status.lower()), params, metrics, artifacts)


def _files(run: Run, folder: str, part: str) -> Iterator[tuple[str, Path]]:
    start = f"{folder}/{part}/"
    yield from ((p[len(start) :], run.folder / p) for p in run.changed if p.startswith(start))


def models(run: Run) -> Iterator[Model]:
    """The models that a run logged, first by path."""
    for path in sorted(p for p in run.changed if p.endswith(MODEL)):
        folder = path.removesuffix(MODEL)
        told = read_yaml(text_of(run.folder / path))
        signature = told.get("signature")
        names = ("serving_input_example.json", told.get("saved_input_example_info").get("artifact_path").text)
        example = next((f"{folder}/{n}" for n in names if n and f"{folder}/{n}" in run.changed), "")
        yield Model(folder, _inputs(signature.get("inputs").text), bool(signature), example)


def _inputs(text: str) -> tuple[str, ...]:
    """`length: double` of each column; MLflow keeps them as JSON in YAML."""
    try:
        columns = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    known = [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
    return tuple(f"{c.get('name', 'input')}: {c.get('type')}" for c in known)
