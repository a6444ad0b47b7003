"""The words of a run, and the protocol that every backend keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

GIB = 1024**3
MIB = 1024**2
PROJECT = "/project"  # where a run finds the project
CARRIED = "/repro-audit"  # below it lies what travels into a run
NOTES = f"{CARRIED}/notes"  # a folder that a run may write notes to


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; what it exceeds ends it."""

    seconds: float = 600.0
    memory: int = 8 * GIB  # bytes, of all its processes together
    cpus: int = 2
    processes: int = 512
    output: int = 4 * GIB  # bytes written to files
    log: int = 32 * MIB  # bytes of standard output and error that are kept

    @property
    def for_build(self) -> Limits:
        """Installing takes its time and memory, however short the run is to be."""
        return replace(self, seconds=max(self.seconds, 1800.0), memory=max(self.memory, 8 * GIB), processes=4096)


class RecipeKind(Enum):
    """What an environment is built from, best first."""

    IMAGE = "image"  # the project's own Dockerfile or dev container
    LOCK = "lock file"
    PINNED = "pinned requirements"
    LOOSE = "loose requirements, resolved as of the commit's date"
    CONDA = "conda environment (approximate: its pip part, and packages that PyPI knows)"
    INFERRED = "inferred from the imports"
    NOTHING = "nothing is needed"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an environment is made, and why so."""

    kind: RecipeKind
    reason: str
    python: str  # "3.11"
    requirements: tuple[str, ...] = ()  # lines as pip takes them
    constraints: tuple[str, ...] = ()  # exact versions of a lock file, for whichever of them are wanted
    files: tuple[str, ...] = ()  # the project's files that were read for it
    newest: str | None = None  # ISO date: packages published later are not considered
    dockerfile: str | None = None
    installs_project: bool = False  # and with it what it declares
    left_out: tuple[str, ...] = ()  # declared, but not to be had from a package index
    added: tuple[str, ...] = ()  # of the requirements, those that nothing declares and without which a run failed
    tools: tuple[str, ...] = ()  # what the command itself needs (nbconvert, dvc, ...), beside the declared packages
    is_python_picked: bool = False  # nobody states it
    older: str = ""  # why it is an older Python than the one that was picked first
    system: tuple[str, ...] = ()  # Debian packages that a generated image gets: its base is smaller than any machine


@dataclass(frozen=True, slots=True)
class Environment:
    """A built environment; `packages` is what was really installed, as `name==version`.

    `has_project` says that it leads to `PROJECT` for the project itself (an editable installation).
    """

    id: str
    runner: str
    python: str
    packages: tuple[str, ...] = ()
    image: str = ""  # digest of the image
    system: str = ""  # operating system inside
    log: str = ""
    was_cached: bool = False
    has_project: bool = False
    why_not_installed: str = ""  # the error for which the project itself is not there, as far as it is known


class Ending(Enum):
    """How a run ended."""

    EXITED = "exited"
    TIMED_OUT = "timed-out"
    OUT_OF_MEMORY = "out-of-memory"
    TOO_MUCH_OUTPUT = "too-much-output"
    TOO_MANY_PROCESSES = "too-many-processes"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run finds around itself, and what it should not depend on; the defaults are what every run gets."""

    hostname: str = "sandbox"
    user: str = "user"  # the name of who runs it, and of the home folder
    folder: str = PROJECT  # where the project stands
    cpus: int = 0  # processors that a program counts; 0: as many as the limits allow
    umask: int = 0o022
    has_room: bool = False  # the project stands in the home folder, so that a run may write beside it
    has_terminal: bool = False  # what runs is in a terminal; the command is typed so


@dataclass(frozen=True, slots=True)
class Job:
    """A command to run in a fresh copy of the project.

    `carried` are folders of ours that travel into the run, read-only: (here, absolute path inside, below `CARRIED`).
    Where something is carried, the run has the folder `NOTES`.
    """

    argv: tuple[str, ...]
    cwd: str = "."
    variables: Mapping[str, str] = field(default_factory=dict)
    network: bool = False
    surroundings: Surroundings = Surroundings()
    carried: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did. `folder` holds what it changed: `project/`, `home/` and `tmp/`; `log` its words.

    `folder/notes/` is what a probe wrote to `NOTES`, whole or not; it is none of the run's changes.
    """

    argv: tuple[str, ...]
    ending: Ending
    exit: int | None
    seconds: float
    peak_memory: int | None  # bytes, None where it was not measured
    folder: Path
    log: Path
    changed: tuple[str, ...]  # files and links below `folder` that are new or were written to
    deleted: tuple[str, ...] = ()  # of the project's files

    @property
    def is_success(self) -> bool:
        return self.ending is Ending.EXITED and self.exit == 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of the project that a run starts from.

    `overlays` are folders of ours whose files are laid over the project's, in order: a changed
    configuration, other data, or what an earlier run left. They count as there before the run, and so does `home`.
    An attached folder hides what they hold in its place.
    """

    root: Path
    paths: tuple[str, ...]
    attached: tuple[tuple[Path, str], ...] = ()  # (folder of the host, path in the project), read-only
    overlays: tuple[Path, ...] = ()
    home: Path | None = None  # what the home folder holds at the start; None: nothing


class Watch(Protocol):
    """Who is told how a build or run goes on."""

    def __call__(self, step: str, line: str = "") -> None: ...


class Sandbox(Protocol):
    """A place where strangers' code may run."""

    name: str
    isolation: str  # a sentence for the result: what it keeps apart

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        """Make (or find again) the environment; raises `BuildFailed`."""
        ...

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        """Run the job in a fresh copy of the project; what it changed is left in `into`."""
        ...


class BuildFailed(Exception):
    """The environment cannot be made; `log` is what the installer said.

    `is_of_ours` says that a limit of ours or a lack of the engine is in the way, and no mistake of the project's.
    """

    def __init__(self, message: str, log: str, *, is_of_ours: bool = False) -> None:
        super().__init__(message)
        self.log = log
        self.is_of_ours = is_of_ours
