"""Touches: where the project first meets a source of nondeterminism; each cause, path and line once."""

from __future__ import annotations

import _thread
import os
import sys
from contextlib import suppress
from typing import Any

from . import settings, stack
from .notes import busy, write

MOST = 200  # notes a cause
_WALKS = 50  # of the stack, from one line that is not the project's
_MOST_LINES = 20_000
_getpid = os.getpid  # taken before it may be replaced
_walked: dict[tuple[str, int, int], int] = {}
_noted: set[tuple[Any, ...]] = set()
_counts: dict[str, int] = {}
_pending: list[tuple[tuple[str, int, int], str, str, stack.Place, dict[str, Any]]] = []


def touch(cause: str, what: str, frame: Any, **more: Any) -> None:
    """Note that `what` was called from this frame. Nearly free from where it was seen before."""
    _touch(cause, what, frame, more, False)


def touch_later(cause: str, what: str, frame: Any) -> None:
    """The same, unless `take_back` is called before anything else happens."""
    _touch(cause, what, frame, {}, True)


def take_back() -> None:
    if _pending:
        _walked.pop(_pending.pop()[0], None)


def flush() -> None:
    while _pending:
        _key, cause, what, place, more = _pending.pop(0)
        _note(cause, what, place, more)


def _touch(cause: str, what: str, frame: Any, more: dict[str, Any], is_later: bool) -> None:
    if _pending and not busy.now:
        _unburden()
    if not settings.WATCH or busy.now or frame is None:
        return
    key = (cause, id(frame.f_code), frame.f_lasti)
    times = _walked.get(key, 0)
    if times >= _WALKS or len(_walked) > _MOST_LINES:
        return
    with suppress(Exception), busy:
        place = stack.find(frame)
        is_own = place.file is not None and stack.is_project(frame)
        _walked[key] = _WALKS if is_own else times + 1
        if not is_own:
            more["through"] = str(frame.f_globals.get("__name__"))
        if is_later:
            _pending.append((key, cause, what, place, more))
        else:
            _note(cause, what, place, more)


def _unburden() -> None:
    with suppress(Exception), busy:
        flush()


def _note(cause: str, what: str, place: stack.Place, more: dict[str, Any]) -> None:
    path, line, cell = where(place)
    key = (cause, path, line, cell)
    if key in _noted or _counts.get(cause, 0) >= MOST:
        return
    _noted.add(key)
    _counts[cause] = _counts.get(cause, 0) + 1
    note = {"note": "touch", "cause": cause, "path": path, "line": line, "what": what, "text": stack.text_of(place)}
    note.update(thread=_thread_name(), pid=_getpid(), cell=cell, **more)
    if place.is_importing:
        note["importing"] = True
    write(note)


def where(place: stack.Place) -> tuple[str | None, int | None, int | None]:
    return (place.file.path, place.line, place.file.cell) if place.file else (None, None, None)


def note_at(note: dict[str, Any], frame: Any) -> None:
    """Write a note of another kind with the project's line."""
    if not settings.WATCH or busy.now:
        return
    _unburden()
    with suppress(Exception), busy:
        path, line, cell = where(stack.find(frame))
        key = (*(str(v) for v in note.values()), path, line, cell)
        if key in _noted or _counts.get(note["note"], 0) >= 10 * MOST:
            return
        _noted.add(key)
        _counts[note["note"]] = _counts.get(note["note"], 0) + 1
        write({**note, "path": path, "line": line, "cell": cell})


def _thread_name() -> str:
    threading = sys.modules.get("threading")
    thread = getattr(threading, "_active", {}).get(_thread.get_ident())
    return str(thread.name) if thread is not None else "MainThread"
