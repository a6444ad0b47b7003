"""The innermost line of the project's own code on the stack."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

from . import settings

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_START = os.getcwd() if os.path.isdir(os.curdir) else os.sep  # a script may be named relative to it
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_UNKNOWN = object()


class File(NamedTuple):
    """A file of the project that runs; for a cell of a notebook `cell` is its number, and `source` its text."""

    path: str
    absolute: str
    cell: int | None = None
    source: str | None = None


class Place(NamedTuple):
    file: File | None
    line: int | None
    is_importing: bool  # an import statement lies between the project's line and what was touched


_files: dict[str, Any] = {}  # name of a code object -> File, or None where it is not the project's
_texts: dict[str, list[str]] = {}


def find(frame: Any) -> Place:
    """The place from this frame outwards."""
    is_importing = False
    while frame is not None:
        name = frame.f_code.co_filename
        file = file_of(name)
        if file is not None:
            return Place(file, frame.f_lineno, is_importing)
        is_importing = is_importing or name.startswith("<frozen importlib")
        frame = frame.f_back
    return Place(None, None, is_importing)


def file_of(name: str) -> File | None:
    """The project's file that a code object comes from, by the name that it was compiled under."""
    file = _files.get(name, _UNKNOWN)
    if file is _UNKNOWN:
        if len(_files) > 20_000:
            _files.clear()
        file = _files[name] = _look(name)
    return file  # type: ignore[no-any-return]


def _look(name: str) -> File | None:
    if name.startswith("<ipython-input-") or "ipykernel_" in name:
        from . import cells

        return cells.find(name)
    if name.startswith("<") or name.startswith(HERE):
        return None
    path = os.path.join(_START, name)
    inside = below_project(path)
    if inside is not None and not any(folder in path for folder in _INSTALLED):
        return File(inside, os.path.realpath(path)) if os.path.isfile(path) else None
    return _installed_copy(path)


def below_project(path: str) -> str | None:
    """The path relative to the project, or None; links are followed."""
    real = os.path.realpath(path)
    if real == settings.PROJECT:
        return "."
    prefix = settings.PROJECT.rstrip(os.sep) + os.sep
    return real[len(prefix) :].replace(os.sep, "/") if real.startswith(prefix) else None


def _installed_copy(path: str) -> File | None:
    """A file that `pip install .` copied: the project has the same file, of the same size."""
    for folder in _INSTALLED:
        _, found, tail = path.rpartition(folder)
        if not found:
            continue
        for root in ("", "src"):
            origin = os.path.join(settings.PROJECT, root, tail)
            if os.path.isfile(origin) and os.path.getsize(origin) == os.path.getsize(path):
                return File(os.path.join(root, tail).replace(os.sep, "/"), origin)
    return None


def text_of(place: Place) -> str | None:
    """The source line, at most 200 characters of it."""
    if place.file is None or not place.line:
        return None
    lines = _lines(place.file)
    return lines[place.line - 1].strip()[:200] if place.line <= len(lines) else None


def _lines(file: File) -> list[str]:
    if file.source is not None:
        return file.source.splitlines()
    known = _texts.get(file.absolute)
    if known is None:
        try:
            with open(file.absolute, "rb") as source:
                known = source.read(4_000_000).decode("utf-8", "replace").splitlines()
        except OSError:
            known = []
        _texts[file.absolute] = known
    return known


def is_project(frame: Any) -> bool:
    return frame is not None and file_of(frame.f_code.co_filename) is not None


def caller(depth: int = 1) -> Any:
    """The frame that called the caller of this function, or None at the bottom of the stack."""
    try:
        return sys._getframe(depth + 1)
    except ValueError:
        return None
