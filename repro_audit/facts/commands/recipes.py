"""Named pieces of work in the project's own files: Makefile targets, pipeline stages, tasks, scripts.

Each is read into the same form, so that whatever calls it by name can be followed in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ...model import Place
from ..files import Tree
from ..regex import regex
from .model import Origin

MAX_RECIPE_FILES = 200  # of one kind


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named piece of work: shell lines, what has to be done before it, and where it is written."""

    origin: Origin
    name: str
    at: Place
    cwd: str
    lines: tuple[tuple[str, Place], ...]
    needs: tuple[str, ...] = ()  # names of other recipes of the same file
    outputs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    required: tuple[str, ...] = ()  # parameters without a default
    text: str = ""  # how a user calls it: "make train", "dvc repro"
    tool: str = ""  # what a file has to be called with: "docker", "tox"

    @property
    def path(self) -> str:
        return self.at.path


def folder_of(path: str) -> str:
    """The folder of a file, `.` for the root."""
    return path.rpartition("/")[0] or "."


def line_of(text: str, offset: int) -> int:
    """The line (from 1) of an offset."""
    return text.count("\n", 0, offset) + 1


@dataclass(frozen=True)
class Recipes:
    """The recipes of a tree, by the file they are in; files are read on first use."""

    tree: Tree
    _read: dict[str, tuple[Recipe, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The files that hold recipes, shallowest first."""
        found = [p for p in self.tree.own if reader_of(p.rpartition("/")[2]) is not None]
        return tuple(sorted(found, key=lambda p: (p.count("/"), p))[:MAX_RECIPE_FILES])

    @cached_property
    def all(self) -> tuple[Recipe, ...]:
        return tuple(r for path in self.paths for r in self.of(path))

    def of(self, path: str) -> tuple[Recipe, ...]:
        """The recipes of one file; none where it does not read."""
        if path not in self._read:
            self._read[path] = self._of(path)
        return self._read[path]

    def _of(self, path: str) -> tuple[Recipe, ...]:
        reader = reader_of(path.rpartition("/")[2])
        text = self.tree.text(path)
        if reader is None or not text or len(text) > 1024 * 1024:
            return ()
        from . import containers, pipelines, tasks
        from .makefile import read_makefile

        readers = {
            "make": read_makefile, "dvc": pipelines.read_dvc, "mlproject": pipelines.read_mlproject,
            "guild": pipelines.read_guild, "snakemake": pipelines.read_snakefile, "taskfile": tasks.read_taskfile,
            "just": tasks.read_justfile, "package": tasks.read_package_json, "tox": tasks.read_tox,
            "nox": tasks.read_nox, "docker": containers.read_dockerfile, "compose": containers.read_compose,
        }  # fmt: skip
        return tuple(readers[reader](self.tree, path, text))

    def find(self, origins: Iterable[Origin], cwd: str, name: str | None = None) -> tuple[Recipe, ...]:
        """Recipes of these origins: those of the folder, else of the nearest folder above it."""
        wanted = tuple(origins)
        folder = cwd
        while True:
            found = tuple(
                r for path in self.paths if folder_of(path) == folder for r in self.of(path)
                if r.origin in wanted and (name is None or r.name == name)
            )  # fmt: skip
            if found or folder == ".":
                return found
            folder = folder_of(folder)


FILE_NAMES = {
    "makefile": "make", "gnumakefile": "make", "dvc.yaml": "dvc", "mlproject": "mlproject", "guild.yml": "guild",
    "guild.yaml": "guild", "snakefile": "snakemake", "taskfile.yml": "taskfile", "taskfile.yaml": "taskfile",
    "justfile": "just", ".justfile": "just", "package.json": "package", "tox.ini": "tox", "noxfile.py": "nox",
}  # fmt: skip
PATTERNS = (
    (regex(r"^(.*\.)?dockerfile(\..*)?$"), "docker"),
    (regex(r"^(docker-)?compose[\w.-]*\.ya?ml$"), "compose"),
    (regex(r"\.mk$|^makefile\.\w+$"), "make"),
    (regex(r"\.smk$"), "snakemake"),
    (regex(r"^containerfile$"), "docker"),
)


def reader_of(name: str) -> str | None:
    """The kind of recipes that a file of this name holds."""
    name = name.lower()
    if name in FILE_NAMES:
        return FILE_NAMES[name]
    if "." not in name and "file" not in name:
        return None
    return next((kind for pattern, kind in PATTERNS if pattern.search(name)), None)
