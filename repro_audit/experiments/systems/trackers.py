"""Libraries that record what the program gives them, and Weights & Biases, which keeps it in a log of its own form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...compare.content import Unreadable, opened
from ...compare.wandb_log import WandbRun, read_wandb
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..logged import LARGEST, in_log
from ..parameters.model import CannotSet
from .model import Asked, Finding, Plain, Record, Scene, flat

WANDB_LOG = re.compile(r"/wandb/(?P<folder>[^/]*run-[^/]+)/run-[^/]+\.wandb$")


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
        at = self.place(scene.project, "wandb.init")
        yield from bare(kept, at, "Give wandb.init the parameters as `config=`.")


def bare(kept: list[Record], at: Place | None, next_step: str) -> Iterator[Finding]:
    """Runs that cannot be told apart, since what they were made with is recorded for none or some of them only."""
    without = sum(not r.parameters for r in kept)
    if without:
        told = "its run is" if len(kept) == 1 else f"{without} of {len(kept)} runs are"
        text = f"{told} recorded without a configuration: what they were made with is not told"
        yield Finding(text, at, is_fault=True, next_step=next_step)


def _logged(file: Path) -> WandbRun | None:
    try:
        with opened(file, file.name) as content:
            return read_wandb(content) if content.size <= LARGEST else None
    except (OSError, ValueError, RecursionError, Unreadable):
        return None
