"""Random draws of the main experiment, and the seeds that govern them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...model import Place


class SeedOrigin(Enum):
    """Where a seed's value comes from, as far as the code shows."""

    CONFIG = "config"  # a configuration value, or a constant of a settings module
    OPTION = "option"  # a command-line option
    CONSTANT_TOP = "constant"  # a named constant at the top level of a module or notebook
    DEFAULT_ARGUMENT = "default argument"  # a function's default that no reached call overrides
    LITERAL = "literal"  # a number written where it is used
    UNSET = "unset"  # None, the clock, or an option without default that the command does not give
    RECORDED = "recorded"  # drawn anew each run and recorded with it (Sacred)
    UNKNOWN = "unknown"  # reading cannot tell


@dataclass(frozen=True, slots=True)
class Seed:
    """A value that seeds one or more sources."""

    sources: tuple[str, ...]  # "python", "numpy", "torch", "tensorflow", "jax", "sklearn", ...
    at: Place
    text: str
    origin: SeedOrigin
    value: Any = None
    parameter: str = ""  # the key, option or constant's name
    defined_at: Place | None = None  # where the value itself is written, if that was found

    @property
    def is_set(self) -> bool:
        return self.origin not in (SeedOrigin.UNSET, SeedOrigin.RECORDED)


@dataclass(frozen=True, slots=True)
class Draw:
    """A place in the project's code where something random happens."""

    source: str
    at: Place
    text: str
    what: str  # the call's name
    seeds: tuple[Seed, ...]  # those that govern it; empty where it is unseeded

    @property
    def is_seeded(self) -> bool:
        return any(seed.is_set for seed in self.seeds)

    @property
    def is_configured(self) -> bool:
        """Whether a configuration file names what draws."""
        return self.at.path.endswith((".yaml", ".yml"))


@dataclass(frozen=True)
class Randomness:
    draws: tuple[Draw, ...]
    seeds: tuple[Seed, ...]
    can_tell: bool  # False where the main experiment is in no language that is read here

    @property
    def unseeded(self) -> tuple[Draw, ...]:
        return tuple(d for d in self.draws if not d.is_seeded)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({d.source for d in self.draws}))
