"""A parameter that an experiment can set, and what setting it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

from ...facts.configuration.words import is_descriptive, leaf_name
from ...model import Place
from ...sandbox.model import Job
from ..bench import Variation

Read = Callable[[str], "str | None"]  # the text of a project's file as the run would find it


class CannotSet(Exception):
    """There is no way to give the parameter that value; the message says why."""


class Rank(IntEnum):
    """How much a parameter's place promises: what a configuration file holds is asked first."""

    FILE = 0
    OPTION = 1
    CONSTANT = 2
    LITERAL = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """A changed project: files by path with their new text, and the command where it is another."""

    files: Mapping[str, str] = field(default_factory=dict)
    job: Job | None = None

    def variation(self, folder: Path) -> Variation:
        """As a run takes it; the changed files are written below the (empty) folder."""
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        return Variation(overlays=(folder,) if self.files else (), job=self.job)


class Way(Protocol):
    """How a parameter is given a value; raises `CannotSet`."""

    def __call__(self, read: Read, job: Job, value: Any) -> Setting: ...


@dataclass(frozen=True)
class Knob:
    """A parameter with its committed value and the way to set another one."""

    path: str
    key: str  # dotted, or an option with its dashes
    value: Any
    at: Place
    way: Way
    rank: Rank
    choices: tuple[Any, ...] = ()  # what code, schema or a comment shows, the value itself among them or not
    is_read: bool | None = None  # by reading the code; None where that cannot tell
    why_dead: str = ""
    is_flag: bool = False  # an option without a value
    text: str = ""  # of its line

    @property
    def id(self) -> str:
        """The name that the result has for it."""
        return f"{self.path}:{self.key}"

    @property
    def name(self) -> str:
        return leaf_name(self.key.partition("@")[0])

    @property
    def is_descriptive(self) -> bool:
        """Whether it is a path, a name or a switch of the output, which no result depends on."""
        return (isinstance(self.value, str) and "/" in self.value) or is_descriptive(self.name)

    @property
    def is_seed(self) -> bool:
        return is_seed_name(self.name)


def is_seed_name(name: str) -> bool:
    """Whether a parameter of that name is a seed."""
    words = name.lower().replace("-", "_").strip("_").split("_")
    return "seed" in words or "randomseed" in words or name.lower() in ("random_state", "rng_state", "randomstate")
