"""The app is started and asked for a prediction."""

from __future__ import annotations

from collections.abc import Iterator

from .lab import Lab, Planned


def proposals(lab: Lab) -> Iterator[Planned]:
    """The experiments that fit this project."""
    yield from ()
