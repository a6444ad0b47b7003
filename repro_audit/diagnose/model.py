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
    also: tuple[Place, ...] = ()  # further lines of the project that touch the same source
    together_with: tuple[CauseName, ...] = ()  # releasing it alone changes nothing, with these it does

    def to_dict(self) -> dict[str, Any]:
        """The form of the result's JSON."""
        return {
            "cause": self.name.value, "confirmed": self.confirmed, "path": self.at.path if self.at else None,
            "line": self.at.line if self.at else None, "text": self.text, "outputs": list(self.outputs),
            "fix": self.fix, **({"cell": self.cell} if self.cell is not None else {}),
            **({"also": [{"path": p.path, "line": p.line} for p in self.also]} if self.also else {}),
            **({"together_with": [n.value for n in self.together_with]} if self.together_with else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hold:
    """What fixes (or moves) one source from outside: settings of the probe, variables, surroundings by name.

    `before` are words that the command is put behind, such as a program that starts it in another way.
    """

    probe: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    surroundings: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def __or__(self, other: Hold) -> Hold:
        """Both; where they speak of the same thing the other's word counts."""
        return Hold(
            _merged(self.probe, other.probe),
            {**self.variables, **other.variables},
            {**self.surroundings, **other.surroundings},
            other.before or self.before,
        )


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the probe are tables of tables: what is held, what is moved."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        if isinstance(one[key], Mapping) and isinstance(other[key], Mapping):
            found[key] = {**one[key], **other[key]}
    return found
