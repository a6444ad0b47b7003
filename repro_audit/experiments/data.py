"""Other data of the same form in place of the project's."""

from __future__ import annotations

from collections.abc import Iterator

from .lab import Lab, Planned


def proposals(lab: Lab) -> Iterator[Planned]:
    """The experiments that fit this project."""
    yield from ()
