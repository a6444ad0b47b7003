"""Causes of differences: those that people confirmed by hand beside those that the program confirms, file by file.

People's names are finer than the program's: what only a time, a duration or a generated id makes differ is no
difference here, and a split without `random_state` is NumPy's generator. What they tell of a run under stress
is printed beside the program's warnings, and not judged: they tried fewer changes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from known_runs import Known
from rerun import PYTHON, _lay_out, _packages

from repro_audit.errors import ReproAuditError
from repro_audit.experiments import stress
from repro_audit.experiments.bench import Bench
from repro_audit.experiments.build import build
from repro_audit.experiments.diagnosis import diagnose
from repro_audit.experiments.evidence import Evidence
from repro_audit.experiments.lab import Budget, Lab
from repro_audit.experiments.model import Depth, Experiment, Outcome
from repro_audit.experiments.outputs import SAID, unlike
from repro_audit.experiments.repeat import repeat, salted
from repro_audit.experiments.verify import RunOptions, _recipes, open_sandbox, tolerances_of
from repro_audit.project import Project
from repro_audit.sandbox.model import Job, Limits, Snapshot

MARK = 0.85  # of the files that differ
SECONDS = 900.0  # for the experiments of a project
UNSEEDED = frozenset(f"unseeded-{s}" for s in ("python-random", "numpy", "torch", "tensorflow", "jax"))
NAMES: dict[str, frozenset[str]] = {
    "uuid-run-id": frozenset({"os-entropy"}),
    "sklearn-random_state-none": frozenset({"unseeded-numpy"}),
    "sacred-auto-seed": UNSEEDED | {"os-entropy"},
    "memory-address": frozenset({"memory-address"}),
    "hash-seed": frozenset({"hash-seed"}),
    "os-entropy": frozenset({"os-entropy"}),
    "thread-order": frozenset({"thread-order"}),
    **{name: frozenset({name}) for name in UNSEEDED},
}
SAID_WORDS = re.compile(r"\b(?:stdout|stderr|standard output)\b")


@dataclass(frozen=True)
class Truth:
    """What people found of one output (or of several, in words)."""

    words: str
    causes: frozenset[str]  # in the program's names; any of them is right


@dataclass
class Told:
    """What came of one project."""

    known: Known
    outcome: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    stress: list[str] = field(default_factory=list)
    stress_truth: str = ""
    false: int = 0  # causes of differences in a project that repeats for people
    runs: int = 0
    seconds: float = 0.0


def report(trees: list[tuple[Known, Path]], labels: Path, options: argparse.Namespace) -> int:
    """Print each differing output with both causes, then the share that is right."""
    raw = {str(row["id"]): row for row in json.loads(labels.read_text("utf-8"))}
    found = []
    for known, tree in trees:
        found.append(_one(known, raw[known.id], tree, options))
        print(_lines(found[-1]), file=sys.stderr if options.json else sys.stdout, flush=True)
    judged = [row for told in found for row in told.rows if row["truth"]]
    right = sum(row["right"] for row in judged)
    false = sum(told.false for told in found)
    totals = {"differing": len(judged), "right": right, "false_on_repeatable": false}
    if options.json:
        print(json.dumps({"totals": totals, "projects": [_values(t) for t in found]}, indent=1))
    else:
        print(f"\ntrue cause among the confirmed ones  {right} of {len(judged)} differing outputs")
        print(f"causes told of repeatable projects   {false}")
    return 0 if right >= MARK * len(judged) and not false else 1


def truths(row: Mapping[str, Any]) -> Iterator[Truth]:
    for entry in row.get("causes") or ():
        names = frozenset(n for cause in entry["causes"] for n in _mapped(str(cause)))
        yield Truth(str(entry["output"]), names)


def _mapped(cause: str) -> frozenset[str]:
    """By the first word; a cause that has no name here makes no output differ in meaning."""
    if cause.endswith("(repr)"):
        return frozenset()
    return NAMES.get(cause.lower().partition(" ")[0], frozenset())


def truth_of(output: str, known: list[Truth]) -> frozenset[str]:
    """Those told of this output by name; where none is, those of the whole project."""
    named = [t for t in known if _speaks_of(t.words, output)]
    return frozenset(n for t in named or known for n in t.causes)


def _speaks_of(words: str, output: str) -> bool:
    if output == SAID:
        return SAID_WORDS.search(words) is not None
    name = output.rpartition("/")[2]
    return name in words or (name.endswith(".ipynb") and ".ipynb" in words)


def _one(known: Known, row: Mapping[str, Any], tree: Path, options: argparse.Namespace) -> Told:
    began = time.monotonic()
    told = Told(known)
    with tempfile.TemporaryDirectory(prefix="causes-") as scratch:
        copy = _lay_out(known, tree, Path(scratch) / known.folder)
        evidence = options.evidence / known.id if options.evidence else Path(scratch) / "evidence"
        try:
            _experiment(told, row, copy, _packages(known, tree), evidence, options)
        except ReproAuditError as error:
            told.outcome = f"unavailable: {error}"
    told.seconds = round(time.monotonic() - began, 1)
    return told


def _experiment(
    told: Told, row: Mapping[str, Any], copy: Path, packages: tuple[str, ...], place: Path, asked: argparse.Namespace
) -> None:
    known, project = told.known, Project(copy)
    job = Job(("sh", "-c", known.command), known.cwd)
    options = RunOptions(
        asked.runner, limits=Limits(seconds=known.seconds), python=PYTHON, newest="today", packages=packages, job=job
    )
    sandbox, snapshot = open_sandbox(options), Snapshot(copy, project.files.paths)
    built = build(sandbox, _recipes(project, options, sandbox), snapshot, options.limits, _quiet)
    if built.environment is None:
        told.outcome = "not built"
        return
    bench = Bench(sandbox, built.environment, snapshot, options.limits, Evidence.open(place), _quiet)
    repeated = repeat(bench, project, job, tolerances_of(project, options))
    told.outcome = repeated.experiment.outcome.value
    if not repeated.runs:
        return
    job = replace(job, variables={**job.variables, **salted(repeated.hash_seeds[0], job).hold.variables})
    lab = Lab(
        bench, project, job, tolerances_of(project, options), repeated.runs[0], Budget(SECONDS), Depth.DEEP,
        hash_seeds=repeated.hash_seeds,
    )  # fmt: skip
    twice, lab = diagnose(lab, repeated.experiment)
    _judge(told, twice, list(truths(row)))
    if asked.stress and lab.is_steady:
        for one in stress.proposals(lab):
            told.stress += [f"{e.id}: {e.outcome.value}: {e.reason}" for e in one.ask(lab)]
    told.stress_truth = json.dumps({k: v["changed"] for k, v in (row.get("stress") or {}).items() if v.get("changed")})


def _judge(told: Told, twice: Experiment, known: list[Truth]) -> None:
    repeats = told.known.repeats
    for output in unlike(twice.outputs) if twice.outcome is Outcome.DIFFERS else ():
        ours = [c for c in twice.causes if output.path in c.outputs]
        confirmed = sorted({c.name.value for c in ours if c.confirmed})
        truth = sorted(truth_of(output.path, known))
        places = sorted({str(c.at) for c in ours if c.at})
        told.rows.append(
            {"output": output.path, "truth": truth, "ours": confirmed, "at": places,
             "right": bool(set(truth) & set(confirmed))}
        )  # fmt: skip
    told.false = len(twice.causes) if repeats else 0
    told.runs = len(twice.details.get("diagnosis", {}).get("runs", ()))


def _lines(told: Told) -> str:
    lines = [f"{told.known.id:<24} {told.outcome:<12} {told.seconds:>6.1f} s, {told.runs} runs to diagnose"]
    for row in told.rows:
        mark = " " if row["right"] or not row["truth"] else "!"
        truth, ours = ", ".join(row["truth"]) or "-", ", ".join(row["ours"]) or "-"
        lines.append(f"  {mark} {row['output'][:44]:<44} {truth:<32} {ours}  {' '.join(row['at'][:2])}")
    lines += [f"    {text[:150]}" for text in told.stress]
    if told.stress_truth not in ("", "{}"):
        lines.append(f"    people under stress: {told.stress_truth[:150]}")
    return "\n".join(lines)


def _values(told: Told) -> dict[str, Any]:
    return {
        "id": told.known.id, "outcome": told.outcome, "outputs": told.rows, "stress": told.stress,
        "false": told.false, "runs": told.runs, "seconds": told.seconds,
    }  # fmt: skip


def _quiet(step: str, line: str = "") -> None:
    return None
