"""What commands come down to: Makefiles, pipelines, scripts and containers are followed to the programs they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ...model import Place
from ..sources import Sources
from . import programs, runners
from .entry_points import EntryPoint, read_entry_points
from .gaps import Surroundings
from .invocation import APP_SERVERS, FILE_RUNNERS, SILENT, Invocation
from .recipes import Recipes, folder_of
from .walk import Followed, Handler, Walk

HANDLERS: dict[str, Handler] = {
    "python": programs.python,
    "sh": programs.shell,
    **dict.fromkeys(("rscript", "r", "julia", "lua", "th", "octave", "perl"), programs.foreign),
    **dict.fromkeys(("jupyter", "papermill"), programs.notebook),
    **dict.fromkeys(("docker", "docker-compose", "podman"), programs.docker),
    **dict.fromkeys((*FILE_RUNNERS, *APP_SERVERS, "flask"), programs.app),
    "make": runners.make,
    "dvc": runners.dvc,
    "mlflow": runners.mlflow,
    "guild": runners.guild,
    "kedro": runners.kedro,
    "snakemake": runners.snakemake,
    "ploomber": runners.ploomber,
    **dict.fromkeys(("prefect", "pyflyte", "modal", "sky", "dagster"), runners.flow),
    **dict.fromkeys(("task", "just", "npm", "tox", "nox"), runners.task),
}


def handler_of(call: Invocation, entry_points: dict[str, EntryPoint]) -> Handler | None:
    """What follows a call; None where nothing of interest is run."""
    if call.program in HANDLERS:
        return HANDLERS[call.program]
    if call.program in entry_points:
        return programs.entry_point
    if "tar_make" in call.program:
        return programs.targets
    return None if call.program in SILENT else programs.tool


@dataclass(frozen=True)
class Resolver:
    """Follows commands through one project; each is followed once."""

    sources: Sources
    recipes: Recipes
    words: str = ""  # the text of the documents, in which a value may be given
    _followed: dict[tuple[str, str, Place], Followed] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def entry_points(self) -> dict[str, EntryPoint]:
        return {e.name: e for e in read_entry_points(self.sources.tree, self.sources)}

    def follow(self, text: str, cwd: str, at: Place) -> Followed:
        """What a stated command runs, and what is missing for it."""
        key = (text, cwd, at)
        if key not in self._followed:
            walk = Walk(self.sources, self.recipes, self.entry_points, self._around(at), handler_of)
            walk.line(text, cwd, at, 0)
            self._followed[key] = walk.found
        return self._followed[key]

    def _around(self, at: Place) -> Surroundings:
        folder = folder_of(at.path)
        return Surroundings(self.sources.tree, self.words, (folder, folder_of(folder), "."))
