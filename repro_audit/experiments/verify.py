"""The experiments of `--run`, from the recipe of the environment to the comparison of two runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ..compare.model import Tolerance, Tolerances
from ..errors import Unavailable
from ..project import Project
from ..sandbox.model import Job, Limits, Recipe, RecipeKind, Sandbox, Snapshot, Watch
from . import app, systems
from .bench import Bench
from .build import Built, build
from .claims import claims
from .diagnosis import diagnose
from .evidence import FOLDER, Evidence
from .fetched import place_for_answers
from .job import main_job, prepared_job, shown, typed_in
from .lab import Budget, Lab
from .luck import Luck
from .model import Depth, Experiment, Failure, FailureClass, Kind, Outcome
from .plan import carry_out, overview, planned
from .recipe import is_package, recipes
from .repeat import Repeated, repeat, salted
from .room import with_room
from .short import shorten
from .terminal import had_none, with_terminal

MOST_LACKING = 4  # environments that are made anew because a run missed a package or something of the system
IS_WINDOWS = os.name == "nt"
SERVED_FOR = 30.0  # seconds that an app is let run for, to see whether it stays up
SERVES = "the command serves an app until it is stopped, so that there are no two ends to compare"
NO_COMMAND = Failure(
    FailureClass.NO_COMMAND, "there is no command that could be typed as it stands",
    "State the whole command in the README, or set `command` in [tool.repro-audit].",
)  # fmt: skip


@dataclass(frozen=True)
class RunOptions:
    """What a user may choose of a run."""

    runner: str = "auto"  # auto, docker or local
    unsafe: bool = False  # local runs without bubblewrap
    limits: Limits = Limits()
    variables: Mapping[str, str] = field(default_factory=dict)  # of the caller's environment, by choice; never shown
    network: bool = False
    evidence: Path | None = None
    tolerances: Tolerances = Tolerances()
    python: str | None = None
    newest: str | None = None  # a day; "today" for no limit
    packages: tuple[str, ...] = ()  # instead of what the project declares
    job: Job | None = None  # instead of the chosen command
    depth: Depth = Depth.STANDARD
    budget: float = 600.0  # seconds that the experiments after the two runs may take
    short: tuple[str, ...] = ()  # `KEY=VALUE`: parameters that make a run shorter
    seeds: int = 0  # how many seeds the spread of the metrics is measured under


@dataclass(frozen=True)
class Verified:
    """What the experiments found."""

    experiments: tuple[Experiment, ...]
    runner: str
    isolation: str
    recipe: Recipe | None = None
    is_the_projects: bool = False  # the environment is the one that the project describes


def verify(project: Project, options: RunOptions, watch: Watch) -> Verified:
    """Build the environment, run twice, compare. Raises Unavailable where nothing can run at all."""
    sandbox = open_sandbox(options)
    project = _as_asked(project, options.job)
    job = options.job or main_job(project, options.variables, network=options.network)
    if job is None:
        skipped = Experiment("repeat", Kind.REPEAT, sandbox.name, Outcome.FAILED, "nothing to type", failure=NO_COMMAND)
        return Verified((skipped,), sandbox.name, sandbox.isolation)
    snapshot = Snapshot(project.root, project.files.paths, attached_folders(project))
    evidence = Evidence.open(evidence_folder(project, options))
    try:
        built = build(sandbox, recipes := _recipes(project, options, sandbox), snapshot, options.limits, watch)
        whole = replace(snapshot, paths=(*snapshot.paths, *named_files(project)))
        bench = partial(
            Bench, sandbox, snapshot=whole, limits=options.limits, evidence=evidence, watch=watch,
            behind=partial(systems.read_behind, project),
        )  # fmt: skip
        found = _found(built, bench, project, job, options)
        for _ in range(MOST_LACKING):
            rest, learnt = _rebuilt(built, found, recipes, project, options)
            again = build(sandbox, rest, snapshot, options.limits, watch, learnt) if rest else None
            if again is None or again.environment is None:
                break
            built, found = again, _found(again, bench, project, job, options)
        told = (*built.experiments, *found)
        evidence.thin()
        told = tuple(replace(e, isolation=sandbox.isolation, network=job.network) for e in told)
        return Verified(told, sandbox.name, sandbox.isolation, built.recipe, _is_the_projects(built))
    finally:
        close = getattr(sandbox, "close", None)
        if close is not None:
            close()


def _as_asked(project: Project, job: Job | None) -> Project:
    """The project read with the given command as its main experiment: what that does not reach is none of its own."""
    if job is None:
        return project
    text = shown(job.argv) if job.cwd in ("", ".") else typed_in(job.cwd, shown(job.argv))
    return replace(project, hints=replace(project.hints, command=text))


def _rebuilt(
    built: Built, found: tuple[Experiment, ...], recipes: tuple[Recipe, ...], project: Project, options: RunOptions
) -> tuple[tuple[Recipe, ...], tuple[Experiment, ...]]:
    """The environments to try next where a run missed a package, and what was learnt before; none where it did not."""
    failure = next((e.failure for e in found if e.kind is Kind.REPEAT), None)
    learnt = built.lacking(failure)
    if learnt is None or failure is None or (options.packages and not failure.brings):
        return (), ()
    rest = recipes[recipes.index(built.recipe) + 1 :] if built.recipe.kind is RecipeKind.IMAGE else ()
    return rest or built.completed(project, failure), learnt


def _found(
    built: Built, bench: Callable[..., Bench], project: Project, job: Job, options: RunOptions
) -> tuple[Experiment, ...]:
    """What the runs in an environment show; nothing where there is none."""
    if built.environment is None:
        return ()
    with place_for_answers(job) as answers:
        return built.judged(_experiments(bench(environment=built.environment, answers=answers), project, job, options))


def attached_folders(project: Project) -> tuple[tuple[Path, str], ...]:
    """The untracked data folders that the settings name, for the runs to read; none that lies outside the
    project, whatever its settings or links say."""
    root = project.root.resolve()
    found = []
    for name in project.hints.data:
        folder = (project.root / name).resolve()
        if folder.is_dir() and folder != root and folder.is_relative_to(root) and name not in project.files.folders:
            found.append((folder, name))
    return tuple(found)


def named_files(project: Project) -> tuple[str, ...]:
    """The untracked data files that the settings name, which runs get a copy of; none from outside the project."""
    root = project.root.resolve()
    inside = [n for n in project.hints.data if (root / n).resolve().is_relative_to(root)]
    return tuple(n for n in inside if (root / n).is_file() and n not in project.files)


def tolerances_of(project: Project, options: RunOptions) -> Tolerances:
    """Those of the settings for the outputs that they name, those of the command line for the rest."""
    patterns = tuple((glob, Tolerance(relative, absolute)) for glob, relative, absolute in project.hints.tolerances)
    return Tolerances(options.tolerances.everywhere, patterns)


def _experiments(bench: Bench, project: Project, job: Job, options: RunOptions) -> tuple[Experiment, ...]:
    """Run twice; then, as far as depth and budget go, find out why the runs differ and what they depend on."""
    if options.job is None and app.is_served(project):
        return _served(bench, project, job, options)
    job = systems.patient(project, job if options.job else systems.one_run(project, job))
    job, repeated = _repeated(bench, project, job, options)
    if len(repeated.runs) < 2:
        return (repeated.experiment, *systems.after_failure(bench, project, job, repeated.experiment.failure))
    stated = claims(bench, project, repeated, tolerances_of(project, options))
    if options.depth is Depth.REPEAT:
        return (repeated.experiment, *stated)
    job = replace(job, variables={**job.variables, **salted(repeated.hash_seeds[0], job).hold.variables})
    lab = _lab(bench, project, job, options, repeated)
    twice, lab = diagnose(lab, repeated.experiment)
    shorter, lab = shorten(lab)
    plan = planned(lab)
    bench.watch("planning", overview(plan, lab))
    luck = Luck(twice)
    found = tuple(carry_out(lab, plan, luck.after))
    return (luck.twice, *stated, *shorter, *found)


def _lab(bench: Bench, project: Project, job: Job, options: RunOptions, repeated: Repeated) -> Lab:
    first = repeated.runs[0]
    budget = Budget.of(options.budget, options.depth, first.seconds)
    return Lab(
        bench, project, job, tolerances_of(project, options), first, budget, options.depth,
        hash_seeds=repeated.hash_seeds, keys=repeated.keys, seeds=options.seeds, wanted_short=options.short,
    )  # fmt: skip


def _served(bench: Bench, project: Project, job: Job, options: RunOptions) -> tuple[Experiment, ...]:
    """The main command is an app, which never ends: that it came up is all that a run of it shows; it is asked."""
    short = replace(bench.limits, seconds=min(bench.limits.seconds, SERVED_FOR))
    _, repeated = _repeated(replace(bench, limits=short), project, job, options)
    if len(repeated.runs) != 1:
        return (repeated.experiment,)
    twice = replace(repeated.experiment, outcome=Outcome.INCONCLUSIVE, reason=SERVES, failure=None)
    if options.depth is Depth.REPEAT:
        return (twice,)
    lab = replace(_lab(bench, project, job, options, repeated), budget=Budget(options.budget))
    return (twice, *carry_out(lab, list(app.proposals(lab))))


def _repeated(bench: Bench, project: Project, job: Job, options: RunOptions) -> tuple[Job, Repeated]:
    """The stated command; where it lacks a file that a preparation makes, the preparation and the command;
    where it needs a server that only its author has to record to, the command with records in files; where it
    writes beside its own folder or asks for a terminal, the command where it may, and with one."""
    tolerances = tolerances_of(project, options)
    found = repeat(bench, project, job, tolerances)
    failure = found.experiment.failure
    lacks = failure is not None and failure.kind in (FailureClass.MISSING_FILE, FailureClass.MISSING_DATA)
    after = prepared_job(project, job) if lacks and options.job is None else None
    after = after or (systems.instead(bench, project, job) if failure is not None else None)
    job, found = (after, repeat(bench, project, after, tolerances)) if after else (job, found)
    for instead in (with_room, with_terminal):
        other = instead(job, found.experiment.failure)
        again = repeat(bench, project, other, tolerances) if other else None
        if other is not None and again is not None and not had_none(again.experiment.failure):
            job, found = other, again
    return job, found


def evidence_folder(project: Project, options: RunOptions) -> Path:
    """Where the evidence is kept: the folder that was asked for, else `.repro-audit` in the project."""
    return options.evidence or project.root / FOLDER


def _recipes(project: Project, options: RunOptions, sandbox: Sandbox) -> tuple[Recipe, ...]:
    if options.packages:
        return (_named(project, options),)
    found = recipes(project, with_image=sandbox.name == "docker", python=options.python, newest=options.newest)
    if options.newest != "today":
        return found
    return tuple(dict.fromkeys(replace(r, newest=None) for r in found))


def _named(project: Project, options: RunOptions) -> Recipe:
    return Recipe(
        RecipeKind.LOOSE, "packages named on the command line", options.python or "3.11", options.packages,
        newest=_day(options), installs_project=is_package(project),
    )  # fmt: skip


def _day(options: RunOptions) -> str | None:
    return None if options.newest == "today" else options.newest


def _is_the_projects(built: Built) -> bool:
    return built.is_the_projects and built.recipe.kind is not RecipeKind.INFERRED


def open_sandbox(options: RunOptions) -> Sandbox:
    """The runner that was asked for; `auto` is an engine where one answers, else this machine."""
    if IS_WINDOWS:
        raise Unavailable(
            "runs are not made on Windows itself, whose line ends and rights of files are others; reading works",
            "Run it in WSL 2 (`wsl`), where Docker Desktop answers as well.",
        )
    from ..sandbox.local import LocalSandbox

    if options.runner == "local":
        return LocalSandbox(unsafe=options.unsafe)
    from ..sandbox.docker import DockerSandbox

    try:
        return DockerSandbox()
    except Unavailable:
        if options.runner == "docker":
            raise
    return LocalSandbox(unsafe=options.unsafe)
