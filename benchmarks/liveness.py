"""Liveness of parameters: those that people changed by hand, changed by the program, and whether a result changed.

People wrote down what they changed in words (`params learning_rate 0.05->0.1`, `--top-k 5`): the program's
parameter is the one whose name and committed value these words have. What cannot be found is listed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from known_runs import Known
from rerun import PYTHON, _lay_out, _packages

from repro_audit.errors import ReproAuditError
from repro_audit.experiments import config, seed
from repro_audit.experiments.bench import Bench
from repro_audit.experiments.build import build
from repro_audit.experiments.changing import Session
from repro_audit.experiments.diagnosis import diagnose
from repro_audit.experiments.evidence import Evidence
from repro_audit.experiments.lab import Budget, Lab
from repro_audit.experiments.model import Depth, Experiment, Outcome
from repro_audit.experiments.parameters.model import Knob
from repro_audit.experiments.parameters.values import other_values
from repro_audit.experiments.repeat import repeat, salted
from repro_audit.experiments.verify import RunOptions, _recipes, open_sandbox, tolerances_of
from repro_audit.model import Hints
from repro_audit.project import Project
from repro_audit.sandbox.model import Job, Limits, Snapshot

MARK = 0.90  # of the parameters that are found
SECONDS = 1800.0  # for all parameters of a project
SAME_NAME = (  # names that people use for one thing
    {"lr", "learning_rate", "eta", "step"},
    {"epochs", "num_epochs", "n_epochs"},
    {"iters", "iterations", "max_iterations", "n_iter", "niters"},
    {"steps", "training_steps", "max_steps"},
)


@dataclass(frozen=True)
class Variant:
    """A change that people made, and whether a result changed with it."""

    name: str
    words: str
    is_seed: bool
    is_live: bool


@dataclass(frozen=True)
class Found:
    """What the program says of it; `outcome` is empty where it knows no such parameter."""

    variant: str
    truth: str
    parameter: str = ""
    outcome: str = ""
    reason: str = ""

    @property
    def is_right(self) -> bool:
        return self.outcome == self.truth

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def variants_of(row: Mapping[str, Any]) -> list[Variant]:
    """The changes that the key knows of."""
    told = (row.get("config") or {}).get("variants") or {}
    return [Variant(n, str(v["change"]), v["kind"] == "seed", _is_live(v)) for n, v in told.items()]


def _is_live(told: Mapping[str, Any]) -> bool:
    """A figure that is only shown is a result as well, though the key counts it apart."""
    return bool(told["result_changed"]) or "figure" in str(told["effect"])


def measure(known: Known, variants: list[Variant], tree: Path, runner: str, evidence: Path | None) -> list[Found]:
    """Run the project, change each parameter that people changed, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="liveness-") as scratch:
        copy = _lay_out(known, tree, Path(scratch) / known.folder)
        kept = evidence / known.id if evidence else Path(scratch) / "evidence"
        shutil.rmtree(kept, ignore_errors=True)
        options = RunOptions(
            runner, limits=Limits(seconds=known.seconds), python=PYTHON, newest="today", evidence=kept,
            packages=_packages(known, tree), job=Job(("sh", "-c", known.command), known.cwd), depth=Depth.DEEP,
        )  # fmt: skip
        command = known.command if known.cwd == "." else f"cd {known.cwd} && {known.command}"
        project = Project(copy, Hints(command=command))
        try:
            lab = _lab(project, options)
        except ReproAuditError as error:
            return [Found(v.name, _truth(v), reason=str(error)) for v in variants]
        if lab is None:
            return [Found(v.name, _truth(v), reason="it does not run") for v in variants]
        session = Session(lab, "live")
        session.again = True  # whether a changed configuration repeats is not asked here
        return [_asked(session, v) for v in variants]


def _lab(project: Project, options: RunOptions) -> Lab | None:
    sandbox = open_sandbox(options)
    snapshot = Snapshot(project.root, project.files.paths)
    assert options.evidence is not None and options.job is not None
    evidence = Evidence.open(options.evidence)
    built = build(sandbox, _recipes(project, options, sandbox), snapshot, options.limits, _quiet)
    if built.environment is None:
        return None
    bench = Bench(sandbox, built.environment, snapshot, options.limits, evidence, _quiet)
    tolerances = tolerances_of(project, options)
    twice = repeat(bench, project, options.job, tolerances)
    if not twice.runs:
        return None
    job = options.job
    job = replace(job, variables={**job.variables, **salted(twice.hash_seeds[0], job).hold.variables})
    budget = Budget(SECONDS, time.monotonic())
    lab = Lab(
        bench, project, job, tolerances, twice.runs[0], budget, Depth.DEEP, hash_seeds=twice.hash_seeds, keys=twice.keys
    )
    return diagnose(lab, twice.experiment)[1]


def _quiet(step: str, line: str = "") -> None:
    """Nobody watches."""


def _asked(session: Session, variant: Variant) -> Found:
    knob = matching(session.knobs, variant)
    if knob is None or not other_values(knob):
        return Found(variant.name, _truth(variant), knob.id if knob else "", reason="no parameter, or no value for it")
    told = _experiment(session, knob)
    return Found(variant.name, _truth(variant), knob.id, told.outcome.value, told.reason)


def _experiment(session: Session, knob: Knob) -> Experiment:
    lab = session.lab
    if not lab.is_steady:
        return lab.tell(knob.id, config.Kind.CONFIG, Outcome.INCONCLUSIVE, "two equal runs differ whatever is held")
    ask = seed.ask if knob.is_seed else config.ask
    return next(iter(ask(session, knob, lab)))


def _truth(variant: Variant) -> str:
    return "live" if variant.is_live else "dead"


def matching(knobs: tuple[Knob, ...], variant: Variant) -> Knob | None:
    """The parameter that the words mean, None where none fits well enough."""
    scored = [(_score(k, variant), -place, k) for place, k in enumerate(knobs)]
    best = max(scored, key=lambda s: s[:2], default=None)
    return best[2] if best and best[0] >= 2 else None


def _score(knob: Knob, variant: Variant) -> float:
    words = set(re.findall(r"[a-z_][a-z0-9_]*", f"{variant.words} {variant.name}".replace("-", "_").lower()))
    words |= {w.strip("_") for w in words} | {p for w in words for p in w.split(".")}
    own = "iterations" if knob.key.startswith("range(") else knob.name.lower()
    names = {own, *(n for group in SAME_NAME if own in group for n in group)}
    called = {w for w in re.split(r"[.()@:]", knob.key.lower()) if w}
    score = 2.0 * bool(names & words) + 0.5 * len(called & words) + 1.0 * (variant.name.lower() in names)
    before = re.search(r"(-?[\d.]+(?:e-?\d+)?)(?=\s*->)", variant.words)
    if before and isinstance(knob.value, (int, float)) and not isinstance(knob.value, bool):
        score += 1.5 if float(before[1]) == float(knob.value) else -1.0
    if knob.key.startswith("--") and "-" in variant.words[:2]:
        score += 0.5
    score += 1.0 * (Path(knob.path).name.lower() in variant.words.lower())
    return score - 1.0 * (knob.is_seed != variant.is_seed)


def report(pairs: list[tuple[Known, Path]], labels: Path, options: argparse.Namespace) -> int:
    """Measure all projects, tell each parameter, and the totals; exit status 1 where the mark is missed."""
    rows = {str(row["id"]): row for row in json.loads(labels.read_text("utf-8"))}
    found: list[tuple[Known, Found]] = []
    for known, tree in pairs:
        wanted = variants_of(rows[known.id])
        if wanted and not known.failure:
            one = measure(known, wanted, tree, options.runner, options.evidence)
            found += [(known, f) for f in one]
            print("\n".join(line(known, f) for f in one), file=sys.stderr if options.json else sys.stdout, flush=True)
    told = [f for _, f in found if f.outcome]
    right = sum(f.is_right for f in told)
    totals = {"variants": len(found), "found": len(told), "right": right}
    if options.json:
        print(json.dumps({"totals": totals, "variants": [{"id": k.id, **f.to_dict()} for k, f in found]}, indent=1))
    else:
        share = f" ({right / len(told):.0%})" if told else ""
        print(f"\n{len(found)} changes that people made; {len(told)} found by the program, {right} right{share}")
    return 0 if told and right >= MARK * len(told) else 1


def line(known: Known, found: Found) -> str:
    mark = " " if found.is_right else "!" if found.outcome else "?"
    what = f"{found.variant} ({found.parameter})" if found.parameter else found.variant
    why = " ".join(found.reason.split())[:90]
    return f"{mark} {known.id:<20} {what[:60]:<60} {found.truth:<5} {found.outcome:<12} {why}"
