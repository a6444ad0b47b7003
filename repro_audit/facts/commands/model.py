"""A command as the project states it, and what the chosen ones come down to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...model import Place


class Origin(Enum):
    """Where a command is stated."""

    SETTINGS = "settings"  # named by the project's [tool.repro-audit]
    README = "readme"
    DOCS = "docs"
    REPORT = "report"  # an existing REPRODUCIBILITY.md
    MAKE = "make"
    DVC = "dvc"
    MLPROJECT = "mlproject"
    GUILD = "guild"
    SNAKEMAKE = "snakemake"
    TASKS = "tasks"  # Taskfile, justfile, nox, tox, package.json scripts
    SCRIPTS = "scripts"  # console scripts of pyproject.toml, setup.cfg, setup.py
    SHELL = "shell"  # a shell script of the project
    DOCKER = "docker"  # CMD or ENTRYPOINT
    NOTEBOOK = "notebook"  # a `!command` cell
    CI = "ci"
    GUESSED = "guessed"  # stated nowhere: a script whose name says what it does


@dataclass(frozen=True, slots=True)
class Command:
    text: str  # as it is written, without the prompt
    argv: tuple[str, ...] | None  # None where it needs a shell
    cwd: str  # relative to the root; "." is the root
    at: Place
    origin: Origin
    heading: str = ""  # the headings it stands under, outermost first, joined by " > "


class StepKind(Enum):
    PYTHON = "python"  # a .py file is run
    NOTEBOOK = "notebook"
    SHELL = "shell"
    OTHER = "other"  # R, Julia, a tool


@dataclass(frozen=True, slots=True)
class Step:
    """One program that the main experiment runs, after Makefiles, pipelines and shell scripts are followed."""

    path: str | None  # the file that is run, None where it is a tool
    arguments: tuple[str, ...]  # the words after the file or tool
    kind: StepKind
    cwd: str
    at: Place  # where this step is written


class GapKind(Enum):
    MISSING_FILE = "missing-file"  # a named file is not in the repository
    INVENTED_VALUE = "invented-value"  # a placeholder, or a required option that the command leaves out
    NO_EFFECT = "no-effect"  # the script only defines functions, and nothing calls them


@dataclass(frozen=True, slots=True)
class Gap:
    """What a reader has to find or invent before the command runs."""

    kind: GapKind
    what: str
    at: Place


@dataclass(frozen=True)
class Commands:
    """Every command the project states, and the main experiment among them."""

    all: tuple[Command, ...]
    chosen: tuple[Command, ...]  # the main experiment, in order; empty where there is nothing to run at all
    why: str  # "chosen because ...", a sentence for the user
    steps: tuple[Step, ...]  # what the chosen commands run
    gaps: tuple[Gap, ...]  # of the chosen commands and their steps
    preparation: tuple[Command, ...] = ()  # what the same page tells to run before, to make or fetch data
    preparation_steps: tuple[Step, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether somebody wrote down how to run it, and it was not guessed from a file's name."""
        return bool(self.chosen) and self.chosen[0].origin is not Origin.GUESSED
