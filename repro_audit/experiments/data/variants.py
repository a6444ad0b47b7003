"""Data of the same form as the project's: some of its rows or files left out, or others in their place."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from ...facts.files import Tree
from .inputs import Input
from .rows import MOST, Rows, rows_of

LEAST = 3  # rows or files that there must be
DROPPED = 6  # one in so many
SEED = 20  # of what is drawn; any would do, and it is always the same


class Form(Enum):
    """How the variant comes from the project's own data, the gentlest first."""

    SUBSET = "a part of its rows left out"
    RESAMPLED = "rows drawn again with replacement"

    def told(self, given: Input) -> str:
        return self.value.replace("rows", "files") if given.is_of_files else self.value


@dataclass(frozen=True)
class Variant:
    """The files of the input that are others now: their content, or None for one that is left out."""

    form: Form
    files: Mapping[str, bytes | None]


def vary(files: Tree, given: Input, form: Form) -> Variant | None:
    """The variant of an input; None where nothing of it could be varied."""
    varied = _vary_files(files, given, form) if given.is_of_files else _vary_rows(files, given, form)
    return Variant(form, varied) if varied else None


def chosen(count: int, needed: frozenset[int], form: Form) -> list[int] | None:
    """The rows that make the variant, in their order; None where none can be spared."""
    free = [i for i in range(count) if i not in needed]
    if count < LEAST or not free:
        return None
    rng = random.Random(SEED)
    leaving = set(rng.sample(free, max(1, min(len(free) - 1, count // DROPPED)) if len(free) > 1 else 1))
    staying = [i for i in range(count) if i not in leaving]
    if form is Form.SUBSET:
        return staying
    return [rng.choice(staying) if i in leaving else i for i in range(count)]


def _vary_rows(files: Tree, given: Input, form: Form) -> dict[str, bytes | None]:
    """Files of as many rows belong together (features and labels): the same rows of each are chosen."""
    groups: dict[int, dict[str, Rows]] = defaultdict(dict)
    for path in given.files:
        data = read(files, path)
        rows = rows_of(path, data) if data is not None else None
        if rows is not None:
            groups[len(rows)][path] = rows
    found: dict[str, bytes | None] = {}
    for count, members in groups.items():
        indices = chosen(count, frozenset[int]().union(*(r.needed for r in members.values())), form)
        if indices is not None:
            found |= {path: rows.made_of(indices) for path, rows in members.items()}
    return found


def _vary_files(files: Tree, given: Input, form: Form) -> dict[str, bytes | None]:
    """Per folder, so that every label that a folder stands for keeps some."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in given.files:
        folders[str(PurePosixPath(path).parent)].append(path)
    found: dict[str, bytes | None] = {}
    for paths in folders.values():
        indices = chosen(len(paths), frozenset(), form)
        if indices is None:
            continue
        if form is Form.SUBSET:
            found |= {path: None for i, path in enumerate(paths) if i not in set(indices)}
        else:
            found |= {path: read(files, paths[i]) for path, i in zip(paths, indices, strict=True) if paths[i] != path}
    return found


def read(files: Tree, path: str) -> bytes | None:
    """A file of the project, None where it is too large or no plain file inside it."""
    if files.size(path) > MOST:
        return None
    return files.open_bytes(path, MOST)
