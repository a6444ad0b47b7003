"""Git submodules, whose commit is fixed in the index whichever branch `.gitmodules` says they follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex

SECTION = regex(r"^\s*\[")
PATH = regex(r"^\s*path\s*=\s*(.+?)\s*$")
DATASET = regex(r"^\s*datalad-(?:id|url)\s*=")
DATA = regex(r"(?:^|/)(?:data|datasets?|corpus|corpora|raw|inputs?)(?:/|$)", 2)


@dataclass(frozen=True, slots=True)
class Submodule:
    path: str
    at: Place
    commit: str  # nothing where the project is a copy without git's index
    is_dataset: bool  # of DataLad

    @property
    def is_data(self) -> bool:
        """Whether it holds data before all, and not code."""
        return self.is_dataset or DATA.search(self.path) is not None


def find_submodules(files: Tree) -> tuple[Submodule, ...]:
    """Those of the index, and in a copy without one those that `.gitmodules` names."""
    commits = _commits(files)
    named = {path: (line, is_dataset) for path, line, is_dataset in _named(files)}
    paths = commits if files.repository is not None else dict.fromkeys(named, "")
    found = []
    for path, commit in sorted(paths.items()):
        line, is_dataset = named.get(path, (None, False))
        found.append(Submodule(path, Place(".gitmodules", line) if line else Place(path), commit, is_dataset))
    return tuple(found)


def _commits(files: Tree) -> dict[str, str]:
    if files.repository is None:
        return {}
    prefix = files.repository.prefix(files.root)
    entries = (e for e in files.repository.index.values() if e.is_submodule)
    return {e.path[len(prefix) :]: e.blob for e in entries if e.path.startswith(prefix)}


def _named(files: Tree) -> Iterator[tuple[str, int, bool]]:
    """(path, line of the path, whether it is a data set) of each section."""
    path, at, is_dataset = "", 0, False
    for number, line in enumerate([*files.lines(".gitmodules"), "["], 1):
        if SECTION.match(line):
            if path:
                yield path, at, is_dataset
            path, at, is_dataset = "", 0, False
        elif found := PATH.match(line[:2000]):
            path, at = normalise(found[1].strip('"')), number
        elif DATASET.match(line):
            is_dataset = True
