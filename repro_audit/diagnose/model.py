"""The words of a diagnosis: causes, what holds each of them still, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..model import Place


class CauseName(Enum):
    """A source of nondeterminism, by the name that the result has for it."""

    PYTHON_RANDOM = "unseeded-python-random"
    NUMPY = "unseeded-numpy"
    TORCH = "unseeded-torch"
    TENSORFLOW = "unseeded-tensorflow"
    JAX = "unseeded-jax"
    OS_ENTROPY = "os-entropy"  # urandom, secrets, uuid4
    HASH_SEED = "hash-seed"
    WALL_CLOCK = "wall-clock"
    FILE_ORDER = "file-order"
    THREAD_ORDER = "thread-order"
    THREAD_COUNT = "thread-count"
    CPU_COUNT = "cpu-count"
    MEMORY_ADDRESS = "memory-address"
    PROCESS_ID = "process-id"
    HOSTNAME = "hostname"
    USER = "user"
    WORKING_DIRECTORY = "working-directory"
    LOCALE = "locale"
    TIMEZONE = "timezone"
    ENVIRONMENT_VARIABLE = "environment-variable"
    NETWORK = "network"
    LEFTOVER_STATE = "leftover-state"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why outputs differ. `confirmed` only where changing that one thing alone made the difference come or go."""

    name: CauseName
    confirmed: bool
    outputs: tuple[str, ...]
    at: Place | None = None  # the project's own line
    text: str = ""  # that line, or what was called there
    fix: str = ""
    cell: int | None = None  # of a notebook, counted from 0

    def to_dict(self) -> dict[str, Any]:
        """The form of the result's JSON."""
        return {
            "cause": self.name.value, "confirmed": self.confirmed, "path": self.at.path if self.at else None,
            "line": self.at.line if self.at else None, "text": self.text, "outputs": list(self.outputs),
            "fix": self.fix, **({"cell": self.cell} if self.cell is not None else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hold:
    """What fixes (or moves) one source from outside: settings of the probe, variables, surroundings by name."""

    probe: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    surroundings: Mapping[str, Any] = field(default_factory=dict)

    def __or__(self, other: Hold) -> Hold:
        return Hold(
            {**self.probe, **other.probe},
            {**self.variables, **other.variables},
            {**self.surroundings, **other.surroundings},
        )
