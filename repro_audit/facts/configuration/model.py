"""Parameters, and the files, scopes and options that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...model import Place
from .words import core_kind, is_about_evaluation, is_descriptive, is_tunable, leaf_name


class Holder(Enum):
    """What kind of thing holds parameters."""

    FILE = "file"  # YAML, JSON, TOML, INI, .env, gin, ...
    MODULE = "module"  # a Python module or class of settings
    HYDRA = "hydra"  # a file of a Hydra configuration folder
    SACRED = "sacred"  # a config scope or named config
    GUILD = "guild"  # flags of guild.yml
    DVC = "dvc"  # params.yaml
    MLPROJECT = "mlproject"  # parameters of MLproject
    MAKE = "make"  # variables of a Makefile or of an included .mk
    OPTIONS = "options"  # command-line options with defaults
    SHELL = "shell"  # a shell script that passes values to the program
    CONSTANTS = "constants"  # named constants at the top of the main script


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a user may change: `key` is dotted (`train.epochs`) or an option (`--epochs`)."""

    key: str
    value: Any  # as parsed; `...` where it is computed
    at: Place
    is_read: bool | None = None  # whether reached code uses it; None where reading cannot tell
    why_dead: str = ""  # for one that is not read: what shadows it
    read_at: Place | None = None  # a line that uses it, where one was seen
    known_as: str = ""  # the name that the code has for it, where a pipeline renames it

    @property
    def name(self) -> str:
        """The last part of the key, as code writes it."""
        return leaf_name(self.key)

    @property
    def is_blank(self) -> bool:
        """Whether a reader would have to fill in the value."""
        return self.value is None or self.value in ("", "???", "TODO", "None", "null")

    @property
    def is_tunable(self) -> bool:
        """Whether it is what one tunes: a rate, a size, a count, a choice of model."""
        return is_tunable(self.key)

    @property
    def core_kind(self) -> str:
        """`rate`, `length` or `batch` for what every training has, else empty."""
        return core_kind(self.key)

    @property
    def is_about_evaluation(self) -> bool:
        """Whether it only says how the data are split for testing, and tunes no model."""
        return is_about_evaluation(self.key)

    @property
    def is_descriptive(self) -> bool:
        """Whether it is a path, a name or a switch of the output, which no result depends on."""
        is_path = isinstance(self.value, str) and "/" in self.value
        return is_path or is_descriptive(self.key)


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """A file, scope or parser with its parameters, and how the main experiment comes to read it."""

    path: str
    holder: Holder
    parameters: tuple[Parameter, ...]
    reader: Place | None = None  # the line of code (or of the command) that reads it; None: nothing found
    is_main: bool = False  # the chosen commands or the reached program use it
    at: Place | None = None  # where it begins


@dataclass(frozen=True)
class Configuration:
    """All parameter sets; `main` are those of the main experiment."""

    sets: tuple[ParameterSet, ...]
    records_runs: bool = False  # a Sacred observer is always attached, so that each run's values are kept

    @property
    def main(self) -> tuple[ParameterSet, ...]:
        return tuple(s for s in self.sets if s.is_main)

    @property
    def files(self) -> tuple[ParameterSet, ...]:
        """The sets of the main experiment that count as committed configuration files."""
        loose = (Holder.OPTIONS, Holder.SHELL, Holder.CONSTANTS)
        return tuple(s for s in self.main if s.holder not in loose)
