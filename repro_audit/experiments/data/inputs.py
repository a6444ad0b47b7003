"""Which files are the input of the run: what reading found, and what the probe saw opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ..lab import Lab
from .rows import READABLE

MANY_FILES = 8  # of one kind: a folder of so many is varied by its files
MOST_FILES = 20_000
ONE_EACH = frozenset(
    ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .wav .mp3 .flac .ogg .txt .npy .npz .json .xml .mp4 .avi .nii".split()
)
NO_DATA = ("requirements", "license", "licence", "readme", "changelog", "cmakelists", "package")


@dataclass(frozen=True)
class Input:
    """A file or folder of the project that the run reads; `files` are those of it that are varied."""

    path: str
    files: tuple[str, ...]
    is_of_files: bool = False  # a folder whose files are the examples


def find_inputs(lab: Lab) -> tuple[Input, ...]:
    """The inputs that can be varied, the most telling first: opened by the run, named for training, large."""
    paths = dict.fromkeys((*_named_by_sources(lab), *_opened(lab)))
    found = [i for path in paths if (i := _input(lab, path)) is not None]
    seen = lab.notes.opened if lab.notes.is_there else frozenset[str]()
    read = [i for i in found if seen.intersection(i.files)] or found
    return tuple(sorted(read, key=lambda i: ("train" not in i.path.lower(), -_size(lab, i), i.path)))


def _named_by_sources(lab: Lab) -> Iterator[str]:
    for source in lab.project.data.sources:
        if source.is_main and "//" not in source.what:
            yield source.what.strip("/").removeprefix("./")


def _opened(lab: Lab) -> Iterator[str]:
    for path in sorted(lab.notes.opened):
        name = PurePosixPath(path).name.lower()
        is_parameters = any(s.path == path for s in lab.project.configuration.sets)
        if name.endswith(READABLE) and not name.startswith(NO_DATA) and not is_parameters:
            yield path


def _input(lab: Lab, path: str) -> Input | None:
    """A file, a folder, or the files of a pattern; none that the run makes itself."""
    files = lab.project.files
    made = {p.removeprefix("project/") for p in lab.reference.changed}
    if path in files:
        return Input(path, (path,)) if path.lower().endswith(READABLE) and path not in made else None
    pattern = path if "*" in path else f"{path}/*"
    inside = [p for p in files.paths if fnmatchcase(p, pattern) and p not in made][:MOST_FILES]
    if not inside:
        return None
    folder = path.partition("*")[0].rpartition("/")[0] if "*" in path else path
    suffix, count = Counter(PurePosixPath(p).suffix.lower() for p in inside).most_common(1)[0]
    if count >= MANY_FILES and suffix in ONE_EACH:
        return Input(folder, tuple(p for p in inside if p.lower().endswith(suffix)), is_of_files=True)
    tables = tuple(p for p in inside if p.lower().endswith(READABLE) and not _is_page(p))
    return Input(folder, tables) if tables and folder else None


def _is_page(path: str) -> bool:
    return PurePosixPath(path).name.lower().startswith(NO_DATA)


def _size(lab: Lab, given: Input) -> int:
    return sum(lab.project.files.size(p) for p in given.files[:100])
