"""Each step of the work alone."""

from __future__ import annotations

from collections.abc import Iterator

from .lab import Lab, Planned


def proposals(lab: Lab) -> Iterator[Planned]:
    """The experiments that fit this project."""
    yield from ()
