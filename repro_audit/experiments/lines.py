"""The project's own lines behind a cause, and where the project keeps its seed."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnose.notes import Touch
from ..diagnose.words import SeedKey
from ..facts.source import notebook_cells
from ..model import Place
from ..project import Project

SEEDS = ("seed", "random_seed", "random_state", "rng_seed", "manual_seed", "randomseed")
MOST_LINES = 3


def placed(touch: Touch, project: Project) -> Place | None:
    """The place as an editor opens it: in a notebook, the line of the .ipynb file itself."""
    at = touch.at
    if at is None or touch.cell is None or at.line is None:
        return at
    cells = notebook_cells(project.files.text(at.path) or "") or []
    cell = next((c for c in cells if c.number == touch.cell), None)
    if cell is None or not 0 < at.line <= len(cell.lines):
        return Place(at.path)
    return Place(at.path, cell.lines[at.line - 1])


def lines_of(touches: Iterable[Touch], project: Project) -> list[tuple[Touch, Place]]:
    """The first lines in time; where lines draw themselves, those whose import draws are not told."""
    found = [(t, at) for t in touches if (at := placed(t, project))]
    direct = [(t, at) for t, at in found if not t.is_importing]
    return (direct or found)[:MOST_LINES]


def seed_key(project: Project) -> SeedKey:
    """The parameter that holds the seed: of a configuration file rather than of an option."""
    configuration = project.configuration
    for holder in (*configuration.files, *configuration.main):
        for parameter in holder.parameters:
            if parameter.name.strip("-").replace("-", "_").lower() in SEEDS:
                return SeedKey(holder.path, parameter.key)
    return SeedKey()
