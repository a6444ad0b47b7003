"""What is known of a random generator: whether the project has seeded it, and from what."""

from __future__ import annotations

import os
from collections import deque
from typing import Any

from . import settings
from .touches import flush, note_at, touch

_forks = [0]  # of this process and of those that it was forked from
_fresh: dict[str, int] = {}
_recent: Any = deque(maxlen=64)  # (origin, number) of late draws that nobody could foresee
_time = __import__("time").time  # taken before it may be replaced


def held_seed(name: str) -> int | None:
    """The next seed where this source is held: another for each generator, the same in each run."""
    held = settings.held(name)
    if held is None:
        return None
    _fresh[name] = _fresh.get(name, 0) + 1
    return int(held) + 7919 * _forks[0] + _fresh[name] - 1


def foreseeable(cause: str, number: Any, frame: Any, what: str) -> bool:
    """Whether seeding with `number` makes a generator repeatable; the seeding is noted at the project's line."""
    origin = _origin(number)
    if origin is None:
        value = number if isinstance(number, (int, float, str)) else repr(type(number))
        note_at({"note": "seeded", "cause": cause, "value": value, "what": what}, frame)
        return True
    touch(cause, what, frame, seeded_from=origin)
    return False


def remember(origin: str, number: Any) -> None:
    """A draw that may yet become a seed."""
    if isinstance(number, int):
        _recent.append((origin, number))
    elif isinstance(number, (bytes, bytearray)) and len(number) <= 64:
        _recent.append((origin, int.from_bytes(number, "little")))
        _recent.append((origin, int.from_bytes(number, "big")))


def _origin(number: Any) -> str | None:
    """Where a seed comes from that is another one each time, or None for an honest one."""
    if number is None:
        return "nothing"
    if isinstance(number, (bytes, bytearray)):
        number = int.from_bytes(number, "little")
    if isinstance(number, float) and any(abs(number - now) < 10 for now in _presents()):
        return "clock"
    try:
        number = number.__index__()
    except (AttributeError, TypeError):
        return None
    if abs(number) < 1000:
        return None
    if _is_clock(number):
        return "clock"
    for origin, drawn in list(_recent):
        if number in (drawn, drawn % 2**32, drawn % (2**32 - 1), drawn % 2**31):
            return str(origin)
        if number >= 2**24 and 0 < number - drawn <= 1024:  # each of some workers adds its own number
            return str(origin)
    return None


def _is_clock(number: int) -> bool:
    """The present in seconds or parts of them, whole or what is left of it in 31 or 32 bits."""
    for now in _presents():
        for scale in (1, 1000, 10**6, 10**7, 10**9):
            soon = int((now + 1) * scale)
            if any(0 <= (soon % size - number) % size <= 11 * scale for size in _sizes(scale)):
                return True
    return False


def _presents() -> list[float]:
    """What the time is, and what a project is told that it is where its clock is held or moved."""
    now = _time()
    held, moved = settings.held("clock"), settings.shaken("clock")
    if held is not None:
        return [now, float(held) + 9]  # a held clock goes on a little
    return [now] if moved is None else [now, now + float(moved)]


def _sizes(scale: int) -> tuple[int, ...]:
    # Ten seconds of a remainder must stay a small part of it, or any number would do.
    return tuple(size for size in (2**63, 2**32, 2**32 - 1, 2**31) if size > 10 * scale * 10_000)


def after_fork(work: Any) -> None:
    """Have `work` done in each forked child, after what the library itself does there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=work)


def count_forks() -> None:
    def before() -> None:
        flush()
        _forks[0] += 1

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before)


def forks() -> int:
    return _forks[0]
