"""Python's own `random`: its hidden generator, and fresh ones made without a seed."""

from __future__ import annotations

import sys
from typing import Any

from . import generators, settings
from .notes import busy
from .touches import touch

CAUSE = "unseeded-python-random"
_MOST = 50_000  # draws, after which watching them costs more than it tells


class _State:
    draws = 0
    is_seeded = False  # by the project, with what is the same each time
    is_watched = False
    module: Any = None
    watched: Any = None
    plain: Any = None


def replace(random: Any) -> None:
    _State.module, _State.plain = random, random.Random
    original = random.Random.seed

    def seed(self: Any, a: Any = None, version: int = 2) -> None:
        frame = sys._getframe(1)
        if busy.now:
            original(self, a, version)
            return
        if a is None and _is_for_names(frame):
            original(self, generators.held_seed("os-entropy"), version)
            return
        is_good = _judge(self, a, frame)
        if a is None:
            a = generators.held_seed("python-random")
        original(self, a, version)
        if self is random._inst:
            _State.is_seeded = is_good
            _switch(not is_good)

    seed.__doc__ = original.__doc__
    random.Random.seed = seed
    random.seed = random._inst.seed
    _State.watched = _watched_class(random.Random)
    if settings.held("python-random") is not None:
        original(random._inst, generators.held_seed("python-random"))

    def in_child() -> None:
        if settings.held("python-random") is not None:
            original(random._inst, generators.held_seed("python-random"))
        _State.is_seeded = False
        _switch(True)

    generators.after_fork(in_child)
    _switch(True)


def is_unseeded() -> bool:
    """Whether the hidden generator differs each time, or would if it were not held."""
    return not _State.is_seeded


def _is_for_names(frame: Any) -> bool:
    """tempfile's generator of names: what it draws is the system's entropy, however it gets there."""
    maker = frame.f_back
    return maker is not None and maker.f_code.co_filename.endswith("tempfile.py")


def _judge(generator: Any, number: Any, frame: Any) -> bool:
    is_hidden = generator is _State.module._inst
    what = "random.seed" if is_hidden else "random.Random"
    if is_hidden:
        return generators.foreseeable(CAUSE, number, frame, what)
    if number is None:
        touch(CAUSE, what, frame)
    return False


def _watched_class(base: Any) -> Any:
    """Every derived draw goes through one of these two; both, or `Random` would derive integers in another way."""

    class Random(base):  # type: ignore[misc]
        def random(self) -> float:
            _drawn("random.random", sys._getframe(1))
            return float(base.random(self))

        def getrandbits(self, *args: Any) -> int:
            drawn: int = base.getrandbits(self, *args)
            _drawn("random", sys._getframe(1))
            generators.remember("unseeded-python-random", drawn)
            return drawn

        def setstate(self, state: Any) -> None:
            base.setstate(self, state)
            _switch(False)

        def __reduce__(self) -> Any:
            return base, (), self.getstate()

    Random.__module__ = base.__module__
    Random.__qualname__ = base.__qualname__
    return Random


def _drawn(what: str, frame: Any) -> None:
    if not _State.is_watched:  # somebody kept the method from before
        return
    _State.draws += 1
    if _State.draws > _MOST:
        _switch(False)
    while frame.f_code.co_filename.endswith("random.py") and frame.f_back is not None:
        what = f"random.{frame.f_code.co_name}"
        frame = frame.f_back
    touch(CAUSE, what, frame)


def _switch(is_watched: bool) -> None:
    """Change the class of the hidden generator, and the two functions of the module that are bound to its methods.

    It stays the same object with the same state, and costs nothing once it is not watched.
    """
    is_watched = is_watched and settings.WATCH and _State.draws <= _MOST
    if is_watched == _State.is_watched:
        return
    random = _State.module
    random._inst.__class__ = _State.watched if is_watched else _State.plain
    random.random = random._inst.random
    random.getrandbits = random._inst.getrandbits
    random.setstate = random._inst.setstate
    _State.is_watched = is_watched
