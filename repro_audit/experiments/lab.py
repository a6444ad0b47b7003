"""What an experiment may ask for: runs that are unlike the first in one thing, and their comparison with it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..compare.model import Tolerances
from ..compare.runs import is_drawn
from ..diagnose.notes import Notes, read_notes
from ..project import Project
from ..sandbox.model import Job, Run
from .bench import AS_IT_IS, Bench, Variation
from .failure import run_failure
from .keys import key_of
from .model import Change, Depth, Experiment, Failure, Kind, Outcome, Output, RunRecord
from .outputs import compare_runs, wanted_only

STANDARD_RUNS = 17  # with the two runs, a standard audit takes no more than about twenty times one
LEAST = 60.0  # seconds that it may take however short a run is


@dataclass(frozen=True)
class Budget:
    """How long the experiments may take; `began` is of the monotonic clock."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, wanted: float, depth: Depth, run: float) -> Budget:
        """What was wanted, at the standard depth no more than is in proportion to one run's seconds."""
        return cls(wanted if depth is Depth.DEEP else min(wanted, max(LEAST, STANDARD_RUNS * run)))

    @property
    def left(self) -> float:
        return self.began + self.seconds - time.monotonic()

    def allows(self, seconds: float) -> bool:
        return seconds <= self.left


@dataclass(frozen=True)
class Lab:
    """The project after its two equal runs.

    `reference` is what other runs are compared with, and `steady` is what has to be held still so that
    two runs agree: nothing where they agree anyway. A run of an experiment is steadied unless told otherwise,
    so that what differs comes from what the experiment changed.
    """

    bench: Bench
    project: Project
    job: Job
    tolerances: Tolerances
    reference: Run
    budget: Budget
    depth: Depth = Depth.STANDARD
    steady: Variation = AS_IT_IS
    is_steady: bool = True  # False where runs differ whatever is held still: no change can be told from chance
    unsteady: frozenset[str] = frozenset()  # outputs (`keys.key_of`) that differ even so: they are not compared
    hash_seeds: tuple[str, str] = ("1", "2")  # of the two equal runs; the first is every other run's
    keys: Path | None = None  # the notes of the run in which the keys that it reads were watched
    seeds: int = 0  # how many seeds the spread of the metrics is measured under; 0: it is not
    wanted_short: tuple[str, ...] = ()  # `KEY=VALUE` by hand
    short: str = ""  # how the command was shortened for these experiments, in words
    shortened: tuple[str, ...] = ()  # the parameters that the short form sets, as `FILE:KEY`

    @cached_property
    def notes(self) -> Notes:
        """What the probe saw in the reference run, and which keys were read in the run that was watched for that."""
        paths = frozenset(self.project.files.paths)
        seen = read_notes(self.reference.folder / "notes", paths)
        if self.keys is None:
            return seen
        read = read_notes(self.keys, paths)
        return replace(seen, keys=read.keys, unsure=read.unsure)

    @property
    def seconds(self) -> float:
        """What one more run takes, about."""
        return self.reference.seconds

    def run(self, name: str, variation: Variation = AS_IT_IS, *, steadied: bool = True) -> tuple[Run, RunRecord]:
        """Run again into the evidence as `name` (made safe for a folder), in a fresh copy."""
        whole = self.steady | variation if steadied else variation
        whole = replace(whole, seconds=whole.seconds or self._time_limit())
        return self.bench.run(re.sub(r"[^\w.-]+", "-", name)[:80], self.job, whole, step=name)

    def compare(self, run: Run, other: Run | None = None) -> tuple[Output, ...]:
        """The outputs of two runs (of the reference and `run` where one is given), of the settings' choice."""
        first, second = (self.reference, run) if other is None else (run, other)
        found = wanted_only(compare_runs(first, second, self.tolerances), self.project.hints.outputs)
        return tuple(o for o in found if key_of(o.path) not in self.unsteady and not is_drawn(o.path))

    def failure(self, run: Run, *, of_a_value: bool = False) -> Failure | None:
        """Why a run failed; one with another value in place of one that ran does not fail by the packages."""
        return run_failure(run, self.project, self.job.cwd, packages_fit=of_a_value)

    def tell(self, id: str, kind: Kind, outcome: Outcome, reason: str = "", **more: Any) -> Experiment:
        """An experiment of this lab; it says so where the run was a short form."""
        if self.short:
            more["details"] = {**more.get("details", {}), "short_form": self.short}
        return Experiment(id, kind, self.bench.sandbox.name, outcome, reason, **more)

    def _time_limit(self) -> float:
        """A run that takes many times as long as the first hangs."""
        return min(self.bench.limits.seconds, 10 * self.seconds + 60)


@dataclass(frozen=True)
class Planned:
    """An experiment that could be made. `runs` is how many runs it takes; lower `turn` goes first."""

    id: str
    kind: Kind
    turn: int
    runs: float
    ask: Callable[[Lab], Iterable[Experiment]]
    change: Change | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    at_depth: Depth = Depth.STANDARD
    needs_steady: bool = True  # a change has to be told from chance

    def skipped(self, lab: Lab, reason: str) -> Experiment:
        return lab.tell(self.id, self.kind, Outcome.SKIPPED, reason, change=self.change, details=dict(self.details))
