"""Each seed changed: do the outputs change, and does the same new seed give the same twice?"""

from __future__ import annotations

from collections.abc import Iterator

from .lab import Lab, Planned


def proposals(lab: Lab) -> Iterator[Planned]:
    """The experiments that fit this project."""
    yield from ()
