"""The evidence of an audit as an archive needs it: each run with its log, its outputs and their digests.

The folder may have come from elsewhere (a CI artifact, a colleague), so its manifests are read with care: a path
that leads out of the folder, or through a link, is none, and a file that is not what its manifest says is not shown
as what the run left.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..experiments.evidence import FOUND
from ..experiments.jsonfile import read_json
from ..experiments.kept import LARGEST
from ..experiments.outputs import is_cache
from ..report.told import number, parts, run_names, sound, texts, words
from ..sandbox.store import file_digest

MOST_FILES = 20_000  # of one run
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STAMP = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True, slots=True)
class Left:
    """A file that a run left, by its manifest; `file` is None where only its digest is at hand."""

    path: str  # below the run's folder: `project/...` or `home/...`
    size: int  # bytes
    sha256: str
    file: Path | None
    is_altered: bool = False  # a file is there, and is no longer the one that the run left


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run with what is kept of it."""

    name: str
    experiment: str
    argv: tuple[str, ...]
    ending: str
    exit: int | None
    seconds: float
    ended: datetime | None
    log: Path | None
    manifest: Path
    left: tuple[Left, ...]

    @property
    def is_success(self) -> bool:
        return self.ending == "exited" and self.exit == 0


@dataclass(frozen=True, slots=True)
class Kept:
    """All runs that a result tells of, in its order, and when the audit came to its end."""

    runs: tuple[KeptRun, ...] = ()
    ended: datetime | None = None

    @property
    def altered(self) -> tuple[str, ...]:
        return tuple(f"{run.name}/{left.path}" for run in self.runs for left in run.left if left.is_altered)


def read_kept(folder: Path | None, experiments: Sequence[Mapping[str, Any]]) -> Kept:
    """What the evidence folder holds of these experiments; nothing where there are none."""
    if folder is None or not experiments or folder.is_symlink() or (folder / "runs").is_symlink():
        return Kept()
    named: dict[str, str] = {}
    for experiment in experiments:
        told = sound(experiment)
        for name in run_names(told):
            named.setdefault(name, words(told, "id"))
    runs = (_run(folder / "runs" / name, experiment) for name, experiment in named.items())
    return Kept(tuple(run for run in runs if run is not None), moment(_found(folder).get("ended")))


def moment(text: Any) -> datetime | None:
    """A time of the evidence, which is UTC."""
    try:
        return datetime.strptime(str(text), _STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def at_second(seconds: float) -> datetime | None:
    """A time by its seconds since the epoch; None beyond what a calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), timezone.utc)
    except (OverflowError, ValueError, OSError):
        return None


def inside(folder: Path, path: str) -> Path | None:
    """The regular file that a path names below a folder; None where it leads elsewhere or through a link."""
    names = path.split("/")
    if "\0" in path or any(name in ("", ".", "..") for name in names):
        return None
    place = folder
    for name in names:
        place = place / name
        if place.is_symlink():
            return None
    return place if place.is_file() else None


def _found(folder: Path) -> Mapping[str, Any]:
    try:
        data = read_json(folder / FOUND, LARGEST)
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _run(folder: Path, experiment: str) -> KeptRun | None:
    if folder.is_symlink():
        return None
    try:
        data = read_json(folder / "manifest.json", LARGEST)
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict):
        return None
    code = data.get("exit")
    return KeptRun(
        folder.name, experiment, tuple(texts(data, "argv")), words(data, "ending"),
        code if isinstance(code, int) else None, number(data, "seconds"), moment(data.get("ended")),
        inside(folder, "log.txt"), folder / "manifest.json", _left(folder, data),
    )  # fmt: skip


def _left(folder: Path, manifest: Mapping[str, Any]) -> tuple[Left, ...]:
    """The files that the manifest lists, without caches and links."""
    found = [_file(folder, told) for told in parts(manifest, "files")[:MOST_FILES]]
    return tuple(sorted((f for f in found if f is not None), key=lambda f: f.path))


def _file(folder: Path, told: Mapping[str, Any]) -> Left | None:
    path, digest = words(told, "path"), words(told, "sha256")
    top, _, rest = path.partition("/")
    if not _SHA256.fullmatch(digest) or top not in ("project", "home") or not rest:
        return None
    if top == "home" and is_cache(rest):
        return None
    try:
        os.fsencode(path)
    except ValueError:  # no file can be called so
        return None
    try:
        file = inside(folder, path)
        is_altered = file is not None and file_digest(file) != digest
    except (OSError, ValueError):
        file, is_altered = None, False
    return Left(path, int(number(told, "bytes")), digest, None if is_altered else file, is_altered)
