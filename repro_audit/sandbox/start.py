"""What a run starts from: the project's files, what is laid over them, what the home folder holds; and a copy of it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import history
from .copying import PROJECT_TIME, Stamp, is_noise, stamps
from .model import Snapshot
from .taking import stays_inside

FIGURES = "shown-figures/"  # as in probe/figures.py, which imports nothing of ours
FICLONE = 0x40049409  # ioctl: share the blocks where the file system can
Source = tuple[Path, int]  # where a file or link is kept, and its mode
Files = dict[str, Source]  # by path


def project_files(snapshot: Snapshot) -> Files:
    """The files and links of the project that a run finds, overlays included; none leads out of the project.

    With them come the files of a repository that holds nothing, for programs that want one around them.
    What an attached folder hides is not among them.
    """
    files = _tracked(snapshot)
    for folder in snapshot.overlays:
        files = _laid_over(files, folder_files(folder))
    hidden = {inside.strip("/") for _, inside in snapshot.attached}
    links = {path for path, (_, mode) in files.items() if stat.S_ISLNK(mode)}
    return {p: s for p, s in sorted(files.items()) if p not in hidden and not _is_below(p, hidden | links)}


def home_files(snapshot: Snapshot) -> Files:
    """What the home folder holds at the start: what an earlier run left there, but for what the probe put there."""
    files = folder_files(snapshot.home) if snapshot.home else {}
    return {path: source for path, source in files.items() if not path.startswith(FIGURES)}


def _tracked(snapshot: Snapshot) -> Files:
    root = Path(os.path.realpath(snapshot.root))
    files: Files = {}
    for path in snapshot.paths:
        source = root / path
        if not Path(os.path.realpath(source)).is_relative_to(root):
            continue
        try:
            mode = os.lstat(source).st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode) or (stat.S_ISREG(mode) and os.access(source, os.R_OK)):
            files[path] = (source, mode)
    if not any(path.split("/", 1)[0] == history.FOLDER for path in snapshot.paths):
        files |= {path: (place, place.stat().st_mode) for path, place in history.files()}
    return files


def folder_files(folder: Path) -> Files:
    """Everything in a folder of ours but byte code and Git's own; links that lead out of it are left out."""
    files: Files = {}
    for path, _ in stamps(folder):
        place = folder / path
        mode = os.lstat(place).st_mode
        is_kept = stays_inside(path, os.readlink(place)) if stat.S_ISLNK(mode) else os.access(place, os.R_OK)
        if is_kept and not is_noise(path):
            files[path] = (place, mode)
    return files


def _laid_over(files: Files, upper: Files) -> Files:
    """The upper file counts: also where a file or link below stands in the way of its folder, or a folder of it."""
    on_the_way = {str(parent) for path in upper for parent in PurePosixPath(path).parents}
    kept = {p: s for p, s in files.items() if p not in on_the_way and not _is_below(p, upper)}
    return kept | upper


def _is_below(path: str, others: Mapping[str, Source] | set[str]) -> bool:
    return any(str(parent) in others for parent in PurePosixPath(path).parents)


@dataclass(frozen=True)
class Copy:
    """A copy and how each file in it looked before the run."""

    folder: Path
    stamps: dict[str, Stamp]

    @property
    def written(self) -> int:
        """Bytes of the files that are new or were written to since."""
        return sum(stamp[0] for path, stamp in stamps(self.folder) if self.stamps.get(path) != stamp)

    def changes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(new or changed, deleted) files since the copy was made; Git's own folder and byte code are not results."""
        now = dict(stamps(self.folder))
        changed = [p for p, s in now.items() if self.stamps.get(p) != s and not is_noise(p)]
        deleted = [p for p in self.stamps if p not in now and not is_noise(p)]
        return tuple(sorted(changed)), tuple(sorted(deleted))


def copied(files: Files, target: Path) -> Copy:
    """A fresh copy of the files."""
    target.mkdir(parents=True, exist_ok=True)
    for path, (source, mode) in files.items():
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), copy)
        else:
            _copy_file(source, copy)
            copy.chmod(0o755 if mode & 0o100 else 0o644)
            os.utime(copy, (PROJECT_TIME, PROJECT_TIME))
    return Copy(target, dict(stamps(target)))


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        try:
            import fcntl

            fcntl.ioctl(writer.fileno(), FICLONE, reader.fileno())
        except (ImportError, OSError):
            shutil.copyfileobj(reader, writer, 1024 * 1024)


def states(files: Files) -> Iterator[tuple[str, int, int, int, int]]:
    """By what it is noticed that a file is another one: path, size, times in ns, inode."""
    for path, (place, _) in files.items():
        info = os.lstat(place)
        yield path, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def placed(below: Mapping[str, Files]) -> list[tuple[str, Path]]:
    """Files by the folder that they go below, each as (path from the top, where it is kept)."""
    return [
        (f"{folder}/{path}".strip("/"), place) for folder, files in below.items() for path, (place, _) in files.items()
    ]


def parents(paths: Iterable[str]) -> list[str]:
    """The folders that hold the paths, the top one as an empty word."""
    found = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    return sorted("" if parent == "." else parent for parent in found | {"."})
