"""The door for Python programs and notebooks: `from repro_audit import audit`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from .errors import ProjectError, ReproAuditError, Unavailable, UsageError
from .model import Answer, Evidence, Place, Star
from .result import Criterion, Rank, Result, StarResult, to_dict, to_json
from .text import nearest, one_line

if TYPE_CHECKING:
    from .experiments.verify import RunOptions
    from .flow import Trial
    from .options import RunChoices
    from .origin import Origin
    from .sandbox.model import Watch

__all__ = [
    "Answer", "Criterion", "Evidence", "Place", "ProjectError", "Rank", "ReproAuditError", "Result", "Run", "Star",
    "StarResult", "Unavailable", "UsageError", "audit", "to_dict", "to_json",
]  # fmt: skip

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Run:
    """How a project is run; `Run()` is what `repro-audit score --run` does.

    Times are seconds, or texts such as "90s", "10m" and "2h"; sizes are bytes, or texts such as "8g". The names and
    their meaning are those of the options on the command line.
    """

    depth: Literal["repeat", "standard", "deep"] = "standard"  # only twice; the usual experiments; all of them
    budget: float | str = "10m"  # for what comes after the two runs
    seeds: int = 0  # under so many seeds each metric's spread is measured
    short: Sequence[str] = ()  # "KEY=VALUE": a shorter form of the run, for experiments
    runner: Literal["auto", "docker", "local"] = "auto"
    timeout: float | str = "10m"  # of one run
    memory: int | str = "8g"
    cpus: int = 0  # 0 is all
    network: bool = False
    env: Sequence[str] = ()  # names of variables that are passed in; their values are never shown
    evidence: str | os.PathLike[str] | None = None  # a folder for logs and outputs, if not .repro-audit of the project
    python: str | None = None  # "3.11", if not the one that the project states
    newest: str | None = None  # a day as "2024-05-31", or "today": how loose requirements are resolved
    packages: Sequence[str] = ()  # installed instead of what is declared
    rtol: float = 0.0
    atol: float = 0.0
    unsafe: bool = False  # run on this machine even where it cannot be sealed off


def audit(
    path: str | os.PathLike[str] = ".",
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    run: Run | None = None,
    kept: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Judge one project; by reading it, which runs nothing of it, unless a run is asked for.

    Args:
        path: a folder, or a Git address (https, ssh, file) with `@BRANCH`, `@TAG` or `@COMMIT`, and `#SUBFOLDER`.
        select: judge only these criteria (`"code-runs"`) and stars (`"code"`, `"1"`).
        ignore: leave these out.
        run: build its environment, run its main experiment in a sandbox, and experiment with it.
        kept: tell again what the last run found, as long as it was of this commit and these settings.
        progress: called with the name of each step.

    Returns:
        What was found. `rank.declared` and `rank.verified` count stars; `criteria` has one `Criterion` per judged
        criterion, in the order of the scale; `experiments` has what runs found, in the form of the JSON result. In a
        notebook it shows itself as a table.

    Raises:
        ProjectError: there is no such project, or it cannot be read.
        UsageError: an argument or a setting of the project cannot be meant.
        Unavailable: something that is needed is not there: git, or with `run` an engine or bubblewrap.

        All are a ReproAuditError, whose `hint` says what to do. Nothing is printed; where the last run is out of date,
        a UserWarning says so.
    """
    from .flow import Selection, audit
    from .origin import open_project

    with open_project(os.fspath(path)) as origin:
        tell = progress or (lambda step: None)
        trial = _trial(origin, run, kept, tell)
        found = audit(origin, Selection(tuple(select), tuple(ignore)), tell, trial)
    return _Shown(*(getattr(found, field.name) for field in fields(found)))


class _Shown(Result):
    """A result that shows itself: in a notebook as a table, in a console as a line."""

    __slots__ = ()

    def __repr__(self) -> str:
        from .report.words import rank_words, stars

        return f"<Result of {self.project.name}: {stars(self)} {rank_words(self)}>"

    def _repr_html_(self) -> str:
        from .report.html.cell import cell

        return cell(self)


def _trial(origin: Origin, run: Run | None, kept: bool, tell: Callable[[str], None]) -> Trial:
    from .experiments.evidence import FOLDER
    from .flow import Trial

    folder = Path(FOLDER) if origin.is_clone else origin.path / FOLDER
    if run is None:
        return Trial(kept_in=folder if kept else None, warn=lambda line: warnings.warn(one_line(line), stacklevel=4))
    options = _options(run)
    if options.evidence is None and origin.is_clone:
        options = replace(options, evidence=folder)
    return Trial(options, _once(tell))


def _once(tell: Callable[[str], None]) -> Watch:
    """Of a step that says many lines, its name alone."""
    told = ""

    def watch(step: str, line: str = "") -> None:
        nonlocal told
        if step != told:
            told = step
            tell(step)

    return watch


def _options(run: Run) -> RunOptions:
    from .commands.running import run_options

    return run_options(_choices(run))


def _choices(run: Run) -> RunChoices:
    """The same as typed on the command line, so that it is checked in one place."""
    from .options import Depth, RunChoices, Runner

    typed = {field.name: getattr(run, field.name) for field in fields(run)}
    typed |= {name: f"{typed[name]}" for name in ("budget", "timeout", "memory")}
    typed |= {name: list(typed[name]) for name in ("short", "env", "packages")}
    typed["evidence"] = None if run.evidence is None else os.fspath(run.evidence)
    typed["depth"] = _one_of(Depth, run.depth, "depth")
    typed["runner"] = _one_of(Runner, run.runner, "runner")
    return RunChoices(**typed)


def _one_of(choices: type[Choice], word: str, what: str) -> Choice:
    try:
        return choices(word)
    except ValueError:
        known = [str(choice.value) for choice in choices]
        raise UsageError(f"there is no {what} {one_line(str(word))}", nearest(str(word), known)) from None
