"""Does it run, and do two runs in two fresh, identical sandboxes give the same?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from ..compare.folders import compare
from ..compare.model import Likeness, Tolerances
from ..project import Project
from ..sandbox.model import Environment, Job, Limits, Run, Sandbox, Snapshot, Watch
from .evidence import Evidence, environment_record
from .failure import run_failure
from .hashing import hash_seeds
from .job import EXECUTED
from .model import Experiment, Kind, Outcome, Output

EXACT = Tolerances()
CACHES = (".cache/", ".config/", ".local/", ".ipython/", ".jupyter/", ".nv/", ".keras/", ".matplotlib/", ".triton/")
UP_TO_DATE = re.compile(
    r"Data and pipelines are up to date|Nothing to be done|^make(?:\[\d+\])?: .* is up to date|"
    r"No (?:jobs|tasks) to run|Task .* is up to date|didn't change, skipping",
    re.MULTILINE,
)
NO_OUTPUT = "the runs wrote none of the outputs that the settings name"
NOTHING_DONE = "it found its committed outputs up to date and ran nothing; force it (`dvc repro --force`, `make -B`)"


@dataclass(frozen=True)
class Bench:
    """What every experiment of an audit shares."""

    sandbox: Sandbox
    environment: Environment
    snapshot: Snapshot
    limits: Limits
    evidence: Evidence
    watch: Watch


def repeat(bench: Bench, project: Project, job: Job, tolerances: Tolerances = EXACT) -> Experiment:
    """Run twice; where the first fails, the second is spared.

    The two runs differ in nothing that we set but Python's hash seed, which is drawn anew for every
    process anyway: two fixed and different ones make sure that they are not equal by luck.
    """
    one, two = hash_seeds(bench.sandbox, bench.environment, project, bench.watch)
    first = _run(bench, job, "repeat-1", one)
    records = [bench.evidence.record("repeat-1", first)]
    failure = run_failure(first, project, job.cwd)
    if failure:
        return _experiment(bench, Outcome.FAILED, records, failure=failure)
    if did_nothing(first):
        return _experiment(bench, Outcome.INCONCLUSIVE, records, reason=NOTHING_DONE)
    second = _run(bench, job, "repeat-2", two)
    records.append(bench.evidence.record("repeat-2", second))
    failure = run_failure(second, project, job.cwd)
    if failure:
        return _experiment(
            bench, Outcome.DIFFERS, records, reason="the first run succeeded and the second failed", failure=failure
        )
    bench.watch("comparing")
    outputs = wanted_only(compare_runs(first, second, tolerances), project.hints.outputs)
    if not outputs:
        return _experiment(bench, Outcome.INCONCLUSIVE, records, reason=NO_OUTPUT)
    committed = compare_committed(bench, first, tolerances)
    for run in (first, second):
        bench.evidence.thin(run)
    return _experiment(bench, outcome_of(outputs), records, outputs=outputs, committed=committed)


def did_nothing(run: Run) -> bool:
    """A pipeline whose outputs are committed finds them up to date; its status says success."""
    wrote = any(path.startswith("project/") for path in run.changed)
    return not wrote and UP_TO_DATE.search(run.log.read_bytes()[-4000:].decode("utf-8", "replace")) is not None


def _run(bench: Bench, job: Job, name: str, hash_seed: str) -> Run:
    variables = {"PYTHONHASHSEED": hash_seed, **job.variables}
    bench.watch(f"run {name[-1]}")
    return bench.sandbox.run(
        bench.environment,
        bench.snapshot,
        replace(job, variables=variables),
        bench.limits,
        bench.evidence.place_for(name),
        bench.watch,
    )


def _experiment(bench: Bench, outcome: Outcome, records: list, **more) -> Experiment:  # type: ignore[no-untyped-def,type-arg]
    return Experiment(
        "repeat",
        Kind.REPEAT,
        bench.sandbox.name,
        outcome,
        runs=tuple(records),
        environment=environment_record(bench.environment),
        **more,
    )


def compare_runs(first: Run, second: Run, tolerances: Tolerances) -> tuple[Output, ...]:
    """What both runs left in the project and at home, and what they said; caches are no results."""
    found = [*_compared(first.folder / "project", second.folder / "project", "", tolerances)]
    at_home = _compared(first.folder / "home", second.folder / "home", "~/", tolerances)
    found += [o for o in at_home if not o.path[2:].startswith(CACHES)]
    said = _compared(first.log, second.log, "", tolerances)
    found += [replace(o, path="standard output") for o in said]
    return tuple(found)


def wanted_only(outputs: tuple[Output, ...], globs: tuple[str, ...]) -> tuple[Output, ...]:
    """The outputs that the settings name; all of them where they name none."""
    if not globs:
        return outputs
    return tuple(o for o in outputs if any(fnmatchcase(o.path, g) for g in globs))


def compare_committed(bench: Bench, first: Run, tolerances: Tolerances) -> tuple[Output, ...]:
    """Do the outputs that a notebook is committed with come from this code? Each beside the executed copy."""
    found = []
    for path in first.changed:
        ending = next((e for e in (EXECUTED, ".nbconvert.ipynb") if path.endswith(e)), None)
        source = path.removeprefix("project/").removesuffix(ending or "") + ".ipynb"
        if ending and source in bench.snapshot.paths:
            node = compare(bench.snapshot.root / source, first.folder / path, tolerances)
            found.append(Output(source, node.likeness.value, node.why, node.remarks))
    return tuple(found)


def _compared(first: Path, second: Path, prefix: str, tolerances: Tolerances) -> list[Output]:
    tree = compare(first, second, tolerances)
    return [Output(prefix + path, node.likeness.value, node.why, node.remarks) for path, node in tree.files()]


def outcome_of(outputs: tuple[Output, ...]) -> Outcome:
    """The worst of all outputs."""
    verdicts = {Likeness(o.verdict) for o in outputs}
    if not all(v.is_same for v in verdicts):
        return Outcome.DIFFERS
    return Outcome.SAME if verdicts <= {Likeness.IDENTICAL} else Outcome.EQUIVALENT
