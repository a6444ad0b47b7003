"""What MLflow kept of a run: folders of small files (MLflow 1 and 2), or a SQLite database (MLflow 3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...facts.configuration.leaf import number
from ...facts.yamls import read_yaml
from ...sandbox.model import Run
from ..logged import last_logged
from ..mlflow_db import is_database, runs_in
from .files import text_of
from .model import Record

STATUS = {"1": "running", "2": "scheduled", "3": "finished", "4": "failed", "5": "killed"}


def in_files(run: Run) -> Iterator[Record]:
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


def in_database(run: Run) -> Iterator[Record]:
    """The runs of a database, with the artifacts that stand in folders of their names beside it."""
    for path in sorted(p for p in run.changed if is_database(p)):
        for one in runs_in(run.folder / path):
            mark = f"/{one.id}/artifacts/"
            artifacts = tuple(p.partition(mark)[2] for p in run.changed if mark in p)
            parameters = {name: number(value) for name, value in one.parameters.items()}
            yield Record(f"{path.removeprefix('project/')}: {one.id}", one.status, parameters, one.metrics, artifacts)
