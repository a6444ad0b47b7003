"""Aim: its stores are of a form that only Aim reads, so that it is asked inside the sandbox, behind the command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...project import Project
from ...sandbox.layout import Layout
from ...sandbox.model import Job, Run
from ..database import asked
from ..jsonfile import read_json
from ..logged import LARGEST, sacred_metrics
from .carried import INSIDE, with_ours
from .model import Asked, Finding, Record, Scene, flat
from .trackers import Tracker, bare

TOLD = re.compile(r"(?P<store>(?:^|.*/)\.aim)/repro-audit/(?P<number>\d+)/run\.json$")
RUNS = "/.aim/run_metadata.sqlite"
WIDEST = 16 * 1024 * 1024  # bytes of what Aim told of a run
ALL_RUNS = "SELECT r.hash, e.name, r.finalized_at FROM run r LEFT JOIN experiment e ON e.id = r.experiment_id LIMIT 50"
# The command first, with its own end as the end of all; what Aim says while it reads is none of its words.
BEHIND = f'"$@"; code=$?; python -I {INSIDE}/aim_read.py "$0" >/dev/null 2>&1; exit $code'


class Aim(Tracker):
    """What it kept of a run is what it told itself; where it did not, the list of its runs, which is a database."""

    name = "aim"

    def kept(self, run: Run) -> Iterator[Record]:
        told = sorted((f for p in run.changed if (f := TOLD.search(p))), key=lambda f: (f["store"], int(f["number"])))
        if told:
            yield from (_record(run.folder / f.group(), f["store"].removeprefix("project/")) for f in told)
            return
        for path in sorted(p for p in run.changed if f"/{p}".endswith(RUNS)):
            store = path.removeprefix("project/").rpartition("/")[0]
            for id, experiment, is_finished in asked(run.folder / path, lambda c: c.execute(ALL_RUNS), LARGEST):
                yield Record(f"{store}: {str(experiment)[:100]} {str(id)[:64]}", _status(bool(is_finished)))

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        run = scene.reference
        if run is None or not (kept := list(self.kept(run))):
            return
        at = self.place(scene.project, "aim.Run", "aim.sdk.run.Run")
        if any(TOLD.search(p) for p in run.changed):
            yield from bare(kept, at, 'Give the run its parameters: `run["hparams"] = ...`.')
            return
        yield Finding("what Aim kept of the run could not be read, and is not compared: only its list of runs is", at)


def read_behind(project: Project, job: Job) -> Job:
    """The job with Aim asked behind it, where the program records with Aim; its notes stand beside Aim's stores."""
    if Aim.name not in project.program.modules:
        return job
    return with_ours(replace(job, argv=("sh", "-c", BEHIND, Layout.of(job.surroundings).project, *job.argv)))


def _record(file: Path, store: str) -> Record:
    about, metrics = (_read(file.with_name(name)) for name in ("run.json", "metrics.json"))
    parameters = about.get("parameters")
    given = dict(flat(parameters)) if isinstance(parameters, dict) else {}
    status = _status(about.get("is_finished") is True)
    folder = f"{store}: {str(about.get('experiment'))[:100]} {file.parent.name}"
    return Record(folder, status, given, dict(sacred_metrics(metrics) or ()))


def _status(is_finished: bool) -> str:
    return "finished" if is_finished else "running"


def _read(file: Path) -> dict[str, Any]:
    try:
        told = read_json(file, WIDEST)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
