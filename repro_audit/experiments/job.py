"""The main experiment as a job: what is typed into the sandbox."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from ..facts.commands.model import Command, GapKind, Origin, StepKind
from ..project import Project
from ..sandbox.model import Job

NBCONVERT = (
    "python -m jupyter nbconvert --to notebook --execute --ExecutePreprocessor.timeout=-1 "
    "--ExecutePreprocessor.record_timing=False --ExecutePreprocessor.kernel_name=python3 "
    "--NbConvertApp.use_output_suffix=False"  # 7.3.0 appends one to the name that it is given, too
)
EXECUTED = ".executed.ipynb"
ANSWERS = {"mlflow run": "--env-manager=local", "guild run": "-y"}  # what a tool must be told where nobody can answer

CHOICES = re.compile(r"(?<=[\s=/])[{\[<(] ?([\w.+-]+)(?: ?\| ?[\w.+-]+)+ ?[}\]>)](?=[\s/.]|$)")  # `{lstm|gru}`


def main_job(project: Project, variables: Mapping[str, str] = {}, *, network: bool = False) -> Job | None:
    """The chosen commands as one job, None where there is nothing that could be typed."""
    commands = project.commands
    if not commands.chosen or any(g.kind is GapKind.INVENTED_VALUE for g in commands.gaps):
        return None
    notebooks = [s for s in commands.steps if s.kind is StepKind.NOTEBOOK and s.path]
    if notebooks and not any(_runs_something(c) for c in commands.chosen):
        script = " && ".join(_execute(s.path or "") for s in notebooks)
        return Job(("sh", "-c", script), ".", variables, network)
    if len(commands.chosen) == 1:
        return command_job(commands.chosen[0], variables, network=network)
    script = " && ".join(f"({typed_in(c.cwd, answered(c.text))})" for c in commands.chosen)
    return Job(("sh", "-c", script), ".", variables, network)


def prepared_job(project: Project, job: Job) -> Job | None:
    """The job after what the page tells to run before it; None where it tells nothing that runs here."""
    before = [c for c in project.commands.preparation if any(s.path for s in project.commands.preparation_steps)]
    if not before:
        return None
    script = " && ".join(f"({typed_in(c.cwd, answered(c.text))})" for c in before)
    script = f"{script} && ({typed_in(job.cwd, shown(job.argv))})"
    return Job(("sh", "-c", script), ".", job.variables, job.network)


def command_job(command: Command, variables: Mapping[str, str] = {}, *, network: bool = False) -> Job:
    """One stated command."""
    text = answered(command.text)
    needs_shell = command.argv is None or text != command.text
    argv = ("sh", "-c", text) if needs_shell or command.argv is None else command.argv
    return Job(argv, command.cwd, variables, network)


def answered(text: str) -> str:
    """The command with the options that let it run where nobody is asked, and the first of choices spelled out."""
    text = CHOICES.sub(lambda found: found.group(0) if _is_quoted(text, found.start()) else found.group(1), text)
    for beginning, option in ANSWERS.items():
        if beginning in text and option.split("=")[0] not in text.split():
            text = f"{text} {option}"
    return text


def _is_quoted(text: str, position: int) -> bool:
    """Whether a quotation is open there, in which the shell leaves bars alone."""
    before = re.sub(r"\\.", "", text[:position])
    return before.count("'") % 2 == 1 or before.count('"') % 2 == 1


def _runs_something(command: Command) -> bool:
    """Whether somebody states what to run: `jupyter lab` waits for a person, and what was guessed nobody states."""
    if command.origin is Origin.GUESSED:
        return False
    words = command.argv or tuple(command.text.split())
    return not (
        words
        and (
            words[0].endswith(".ipynb")
            or words[:2] in (("jupyter", "lab"), ("jupyter", "notebook"))
            or words[0] == "jupyter-lab"
        )
    )


def _execute(notebook: str) -> str:
    folder, _, name = notebook.rpartition("/")
    made = shlex.quote(name.removesuffix(".ipynb") + EXECUTED)
    page = (
        f"python -m jupyter nbconvert --to html --log-level ERROR --output-dir /tmp {made}"  # for people, not compared
    )
    run = f"{NBCONVERT} --output {made} {shlex.quote(name)} && {page}"
    return f"({typed_in(folder, run)})" if folder else run


def typed_in(folder: str, text: str) -> str:
    """What a shell is told to do in a folder."""
    return f"cd {shlex.quote(folder)} && {text}"


def shown(argv: Iterable[str]) -> str:
    """An argv as one would type it."""
    words = tuple(argv)
    return words[2] if words[:2] == ("sh", "-c") else shlex.join(words)
