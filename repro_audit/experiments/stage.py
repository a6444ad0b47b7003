"""Each step of the work alone, from the artifacts of the first run: does it run, and what does it change?"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..facts.commands.model import Origin
from ..facts.commands.recipes import Recipe, Recipes
from ..facts.data.model import Stage
from ..sandbox.model import Job
from .bench import Variation
from .job import shown
from .lab import Lab, Planned
from .leftover import is_log
from .model import Depth, Experiment, Kind, Outcome, Output
from .outputs import outcome_of, unlike
from .repeat import did_nothing
from .stage_commands import (
    guild_alone,
    guild_outputs,
    guild_ran,
    kedro_alone,
    kedro_files,
    kedro_function_alone,
    kedro_name,
    make_alone,
    snakemake_alone,
)  # fmt: skip
from .systems.carried import FOLDER, INSIDE

TURN = 60
FEW = 6  # steps that are run one by one at the standard depth
MOST = 30
CHEAP = 60.0  # seconds of the whole run
ENTRY = re.compile(r"\s(?:-e|--entry-point)[ =]")
RECORD = re.compile(r"(?:^|/)(?:mlruns|wandb|\.aim|\.guild|\.metaflow)/|(?:^|/)mlflow\.db$")
# Kedro's, for a name that a namespace changes; and what a tool says that does not know the option given to it here.
NOT_ASKED_SO = re.compile(r"does not contain nodes named|[Nn]o such option|unrecognized arguments: -")
OUR_TOOLS = ("kedro", "guild", "mlflow", "snakemake")
WILDCARD = re.compile(r"\{\w+\}")  # of Snakemake
ORIGINS = (Origin.DVC, Origin.SNAKEMAKE, Origin.MAKE, Origin.MLPROJECT, Origin.GUILD)


@dataclass(frozen=True)
class Step:
    """A step with the command that runs it and nothing before it."""

    name: str
    command: str
    cwd: str
    stage: Stage
    outputs: tuple[str, ...] = ()  # what it declares that it writes
    inputs: tuple[str, ...] = ()
    is_guild: bool = False  # what it writes is in a run folder of Guild's


def proposals(lab: Lab) -> Iterator[Planned]:
    """One experiment a step, in the order of the work."""
    found = in_order(find_steps(lab))[:MOST]
    if len(found) < 2:
        return
    is_cheap = len(found) <= FEW and lab.seconds <= CHEAP
    depth = Depth.STANDARD if is_cheap else Depth.DEEP
    for number, step in enumerate(found):
        yield Planned(
            f"stage:{step.name}", Kind.STAGE, TURN + number, 1.0 / len(found), _asker(step), at_depth=depth,
            needs_steady=False,
        )  # fmt: skip


def find_steps(lab: Lab) -> list[Step]:
    """The declared steps that the main command goes through, each as its tool runs it alone."""
    recipes = Recipes(lab.project.files)
    said = " ".join(lab.job.argv)
    found = []
    for stage in lab.project.data.stages:
        recipe = next((r for r in recipes.of(stage.at.path) if r.name == stage.name), None)
        step = _step(lab, stage, recipe) if recipe is not None and recipe.origin in ORIGINS else _kedro(lab, stage)
        if step is not None and _is_on_the_way(said, step, recipe):
            found.append(step)
    return list({s.name: s for s in found}.values())


def _step(lab: Lab, stage: Stage, recipe: Recipe) -> Step | None:
    """A step of a pipeline; one that only calls others is none."""
    command = _alone(lab, recipe)
    is_whole = _is_whole(lab, recipe)
    if not command or is_whole or recipe.required or (recipe.origin is Origin.DVC and "${" in command):
        return None
    return Step(
        stage.name, command, recipe.cwd, stage, recipe.outputs or stage.outputs, (*recipe.inputs, *recipe.needs),
        is_guild=recipe.origin is Origin.GUILD,
    )  # fmt: skip


def _is_whole(lab: Lab, recipe: Recipe) -> bool:
    """Whether the piece is the whole work: steps of Guild's, and what `mlflow run` starts unasked."""
    if recipe.origin is Origin.MLPROJECT:
        return recipe.name == "main" and not ENTRY.search(shown(lab.job.argv))
    return recipe.origin is Origin.GUILD and not recipe.lines


def _alone(lab: Lab, recipe: Recipe) -> str:
    """DVC's commands are typed as they are, since its cache is none of the artifacts."""
    if recipe.origin is Origin.DVC:
        return " && ".join(f"({text})" for text, _ in recipe.lines)
    if recipe.origin is Origin.SNAKEMAKE:
        return snakemake_alone(lab, recipe.name)
    if recipe.origin is Origin.MAKE:
        return make_alone(lab, recipe.name)
    if recipe.origin is Origin.GUILD:
        return guild_alone(lab, recipe.name)
    return f"mlflow run . -e {recipe.name} --env-manager=local"


def _kedro(lab: Lab, stage: Stage) -> Step | None:
    if not stage.command.startswith("kedro run"):
        return None
    name = kedro_name(lab.project, stage)
    command = kedro_alone(lab, name) if name else kedro_function_alone(lab, stage.name)
    return Step(name or stage.name, command, ".", stage, kedro_files(lab.project, stage.outputs), ())


def _is_on_the_way(said: str, step: Step, recipe: Recipe | None) -> bool:
    """Whether the main command uses the tool: only then does the environment have it, and the artifacts are there."""
    if recipe is None:
        return "kedro" in said
    return ("dvc" if recipe.origin is Origin.DVC else step.command.split(" ", 1)[0]) in said


def in_order(steps: list[Step]) -> list[Step]:
    """Steps that need what others write come after these; else as they are written."""
    left, found = list(steps), list[Step]()
    while left:
        made = {o for s in left for o in s.outputs} | {s.name for s in left}
        ready = next((s for s in left if not (set(s.inputs) & (made - {s.name, *s.outputs}))), left[0])
        found.append(ready)
        left.remove(ready)
    return found


def _asker(step: Step) -> Callable[[Lab], tuple[Experiment, ...]]:
    return lambda lab: (ask(lab, step),)


def ask(lab: Lab, step: Step) -> Experiment:
    """Run the step where everything but its own outputs is there."""
    tell = f"stage:{step.name}"
    with tempfile.TemporaryDirectory(prefix="repro-audit-stage-") as place:
        left_out = lay_out(Path(place), lab.reference.folder / "project", step)
        without = tuple(p for p in lab.project.files.paths if _is_one_of(p, step))
        job = Job(
            ("sh", "-c", step.command), step.cwd, lab.job.variables, lab.job.network, lab.job.surroundings,
            carried=((FOLDER, INSIDE),) if INSIDE in step.command else (),
        )  # fmt: skip
        variation = Variation(overlays=(Path(place),), without=without, job=job, home=_home(lab))
        run, record = lab.run(tell, variation, steadied=False)
    failure = lab.failure(run)
    details = {
        "command": step.command, "path": step.stage.at.path, "line": step.stage.at.line,
        "is_part": is_part(lab, step),
    }  # fmt: skip
    if failure is not None:
        refused = step.command.startswith(OUR_TOOLS) and NOT_ASKED_SO.search(" ".join(failure.last_lines))
        outcome = Outcome.INCONCLUSIVE if failure.is_the_sandbox or refused else Outcome.FAILED
        return lab.tell(tell, Kind.STAGE, outcome, failure.message, runs=(record,), failure=failure, details=details)
    written = {p.removeprefix("project/") for p in run.changed}
    # What the whole run does not have at its end, a later step took away.
    outputs = tuple(
        o for o in lab.compare(run) if o.path in written and o.verdict != "only-second" and not is_record(o.path)
    )
    outputs += guild_outputs(lab, run, step.name) if step.is_guild else ()
    lacking = tuple(p for p in left_out if p not in written and not is_record(p))
    if did_nothing(run) or (not outputs and not lacking):
        reason = "the step wrote nothing that could be compared"
        return lab.tell(tell, Kind.STAGE, Outcome.INCONCLUSIVE, reason, runs=(record,), details=details)
    outputs += tuple(Output(p, "only-first", "the step alone did not write it") for p in lacking)
    return lab.tell(
        tell, Kind.STAGE, outcome_of(outputs), _told(outputs, step), runs=(record,), outputs=outputs, details=details
    )


def is_record(path: str) -> bool:
    """Whether a file is a tracker's or a log, which goes on growing with every step that is run."""
    return RECORD.search(path) is not None or is_log(path)


def is_part(lab: Lab, step: Step) -> bool:
    """Whether the main command made this step: what it declares was written, or the command's words name it."""
    if step.is_guild:
        return guild_ran(lab.reference, step.name)
    written = [p.removeprefix("project/") for p in lab.reference.changed]
    return any(_is_one_of(p, step) for p in written) or step.name in " ".join(lab.job.argv).split()


def _told(outputs: tuple[Output, ...], step: Step) -> str:
    differing = unlike(outputs)
    if not differing:
        return f"{step.name} alone gives what it gave in the whole run"
    return f"{step.name} alone gives another {differing[0].path}: {differing[0].why or differing[0].verdict}"


def lay_out(place: Path, artifacts: Path, step: Step) -> tuple[str, ...]:
    """Everything that the first run left, without what the step writes; gives the paths that were left out."""
    left_out = []
    for folder, _, names in os.walk(artifacts):
        for name in sorted(names):
            source = Path(folder, name)
            path = source.relative_to(artifacts).as_posix()
            if _is_one_of(path, step):
                left_out.append(path)
            else:
                _copy(source, place / path)
    return tuple(sorted(left_out))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        os.symlink(os.readlink(source), target)
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _is_one_of(path: str, step: Step) -> bool:
    """Whether the step declares that it writes this file, or the folder that it is in."""
    prefix = "" if step.cwd in ("", ".") else step.cwd + "/"
    for output in step.outputs:
        whole = prefix + output.strip("/").removeprefix("./")
        if path == whole or path.startswith(whole + "/") or fnmatchcase(path, WILDCARD.sub("*", whole)):
            return True
    return False


def _home(lab: Lab) -> Path | None:
    home = lab.reference.folder / "home"
    return home if home.is_dir() else None


def first_unlike(experiments: list[Experiment]) -> Experiment | None:
    """The first step whose outputs differ."""
    return next((e for e in experiments if e.kind is Kind.STAGE and e.outcome is Outcome.DIFFERS), None)
