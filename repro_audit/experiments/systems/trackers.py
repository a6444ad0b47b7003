"""Weights & Biases and Aim: what they kept of a run. Neither has anything that could be asked without running."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...compare.content import Unreadable, opened
from ...compare.databases import opened_database
from ...compare.wandb_log import WandbRun, read_wandb
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..logged import LARGEST, in_log
from ..parameters.model import CannotSet
from .model import Asked, Finding, Plain, Record, Scene, flat

WANDB_LOG = re.compile(r"/wandb/(?P<folder>[^/]*run-[^/]+)/run-[^/]+\.wandb$")
AIM_RUNS = "/.aim/run_metadata.sqlite"
SECONDS = 5.0
ALL_RUNS = "SELECT r.hash, e.name, r.finalized_at FROM run r LEFT JOIN experiment e ON e.id = r.experiment_id LIMIT 50"


class Tracker(Plain):
    """A library that the code calls, and that is told nothing by the command."""

    name = ""

    def recognises(self, project: Project) -> bool:
        return self.name in project.program.modules

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        raise CannotSet(f"{self.name} only records what the program gives it")

    def place(self, project: Project, *calls: str) -> Place | None:
        return next((c.place for c in project.program.calls if c.name in calls), None)


class Wandb(Tracker):
    """Runs are offline in the sandbox, so that their log is all that there is."""

    name = "wandb"

    def kept(self, run: Run) -> Iterator[Record]:
        for path in sorted(p for p in run.changed if WANDB_LOG.search(p)):
            told = _logged(run.folder / path)
            if told is not None:
                metrics = in_log(run.folder / path, path)
                found = WANDB_LOG.search(path)
                yield Record(f"wandb/{found['folder'] if found else path}", "offline", dict(flat(told.config)), metrics)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        kept = list(self.kept(scene.reference)) if scene.reference else []
        bare = sum(not r.parameters for r in kept)
        if bare:
            at = self.place(scene.project, "wandb.init")
            told = "its run is" if len(kept) == 1 else f"{bare} of {len(kept)} runs are"
            yield Finding(
                f"{told} recorded without a configuration: what they were made with is not told", at, is_fault=True,
                next_step="Give wandb.init the parameters as `config=`.",
            )  # fmt: skip


def _logged(file: Path) -> WandbRun | None:
    try:
        with opened(file, file.name) as content:
            return read_wandb(content) if content.size <= LARGEST else None
    except (OSError, ValueError, RecursionError, Unreadable):
        return None


class Aim(Tracker):
    """Its metrics and parameters are in stores of RocksDB, which are not read; the list of its runs is."""

    name = "aim"

    def kept(self, run: Run) -> Iterator[Record]:
        for path in sorted(p for p in run.changed if f"/{p}".endswith(AIM_RUNS)):
            for id, experiment, finished in _aim_runs(run.folder / path):
                status = "finished" if finished else "running"
                yield Record(f"{path.removeprefix('project/').rpartition('/')[0]}: {experiment} {id}", status)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        if scene.reference is not None and any(self.kept(scene.reference)):
            at = self.place(scene.project, "aim.Run", "aim.sdk.run.Run")
            yield Finding("what Aim kept of the run is not read here, and not compared: only its list of runs is", at)


def _aim_runs(file: Path) -> list[tuple[str, str, bool]]:
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST:
            return []
        with opened_database(str(file), SECONDS) as connection:
            return [(str(h)[:64], str(e)[:100], bool(f)) for h, e, f in connection.execute(ALL_RUNS)]
    except (OSError, sqlite3.Error, Unreadable):
        return []
