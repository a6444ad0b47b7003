"""A run that is told of another path may say so: that is an echo, and no result that changed."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from ...sandbox.model import Run
from .ways import BESIDE, Way

MOST = 8 * 1024 * 1024  # bytes of a file that is looked through


def without_echo(run: Run, way: Way, place: Path) -> Run:
    """The run as it would read if the variant had stood where the project's own data stand."""
    if way.is_in_place:
        return run
    folder = place / "read"
    for name in ("project", "home", "tmp"):
        if (run.folder / name).is_dir():
            (folder / name).mkdir(parents=True)
    for path in (*run.changed, run.log.name):
        if not path.startswith(f"project/{BESIDE}/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            _copy(run.folder / path, folder / path)
    return replace(run, folder=folder, log=folder / run.log.name)


def _copy(source: Path, target: Path) -> None:
    """A link stays a link, a large file is taken as it is."""
    if source.is_symlink():
        os.symlink(os.readlink(source), target)
    elif source.is_file() and source.stat().st_size > MOST:
        _linked(source, target)
    elif source.is_file():
        target.write_bytes(source.read_bytes().replace(f"{BESIDE}/".encode(), b""))


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
