"""A path that a program reads or writes, and what decides it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ...model import Place


class Given(IntEnum):
    """How a value comes into the program; a path takes the most open of its parts."""

    UNKNOWN = 0
    INLINE = 1  # a literal where it is used
    NAMED = 2  # a named constant, or the default of an argument
    CONFIG = 3
    OPTION = 4

    @property
    def is_open(self) -> bool:
        return self >= Given.CONFIG


@dataclass(frozen=True, slots=True)
class Location:
    """A path as far as reading tells, and what decides it."""

    text: str
    given: Given
    at: Place
    name: str = ""  # the option, key or constant
    is_mixed: bool = False  # a literal name of a file is joined to an option or configuration value

    @property
    def is_known(self) -> bool:
        return any(c.isalnum() for c in self.text)
