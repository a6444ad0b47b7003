"""What an experiment asked, did and found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..diagnose.model import Cause
from ..diagnose.words import sentence
from ..model import Place


class Kind(Enum):
    """The question that is asked of a run."""

    BUILD = "build"  # the environment, from the project's own files
    REPEAT = "repeat"  # the same twice
    STRESS = "stress"  # the same under everything changed that should not matter
    SEED = "seed"  # another seed
    CONFIG = "config"  # another value of a parameter
    DATA = "data"  # other data of the same form
    STAGE = "stage"  # one step of the work alone
    APP = "app"  # a prediction asked of the app
    SYSTEM = "system"  # what the system that the project is built on tells of it
    CLAIMS = "claims"  # what the repository says came out, beside what came out


class Depth(Enum):
    """How much is asked of a run."""

    REPEAT = "repeat"  # build, run twice, compare
    STANDARD = "standard"  # and say why runs differ, stress, seeds, the telling parameters, data, app
    DEEP = "deep"  # and every parameter, every stage


class Outcome(Enum):
    WORKS = "works"  # it was built, or did what it was asked
    SAME = "same"  # the runs left the same
    EQUIVALENT = "equivalent"  # the runs left other bytes that mean the same
    DIFFERS = "differs"  # the runs left something else
    LIVE = "live"  # another value gives another result
    DEAD = "dead"  # another value changes nothing
    FAILED = "failed"  # it did not; `failure` says why
    INCONCLUSIVE = "inconclusive"  # it could not be told; `reason` says why
    SKIPPED = "skipped"  # it was not tried; `reason` says why


class FailureClass(Enum):
    """Why a build or run failed, for the person who has to mend it."""

    NO_COMMAND = "no-command"
    INSTALL_FAILED = "install-failed"
    MISSING_PACKAGE = "missing-package"
    MISSING_FILE = "missing-file"
    MISSING_DATA = "missing-data"
    ABSOLUTE_PATH = "absolute-path"
    NETWORK_NEEDED = "network-needed"
    PYTHON_VERSION = "python-version"
    API_DRIFT = "api-drift"
    OUT_OF_MEMORY = "out-of-memory"
    TIMED_OUT = "timed-out"
    NEEDS_GPU = "needs-gpu"
    NEEDS_SECRET = "needs-secret"
    CRASHED = "crashed"

    @property
    def is_the_sandbox(self) -> bool:
        """Whether the sandbox's limits, and not the project, may be what stopped it."""
        return self in (
            FailureClass.NETWORK_NEEDED, FailureClass.OUT_OF_MEMORY, FailureClass.TIMED_OUT, FailureClass.NEEDS_GPU,
            FailureClass.NEEDS_SECRET,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as an answer: its class, the project's line behind it, the last words, the next step.

    `is_of_ours` says that something of this machine or of our limits was in the way, whatever the class; `lacks` is
    the distribution that would have to be installed as well, `brings` the package of a Debian system, and `python` the
    last version that has what was missed.
    """

    kind: FailureClass
    message: str
    next_step: str
    at: Place | None = None
    last_lines: tuple[str, ...] = ()
    is_of_ours: bool = False
    lacks: str = ""
    brings: str = ""
    python: str = ""

    @property
    def is_the_sandbox(self) -> bool:
        """Whether the sandbox or its machine, and not the project, may be what stopped it."""
        return self.is_of_ours or self.kind.is_the_sandbox

    def to_dict(self) -> dict[str, Any]:
        return {
            "class": self.kind.value, "message": self.message, "next": self.next_step,
            "path": self.at.path if self.at else None, "line": self.at.line if self.at else None,
            "last_lines": list(self.last_lines),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is told in the result; `log` is relative to the evidence folder's parent."""

    argv: tuple[str, ...]
    ending: str
    exit: int | None
    seconds: float
    peak_memory: int | None  # bytes
    log: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "argv": list(self.argv), "exit": self.exit, "ending": self.ending, "seconds": round(self.seconds, 1),
            "peak_memory_bytes": self.peak_memory, "log": self.log,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that both runs left, compared."""

    path: str
    verdict: str
    why: str
    remarks: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()  # (where in it, what differs there), real differences first

    def to_dict(self) -> dict[str, Any]:
        places = [{"at": at, "why": why} for at, why in self.places]
        return {
            "path": self.path,
            "verdict": self.verdict,
            "why": self.why,
            **({"remarks": list(self.remarks)} if self.remarks else {}),
            **({"places": places} if places else {}),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What an experiment changed: a parameter as `FILE:dotted.key`, `FILE:--option` or `FILE:CONSTANT`."""

    parameter: str
    before: Any
    after: Any
    at: Place | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "parameter": self.parameter, "from": self.before, "to": self.after,
            "path": self.at.path if self.at else None, "line": self.at.line if self.at else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment; `reason` says in a sentence what was found, why it was skipped or could not tell."""

    id: str
    kind: Kind
    runner: str
    outcome: Outcome
    reason: str = ""
    runs: tuple[RunRecord, ...] = ()
    failure: Failure | None = None
    outputs: tuple[Output, ...] = ()
    committed: tuple[Output, ...] = ()  # executed notebooks beside the ones that are committed
    environment: dict[str, Any] = field(default_factory=dict)
    isolation: str = ""  # what the runner keeps apart
    network: bool = False  # whether the runs could reach the network
    change: Change | None = None
    causes: tuple[Cause, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)  # what only this kind of experiment has to tell

    def to_dict(self) -> dict[str, Any]:
        """The form of the result's JSON."""
        return {
            "id": self.id, "kind": self.kind.value, "runner": self.runner,
            "outcome": self.outcome.value, "reason": self.reason,
            "runs": [r.to_dict() for r in self.runs],
            "failure": self.failure.to_dict() if self.failure else None,
            "outputs": [o.to_dict() for o in self.outputs],
            "causes": [{**c.to_dict(), "why": sentence(c)} for c in self.causes],
            "committed": [o.to_dict() for o in self.committed],
            "isolation": self.isolation,
            "network": self.network,
            **(self.change.to_dict() if self.change else {}),
            **({"environment": self.environment} if self.environment else {}),
            **self.details,
        }  # fmt: skip
