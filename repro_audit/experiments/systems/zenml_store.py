"""The runs in ZenML's own store, which a pipeline that runs on this machine leaves in its home folder."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from ...sandbox.model import Run
from ..database import asked
from ..jsonfile import read_json
from ..logged import LARGEST, as_float
from .model import Record, flat

STORE = "home/.config/zenml/local_stores/default_zen_store/zenml.db"
MADE = re.compile(
    r"home/\.config/zenml/local_stores/[0-9a-f-]{36}/(?P<step>[^/]+)/(?P<output>[^/]+)/(?P<id>[0-9a-f-]{36})/"
    r"(?:[^/]+/)?(?P<file>[^/]+)$"
)
PLANS = ("pipeline_snapshot", "pipeline_deployment")  # the latter before version 0.85
RUNS = (
    "SELECT r.id, coalesce(p.name, ''), r.status, coalesce(s.pipeline_spec, '') FROM pipeline_run r "
    "LEFT JOIN pipeline p ON p.id = r.pipeline_id LEFT JOIN {plan} s ON s.id = r.{plan_id} ORDER BY r.created LIMIT 50"
)
STEPS = "SELECT id FROM step_run WHERE pipeline_run_id = ? LIMIT 200"
NUMBER = 1000  # bytes of a file that holds one number


def pipeline_runs(run: Run) -> Iterator[Record]:
    """Each run of a pipeline with what it was given, what its steps made, and those of it that are numbers."""
    made = [found for path in sorted(run.changed) if (found := MADE.fullmatch(path))]
    for name, status, spec, steps in asked(run.folder / STORE, _runs, LARGEST):
        own = [found for found in made if found["id"].replace("-", "") in steps]
        outputs = tuple(dict.fromkeys(f"{f['step']}.{f['output']}" for f in own))
        yield Record(f"pipeline {name[:100]}", status[:20], _given(spec), dict(_numbers(run, own)), outputs)


def _given(spec: str) -> Mapping[str, Any]:
    try:
        told = json.loads(spec)
    except (ValueError, RecursionError):
        return {}
    given = told.get("parameters") if isinstance(told, dict) else None
    return dict(flat(given)) if isinstance(given, dict) else {}


def _numbers(run: Run, made: list[re.Match[str]]) -> Iterator[tuple[str, float]]:
    for found in made:
        try:
            value = read_json(run.folder / found.group(), NUMBER) if found["file"] == "data.json" else None
        except (OSError, ValueError):
            continue
        number = as_float(value)
        if number is not None:
            yield f"{found['step']}.{found['output']}", number


def _runs(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, set[str]]]:
    """(pipeline, status, specification, the ids of its steps)."""
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    plan = next((p for p in PLANS if p in tables), PLANS[-1])
    query = RUNS.format(plan=plan, plan_id=plan.replace("pipeline_", "") + "_id")
    for id, name, status, spec in connection.execute(query).fetchall():
        yield str(name), str(status), str(spec), {str(s) for (s,) in connection.execute(STEPS, (id,))}
