"""What every system is asked, and what it may answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from ...compare.model import Tolerances
from ...facts.configuration.leaf import number
from ...facts.yamls import Entry
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ...text import shorten
from ..bench import AS_IT_IS, Bench, Variation
from ..failures.words import plain
from ..lab import Lab
from ..model import Failure, FailureClass, RunRecord

LAST_OF_LOG = 400_000  # characters
SHOWN = 200  # characters of a value
DEEPEST = 50  # groups within groups


class CannotAsk(Exception):
    """The system gives no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader of the project should know; a fault is one that has to be mended."""

    text: str
    at: Place | None = None
    is_fault: bool = False
    failure: FailureClass | None = None  # where it is a failure of a known class, and what to do about it
    next_step: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": shorten(self.text, 400), "fault": self.is_fault,
            "path": self.at.path if self.at else None, "line": self.at.line if self.at else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The effective parameters by dotted key, and what the system said beside them."""

    parameters: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    raw: tuple[Mapping[str, Any], ...] = ()  # the answer as the system gave it, for its own adapter
    is_read: bool = False  # read in the code, where the system itself cannot be asked


@dataclass(frozen=True, slots=True)
class Record:
    """What the system kept of one run: where, with which parameters, and which numbers came out."""

    folder: str
    status: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)  # the last of each series
    artifacts: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "folder": self.folder, "status": self.status, "parameters": len(self.parameters),
            "metrics": dict(self.metrics), "artifacts": list(self.artifacts[:50]),
        }  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A project and its command, with a run of it to look at where one came to its end."""

    bench: Bench
    project: Project
    job: Job
    reference: Run | None = None
    lab: Lab | None = None
    failure: Failure | None = None  # why there is no such run
    records: list[RunRecord] = field(default_factory=list)  # of the runs made here
    told: dict[str, Any] = field(default_factory=dict)  # what the result has of it beside the findings

    @property
    def tolerances(self) -> Tolerances:
        return self.lab.tolerances if self.lab else Tolerances()

    @cached_property
    def said(self) -> str:
        """The words of the run, or of the one that failed."""
        log = self.reference.log if self.reference else self.bench.evidence.folder / "runs/repeat-1/log.txt"
        return words_of(log)

    def affords(self, runs: int) -> bool:
        return self.lab is not None and self.lab.budget.allows(runs * self.lab.seconds)

    def run(self, name: str, job: Job, variation: Variation = AS_IT_IS) -> Run:
        """Run this job in a fresh copy; its record goes with the experiment."""
        run, record = self.bench.run(f"system-{name}", job, variation)
        self.records.append(record)
        return run


class System(Protocol):
    """One system that projects are built on. What an adapter cannot do, it says: with None or `CannotAsk`."""

    name: str

    def recognises(self, project: Project) -> bool:
        """Whether the main experiment goes through it."""
        ...

    def question(self, project: Project, job: Job) -> Job | None:
        """What is typed to have the system tell its parameters, without the work; None where it cannot tell."""
        ...

    def known(self, project: Project) -> Asked | None:
        """What the code tells, where the system cannot be asked."""
        ...

    def answer(self, project: Project, run: Run) -> Asked:
        """The parameters that the question's run told; raises `CannotAsk`."""
        ...

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        """The command with another value, through the system's own command line; raises `CannotSet`."""
        ...

    def kept(self, run: Run) -> Iterator[Record]:
        """What the system kept of the run."""
        ...

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        """What reading the answer, the run, and further runs tell."""
        ...


class Plain:
    """A system of which nothing can be asked before it runs."""

    def question(self, project: Project, job: Job) -> Job | None:
        return None

    def known(self, project: Project) -> Asked | None:
        return None

    def answer(self, project: Project, run: Run) -> Asked:
        raise CannotAsk("it tells its parameters only by running")

    def kept(self, run: Run) -> Iterator[Record]:
        yield from ()

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        yield from ()


def words_of(log: Path) -> str:
    """The end of what a run said, without colors."""
    try:
        return plain(log.read_bytes()[-LAST_OF_LOG:])
    except OSError:
        return ""


def flat(value: Any, above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Leaves by dotted key; lists are values. No configuration is as deep as what would exhaust the stack."""
    if depth > DEEPEST:
        yield above, "(nested too deep)"
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from flat(inner, f"{above}.{key}" if above else str(key), depth + 1)
    elif above:
        yield above, value


def flat_entry(entry: Entry, above: str = "") -> Iterator[tuple[str, Any]]:
    """The same of YAML; a list is one value."""
    if entry.values:
        for key, inner in entry.values.items():
            yield from flat_entry(inner, f"{above}.{key}" if above else key)
    elif above:
        yield above, [number(i.text) for i in entry.items] if entry.is_list else number(entry.text)


def said(value: Any) -> Any:
    """A value as the result tells it."""
    return value if isinstance(value, (bool, int, float)) or value is None else shorten(str(value), SHOWN)
