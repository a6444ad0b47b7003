"""Does it run, and do two runs in two fresh, identical sandboxes give the same?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..compare.folders import compare
from ..compare.model import Tolerances
from ..diagnose.model import CauseName, Hold
from ..diagnose.notes import read_notes
from ..project import Project
from ..sandbox.model import Job, Run
from .bench import KEYS, Bench, Variation
from .evidence import environment_record
from .failure import run_failure
from .hashing import hash_seeds
from .job import EXECUTED
from .model import Experiment, Failure, FailureClass, Kind, Outcome, Output, RunRecord
from .outputs import compare_runs, outcome_of, told, unlike, wanted_only

EXACT = Tolerances()
UP_TO_DATE = re.compile(
    r"Data and pipelines are up to date|Nothing to be done|^make(?:\[\d+\])?: .* is up to date|"
    r"No (?:jobs|tasks) to run|Task .* is up to date|didn't change, skipping",
    re.MULTILINE,
)
NO_OUTPUT = "the runs wrote none of the outputs that the settings name"
NOTHING_DONE = "it found its committed outputs up to date and ran nothing; force it (`dvc repro --force`, `make -B`)"
MORE_RUNS = 2  # where two agree that draw numbers unseeded
LONG = 120.0  # seconds of a run that is not asked again
UNSEEDED = frozenset(name for name in CauseName if name.value.startswith("unseeded-"))
ONLY_ONCE = "the first run succeeded and the second failed"


@dataclass(frozen=True)
class Repeated:
    """The experiment, and its two runs where both came to their end and left something to compare; the first
    alone where it was ended because it took too long."""

    experiment: Experiment
    runs: tuple[Run, ...] = ()
    hash_seeds: tuple[str, str] = ("1", "2")  # what Python's hash was salted with in each
    keys: Path | None = None  # the notes of a run in which the keys that it reads were watched


def repeat(bench: Bench, project: Project, job: Job, tolerances: Tolerances = EXACT) -> Repeated:
    """Run twice; where the first fails, the second is spared.

    The two runs differ in nothing that we set but Python's hash seed, which is drawn anew for every
    process anyway: two fixed and different ones make sure that they are not equal by luck.
    """
    seeds = hash_seeds(bench.sandbox, bench.environment, project, bench.watch)
    first, record = bench.run("repeat-1", job, salted(seeds[0], job), "run 1")
    records = [record]
    failure = run_failure(first, project, job.cwd)
    if failure:
        late = (first,) if failure.kind is FailureClass.TIMED_OUT else ()
        return Repeated(_told(bench, Outcome.FAILED, records, failure=failure), late)
    if did_nothing(first):
        return Repeated(_told(bench, Outcome.INCONCLUSIVE, records, reason=NOTHING_DONE))
    second = _second(bench, project, job, first, seeds[1], tolerances)
    second, alike = _by_no_luck(bench, project, job, first, second, salted(seeds[1], job), tolerances)
    records.append(second.record)
    if second.failure:
        return Repeated(_told(bench, Outcome.DIFFERS, records, reason=ONLY_ONCE, failure=second.failure))
    outputs = wanted_only(second.outputs, project.hints.outputs)
    if not outputs:
        return Repeated(_told(bench, Outcome.INCONCLUSIVE, records, reason=NO_OUTPUT))
    committed = compare_committed(bench, first, tolerances)
    details = {"alike_before": alike} if alike else {}
    told = _told(bench, outcome_of(outputs), records, outputs=outputs, committed=committed, details=details)
    return Repeated(told, (first, second.run), seeds, second.keys)


@dataclass(frozen=True)
class _Second:
    """A second run beside the first: why it failed, or all outputs of both compared."""

    run: Run
    record: RunRecord
    failure: Failure | None = None
    outputs: tuple[Output, ...] = ()
    keys: Path | None = None  # the notes of which keys were read


def _second(bench: Bench, project: Project, job: Job, first: Run, seed: str, tolerances: Tolerances) -> _Second:
    """The second run, and the notes of which keys it read.

    Watching keys is the one thing that a program could notice. So a run that was watched so counts as the
    second only where it is like the first; else another one, not watched so, is the second, and what was
    noted counts only where that one is unlike the first as well.
    """

    beside = partial(_beside, bench, project, job, first, tolerances)
    salt = salted(seed, job)
    if not bench.probing:
        return beside(salt)
    watched = beside(salt | Variation(Hold(probe=KEYS)))
    if watched.failure is None and not unlike(watched.outputs):
        return replace(watched, keys=watched.run.folder / "notes")
    moved = bench.evidence.moved("repeat-2", "keys-watched")
    second = beside(salt)
    is_harmless = watched.failure is None and bool(unlike(second.outputs))
    return replace(second, keys=moved / "notes" if is_harmless else None)


def _beside(
    bench: Bench,
    project: Project,
    job: Job,
    first: Run,
    tolerances: Tolerances,
    variation: Variation,
    step: str = "run 2",
) -> _Second:
    run, record = bench.run("repeat-2", job, variation, step)
    failure = run_failure(run, project, job.cwd)
    if failure:
        return _Second(run, record, failure)
    bench.watch("comparing")
    return _Second(run, record, outputs=compare_runs(first, run, tolerances))


def _by_no_luck(
    bench: Bench, project: Project, job: Job, first: Run, second: _Second, salt: Variation, tolerances: Tolerances
) -> tuple[_Second, int]:
    """Two runs that draw numbers unseeded may come to the same result once, so they are asked again.

    Gives the run that stands beside the first, and how many agreed with it before. A clustering that finds its
    two groups in either order agrees in every second pair of runs; with two more, luck is the rarer answer.
    """
    alike, keys = 0, second.keys
    if first.seconds >= LONG or not _agrees(project, second) or not _draws_unseeded(project, first):
        return second, 0
    while alike < MORE_RUNS and _agrees(project, second):
        alike += 1
        moved = bench.evidence.moved("repeat-2", f"repeat-alike-{alike}")
        keys = moved / "notes" if second.keys else keys
        second = _beside(bench, project, job, first, tolerances, salt, f"run {alike + 2}")
    return replace(second, keys=keys), alike


def _agrees(project: Project, second: _Second) -> bool:
    """Whether the second run left what the first did, and left anything that is asked for."""
    if second.failure or unlike(second.outputs):
        return False
    return bool(wanted_only(second.outputs, project.hints.outputs))


def _draws_unseeded(project: Project, first: Run) -> bool:
    """Whether lines of the project draw from a generator that nobody seeded."""
    touches = read_notes(first.folder / "notes", project.files.paths).touches
    return any(t.cause in UNSEEDED and t.at and not t.is_importing for t in touches)


def salted(seed: str, job: Job) -> Variation:
    """Python's hash seed, where the job leaves it open."""
    return Variation() if "PYTHONHASHSEED" in job.variables else Variation(Hold(variables={"PYTHONHASHSEED": seed}))


def did_nothing(run: Run) -> bool:
    """A pipeline whose outputs are committed finds them up to date; its status says success."""
    wrote = any(path.startswith("project/") for path in run.changed)
    return not wrote and UP_TO_DATE.search(run.log.read_bytes()[-4000:].decode("utf-8", "replace")) is not None


def _told(bench: Bench, outcome: Outcome, records: list[RunRecord], **more: Any) -> Experiment:
    environment = environment_record(bench.environment)
    return Experiment(
        "repeat", Kind.REPEAT, bench.sandbox.name, outcome, runs=tuple(records), environment=environment, **more
    )


def compare_committed(bench: Bench, first: Run, tolerances: Tolerances) -> tuple[Output, ...]:
    """Do the outputs that a notebook is committed with come from this code? Each beside the executed copy."""
    found = []
    for path in first.changed:
        ending = next((e for e in (EXECUTED, ".nbconvert.ipynb") if path.endswith(e)), None)
        source = path.removeprefix("project/").removesuffix(ending or "") + ".ipynb"
        if ending and source in bench.snapshot.paths:
            node = compare(bench.snapshot.root / source, first.folder / path, tolerances)
            found.append(told(source, node))
    return tuple(found)
