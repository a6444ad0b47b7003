"""The clock: what is the time, and how long did it take. Monotonic clocks run on, since time-outs are made of them."""

from __future__ import annotations

import _thread
import sys
import time
from collections.abc import Callable
from typing import Any

from . import settings, stack
from .modules import after_import
from .notes import busy
from .replacing import Watched, watch
from .touches import touch

CAUSE = "wall-clock"
_time, _time_ns, _sleep = time.time, time.time_ns, time.sleep
_TICK = 1_000  # nanoseconds that each look at the held clock takes, so that whoever waits for it gets somewhere
_STEP = 1_000_000  # nanoseconds between two looks at a clock for durations
_PATIENT = 20_000  # looks of libraries, after which a second has passed, since they may wait for it
_REAL_TIMERS = ("timeit", "asv", "pytest_benchmark")  # they repeat until enough time has passed


class _Passed(_thread._local):
    """Nanoseconds that have passed for this thread on the held clocks: threads do not disturb each other."""

    wall = 0
    steps = 0
    looks = 0  # that libraries took; an event loop takes another number of them each time


_passed = _Passed()


def install() -> None:
    held, moved = settings.held("clock"), settings.shaken("clock")
    look: Callable[[], int] | None = None
    if held is not None:
        look = _held(int(float(held) * 10**9))
        time.sleep = _Unnoted("time", "sleep", _sleep, CAUSE, _passing)
        _replace_timers()
    elif moved is not None:
        look = _moved(int(float(moved) * 10**9))
    _replace_time(look)
    is_there = "datetime" in sys.modules
    after_import("datetime", lambda module: _replace_datetime(module, look, is_there))


class _Unnoted(Watched):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)


def _held(start: int) -> Callable[[], int]:
    def look() -> int:
        if _is_of_project():
            _passed.wall += _TICK
        else:
            _passed.looks += 1
        return start + _passed.wall + _passed.looks // _PATIENT * 10**9

    return look


def _is_of_project() -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(stack.HERE):
        frame = frame.f_back
    return stack.is_project(frame)


def _moved(seconds: int) -> Callable[[], int]:
    return lambda: _time_ns() + seconds


def _passing(seconds: float) -> None:
    _sleep(seconds)
    _passed.wall += int(seconds * 10**9)


def _replace_time(look: Callable[[], int] | None) -> None:
    """Functions that take a moment use the present only where none is given."""
    watch(time, "time", CAUSE, look and _in_seconds(look))
    watch(time, "time_ns", CAUSE, look)
    for name, position in (("localtime", 0), ("gmtime", 0), ("ctime", 0), ("strftime", 1), ("asctime", 0)):
        _replace_reading(name, position, look)


def _in_seconds(look: Callable[[], int]) -> Callable[[], float]:
    return lambda: look() / 10**9


def _replace_reading(name: str, position: int, look: Callable[[], int] | None) -> None:
    original = getattr(time, name)
    localtime = getattr(time.localtime, "__wrapped__", time.localtime)

    def present(*args: Any) -> Any:
        if look is None or (len(args) > position and args[position] is not None):
            return original(*args)
        moment = look() / 10**9
        if name in ("strftime", "asctime"):
            return original(*args[:position], localtime(moment))
        return original(moment)

    setattr(time, name, _Reading("time", name, original, CAUSE, present))
    getattr(time, name)._position = position


class _Reading(Watched):
    _position = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) <= self._position or args[self._position] is None:
            touch(CAUSE, self._what, sys._getframe(1))
        return self._call(*args, **kwargs)


def _replace_timers() -> None:
    for name in ("perf_counter", "process_time", "thread_time"):
        for suffix, scale in (("", 10**9), ("_ns", 1)):
            original = getattr(time, name + suffix, None)
            if original is not None:
                setattr(time, name + suffix, _Timer("time", name + suffix, original, "", _stepping(scale)))


def _stepping(scale: int) -> Callable[[], Any]:
    def step() -> Any:
        _passed.steps += _STEP
        return _passed.steps if scale == 1 else _passed.steps / scale

    return step


class _Timer(Watched):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = sys._getframe(1).f_code.co_filename
        if busy.now or any(word in name for word in _REAL_TIMERS):
            return self.__wrapped__()
        return self._call()


def _replace_datetime(module: Any, look: Callable[[], int] | None, was_there: bool) -> None:
    """Put `now` and `utcnow` into the class itself: everyone keeps the same class, whose exact type many ask for.

    `today` of both classes asks time.time already. A built-in class takes no attributes, but its dictionary does.
    """
    if module.datetime.__module__ != "datetime":
        return
    table = _table_of(module.datetime)
    if table is None:
        return
    real_now, utc = table["now"], module.timezone.utc

    def now(cls: Any, tz: Any = None) -> Any:
        touch(CAUSE, "datetime.datetime.now", sys._getframe(1))
        if look is not None:
            return _moment(cls, module, look(), tz)
        return real_now.__get__(None, cls)(tz)

    def utcnow(cls: Any) -> Any:
        touch(CAUSE, "datetime.datetime.utcnow", sys._getframe(1))
        if look is not None:
            return _moment(cls, module, look(), utc).replace(tzinfo=None)
        return real_utcnow.__get__(None, cls)()

    real_utcnow = table["utcnow"]
    table.update(now=classmethod(now), utcnow=classmethod(utcnow))
    if was_there:  # somebody may have looked `now` up, and the interpreter remembers where it found it
        import ctypes

        ctypes.pythonapi.PyType_Modified(ctypes.py_object(module.datetime))


def _moment(cls: Any, module: Any, nanoseconds: int, tz: Any) -> Any:
    seconds, rest = divmod(nanoseconds, 10**9)
    return cls.fromtimestamp(seconds, tz).replace(microsecond=rest // 1000)


def _table_of(cls: Any) -> Any:
    import gc

    found = gc.get_referents(cls.__dict__)
    return found[0] if len(found) == 1 and type(found[0]) is dict and "now" in found[0] else None
