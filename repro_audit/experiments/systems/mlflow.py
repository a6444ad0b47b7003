"""MLflow: the parameters of an MLproject, the runs that it kept, and the models that were logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...facts.yamls import Entry, read_yaml
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..parameters.ways import AsWord, set_word
from .files import text_of
from .mlflow_store import in_database, in_files
from .model import Asked, Finding, Plain, Record, Scene

RUNS = re.compile(r"\bmlflow\s+run\b")
GIVEN = re.compile(r"(?:-P|--param-list)[ =]([\w.-]+)=")
ENTRY = re.compile(r"(?:-e|--entry-point)[ =](\S+)")
MODEL = "/MLmodel"
MOST_MODELS, MOST_INPUTS = 20, 100


@dataclass(frozen=True, slots=True)
class Model:
    """A logged model: its folder in the run, what it takes, and the example that was logged with it."""

    folder: str  # below the run's folder
    inputs: tuple[str, ...]  # `length: double`
    columns: tuple[str, ...]  # their names, where they have any
    has_signature: bool
    example: str  # path, empty where there is none

    @property
    def name(self) -> str:
        return self.folder.removeprefix("project/")

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.name, "inputs": list(self.inputs[:MOST_INPUTS]), "columns": list(self.columns[:MOST_INPUTS]),
            "has_signature": self.has_signature, "has_example": bool(self.example),
        }  # fmt: skip


class Mlflow(Plain):
    """`mlflow run`, and scripts that log to MLflow."""

    name = "mlflow"

    def recognises(self, project: Project) -> bool:
        return "mlflow" in project.program.modules or any(RUNS.search(c.text) for c in project.commands.chosen)

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        return set_word(job, AsWord("mlflow", "-P", key), value)

    def kept(self, run: Run) -> Iterator[Record]:
        yield from (*in_files(run), *in_database(run))

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        yield from misfits(scene.project, scene.job)
        found = tuple(islice(models(scene.reference), MOST_MODELS)) if scene.reference else ()
        scene.told["models"] = [m.to_dict() for m in found]
        for model in found:
            name = model.name
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


def models(run: Run) -> Iterator[Model]:
    """The models that a run logged, first by path."""
    for path in sorted(p for p in run.changed if p.endswith(MODEL)):
        folder = path.removesuffix(MODEL)
        told = read_yaml(text_of(run.folder / path))
        signature = told.get("signature")
        files = ("serving_input_example.json", told.get("saved_input_example_info").get("artifact_path").text)
        example = next((f"{folder}/{n}" for n in files if n and f"{folder}/{n}" in run.changed), "")
        columns = _columns(signature.get("inputs").text)
        inputs = tuple(f"{c.get('name', 'input')}: {c.get('type')}" for c in columns)
        names = tuple(str(c["name"]) for c in columns if "name" in c)
        says_something = any(c.get("type") != "any" for c in columns)  # MLflow's word for what it cannot infer
        yield Model(folder, inputs, names, bool(signature) and says_something, example)


def _columns(text: str) -> list[dict[str, Any]]:
    """What the model takes, column by column; MLflow keeps them as JSON in YAML."""
    try:
        columns = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
