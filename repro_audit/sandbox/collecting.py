"""What a container's run changed, copied out as archives and unpacked safely."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from tarfile import TarInfo
from typing import Any

from . import copying, notes, start, taking
from .changes import ANY, Changes, Everything, path_of
from .engine import engine_not_found, engine_refusal
from .layout import Layout
from .model import MIB, NOTES, Snapshot

SMALL = 64 * MIB  # bytes of a project that is sooner copied out whole than compared by the engine
NAMES = ("project", "home", "tmp")


def collect(
    container: Any, snapshot: Snapshot, layout: Layout, into: Path, budget: int, *, is_large: bool
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:  # fmt: skip
    """Copy out what was changed; gives what that is, what is gone, and whether all of it fitted.

    `is_large` says that there was more from the start than the snapshot tells: an image may hold anything.
    """
    known = _known(snapshot, layout)
    changes: Changes | Everything = Everything(known, layout)
    try:
        if is_large or sum(max(size, 0) for size in known.values()) > SMALL:
            changes = Changes.of(container.diff() or [], layout)
        if not changes.is_sayable:
            changes = Everything(known, layout)
        is_whole = _fetch(container, changes, into, budget)
    except engine_refusal():  # it cannot list what is nested too deep, nor ask for a link that leads to itself
        is_whole = _fetch(container, changes := Everything(known, layout), into, budget)
    taken = [f"{name}/{path}" for name in NAMES for path, _ in copying.stamps(into / name)]
    deleted = [p for p in start.project_files(snapshot) if changes.is_gone(f"{layout.project}/{p}")]
    return _results(taken), _results(deleted), is_whole


def collect_notes(container: Any, into: Path) -> None:
    """Copy out what a probe noted, as far as it is there."""
    copying.remove(into / notes.FOLDER)
    (into / notes.FOLDER).mkdir()
    with suppress(engine_refusal(), taking.TooMuch):
        chunks, _ = container.get_archive(NOTES)
        with closing(chunks):
            taking.unpack(chunks, into, notes.place, notes.LIMIT)


def _fetch(container: Any, changes: Changes | Everything, into: Path, budget: int) -> bool:
    """Unpack the changes into the run's folder; False where they are more than the budget."""
    for name in NAMES:
        copying.remove(into / name)
        (into / name).mkdir()
    links: dict[str, str] = {}
    is_whole = True
    for path in changes.archives():
        below = str(PurePosixPath(path).parent)
        try:
            chunks, _ = container.get_archive(path)
            with closing(chunks):  # else the engine goes on reading for us
                written, found = taking.unpack(chunks, into, partial(_placed, changes, below), budget)
        except engine_not_found():
            continue
        except taking.TooMuch:
            is_whole = False
            continue
        budget -= written
        links |= found
    taking.link_all(into, links)
    return is_whole


def _placed(changes: Changes | Everything, below: str, member: TarInfo, name: str) -> str | None:
    place = changes.place(below, name)
    return place if changes.is_new(path_of(below, name), member) else None


def _known(snapshot: Snapshot, layout: Layout) -> dict[str, int]:
    """What a run finds, as paths in the container, with sizes."""
    found: dict[str, int] = {}
    for folder, files in ((layout.project, start.project_files(snapshot)), (layout.home, start.home_files(snapshot))):
        for path, (place, mode) in files.items():
            found[f"{folder}/{path}"] = ANY if stat.S_ISLNK(mode) else place.lstat().st_size
    for host, inside in snapshot.attached:
        found |= {f"{layout.project}/{inside}/{path}": size for path, (size, _, _) in copying.stamps(host)}
    return found


def _results(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(p for p in paths if not copying.is_noise(p)))
