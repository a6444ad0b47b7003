"""Where the project writes a parameter that a system names."""

from __future__ import annotations

from ...facts.configuration.model import Holder
from ...model import Place
from ...project import Project


def place_of(project: Project, key: str, *holders: Holder) -> Place | None:
    """The line of the dotted key in what holds parameters, else of its last part."""
    sets = [s for s in project.configuration.sets if s.holder in holders]
    for wanted in (key, key.rpartition(".")[2]):
        for parameter in (p for held in sets for p in held.parameters):
            if parameter.key == wanted:
                return parameter.at
    return None
