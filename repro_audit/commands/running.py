"""What the options of a run mean, and the commands `run`, `compare` and `clean`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..compare import compare
from ..compare.model import Difference, Tolerance, Tolerances, worst
from ..errors import UsageError
from ..experiments.evidence import FOLDER as EVIDENCE
from ..experiments.model import Depth
from ..experiments.verify import RunOptions
from ..flow import Selection, Trial, audit
from ..options import RunChoices
from ..origin import open_project
from ..result import Result
from ..sandbox.model import GIB, Job, Limits
from ..text import count, meant, one_line
from . import with_excerpts
from .live import Live
from .progress import Progress

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": GIB, "t": 1024 * GIB}


def run_options(choices: RunChoices) -> RunOptions:
    """The options as the experiments take them; raises UsageError for what cannot be meant."""
    newest, python = choices.newest, choices.python
    if newest is not None and newest != "today" and not re.fullmatch(r"\d{4}-\d\d-\d\d", newest):
        raise UsageError(f"{one_line(newest)} is no day", "Give it as 2024-05-31, or `today`.")
    if python is not None and not re.fullmatch(r"3\.\d{1,2}", python):
        raise UsageError(f"{one_line(python)} is no Python version", "Give it as 3.11.")
    wrong = next((s for s in choices.short or () if not s.partition("=")[0].strip() or "=" not in s), None)
    if wrong is not None:
        raise UsageError(f"{one_line(wrong)} is no KEY=VALUE", "Give it as --short epochs=1.")
    return RunOptions(
        runner=choices.runner.value,
        unsafe=choices.unsafe,
        limits=Limits(_seconds(choices.timeout), _bytes(choices.memory), choices.cpus or (os.cpu_count() or 1)),
        variables=_passed(choices.env or ()),
        network=choices.network,
        evidence=Path(choices.evidence) if choices.evidence else None,
        tolerances=Tolerances(Tolerance(choices.rtol, choices.atol)),
        python=python,
        newest=newest,
        packages=tuple(choices.packages or ()),
        depth=Depth(choices.depth.value),
        budget=_seconds(choices.budget),
        short=tuple(choices.short or ()),
        seeds=choices.seeds,
    )


def score_run(target: str, selection: Selection, options: RunOptions) -> Result:
    """A target read and run."""
    try:
        with Progress(target) as progress, open_project(target) as origin, Live() as live:
            if origin.is_clone and options.evidence is None:
                options = replace(options, evidence=Path(EVIDENCE))
            return with_excerpts(audit(origin, selection, progress.step, Trial(options, live)), origin)
    except (KeyboardInterrupt, SystemExit):
        print("interrupted: the evidence of the runs so far is kept, marked as partial", file=sys.stderr)
        raise


def run_command(target: str, words: Sequence[str], options: RunOptions) -> Result:
    """Run a given command instead of the one that the project states."""
    if not words:
        raise UsageError("there is no command to run", "Give it after `--`: repro-audit run . -- python train.py")
    argv = tuple(words) if len(words) > 1 else ("sh", "-c", words[0])
    job = Job(argv, ".", options.variables, options.network)
    return score_run(target, Selection(), _with(options, job=job))


def compare_paths(first: str, second: str, rtol: float, atol: float, show_identical: bool, no_color: bool) -> int:
    """Print the tree of differences of two folders, files or recorded runs; 1 where they differ in meaning."""
    from ..report.differences import render_differences
    from ..report.terminal import console

    paths = [_recorded(first), _recorded(second)]
    found = compare(paths[0], paths[1], Tolerances(Tolerance(rtol, atol)))
    if all((path / "manifest.json").is_file() for path in paths):
        found = _without_manifest(found)
    console(no_color).print(render_differences(found, show_identical), soft_wrap=True, end="")
    return 0 if found.likeness.is_same else 1


def _without_manifest(found: Difference) -> Difference:
    """Of two recorded runs, what they left; the manifests also tell how long each took, and the notes are our own."""
    kept = tuple(d for d in found.details if d.name not in ("manifest.json", "notes"))
    likeness = worst(d.likeness for d in kept)
    why = "the runs left the same" if likeness.is_same else "the runs left something else"
    return replace(found, details=kept, likeness=likeness, why=why)


def _recorded(name: str) -> Path:
    """A path, or the name of a run in the evidence folder (`repeat-1`)."""
    path = Path(name)
    recorded = Path(EVIDENCE) / "runs" / name
    if not path.exists() and "/" not in name and recorded.is_dir():
        if not (recorded / "manifest.json").is_file():
            print(f"note: {one_line(name)} was interrupted, so what it left is partial", file=sys.stderr)
        return recorded
    if not path.exists():
        near = meant(name, _names(recorded.parent))
        hint = near or "Give two folders, two files, or two runs of .repro-audit/runs."
        raise UsageError(f"there is no {one_line(name)}", hint)
    return path


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def clean(everything: bool) -> None:
    """Remove what runs left behind: scratch folders, containers and project images; with `everything` the cache too."""
    from ..errors import Unavailable
    from ..sandbox import copying, engine, local, store

    removed = local.remove_leftovers(all_of_them=everything)
    with suppress(Unavailable):
        removed += engine.remove_leftovers(engine.connect(), all_of_them=everything)
    if everything and store.cache_folder().is_dir():
        copying.remove(store.cache_folder())
        removed.append("the cache of environments")
    for line in removed:
        print(f"removed {line}")
    print(f"{count(len(removed), 'thing')} removed" if removed else "nothing was left behind")


def _with(options: RunOptions, **changes: object) -> RunOptions:
    return replace(options, **changes)  # type: ignore[arg-type]


def _passed(names: Sequence[str]) -> dict[str, str]:
    missing = [n for n in names if n not in os.environ]
    if missing:
        hint = meant(missing[0], sorted(os.environ)) or "Set it, or take it out of --env."
        raise UsageError(f"the variable {one_line(missing[0])} is not set", hint)
    return {n: os.environ[n] for n in names}


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip().lower())
    if not found or float(found.group(1)) <= 0:
        raise UsageError(f"{one_line(text)} is no time", "Give it as 600, 90s, 10m or 2h.")
    return float(found.group(1)) * UNITS[found.group(2)]


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?", text.strip().lower())
    if not found or float(found.group(1)) <= 0:
        raise UsageError(f"{one_line(text)} is no size", "Give it as 8g or 512m.")
    return int(float(found.group(1)) * SIZES[found.group(2)])
