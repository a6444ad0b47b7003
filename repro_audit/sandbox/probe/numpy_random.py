"""NumPy: the global RandomState, also where a library asks for it, and fresh generators made without a seed."""

from __future__ import annotations

import operator
import os
import sys
from typing import Any

from . import generators, settings
from .notes import busy
from .replacing import plain
from .touches import take_back, touch, touch_later

CAUSE = "unseeded-numpy"
_MOST = 50_000  # draws, after which watching them costs more than it tells
_NO_DRAWS = {"seed", "get_state", "set_state"}
_UNPICKLING = "/numpy/random/_pickle.py"  # makes a generator only to give it a state
_urandom = plain(os.urandom)  # what NumPy draws is no draw of the project's from the system


class _State:
    draws = 0
    is_ready = False
    is_watched = False
    mtrand: Any = None
    modules: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()  # functions of the modules that are methods of the global state
    watched: Any = None
    plain: Any = None


def replace_entropy(module: Any) -> None:
    """Every generator made without a seed takes its entropy from this one function."""
    if not hasattr(module, "randbits"):
        return

    def randbits(bits: int) -> int:
        frame = sys._getframe(1)
        if _State.is_ready and not busy.now and not frame.f_code.co_filename.endswith(_UNPICKLING):
            touch_later(CAUSE, "a NumPy generator without a seed", frame)
        held = generators.held_seed("numpy")
        if held is None:
            return int.from_bytes(_urandom(bits // 8 + 1), "little") >> (8 - bits % 8)
        return held % (1 << bits)

    module.randbits = randbits


class _Operator:
    """`RandomState(3)` makes a generator without a seed and seeds it then; the first thing it asks about the seed is
    its index. So the touch is taken back."""

    def __getattr__(self, name: str) -> Any:
        return getattr(operator, name)

    def index(self, number: Any) -> int:
        if not busy.now:
            take_back()
        return operator.index(number)


def replace_seeding(module: Any) -> None:
    if hasattr(module, "operator"):
        module.operator = _Operator()


def replace(numpy_random: Any) -> None:
    mtrand: Any = sys.modules["numpy.random.mtrand"]
    old = mtrand._rand
    base = type(old) if hasattr(old, "_bit_generator") else _replace_class(mtrand, numpy_random, type(old))
    state = old.get_state()
    names = tuple(n for n in dir(base) if not n.startswith("_") and n not in _NO_DRAWS)
    _State.plain = type("RandomState", (base,), {"__module__": base.__module__})
    drawing = {name: _drawing(name, getattr(base, name)) for name in names}
    _State.watched = type("RandomState", (base,), {"__module__": base.__module__, **drawing})
    hidden = _State.plain(getattr(old, "_bit_generator", 0))
    hidden.set_state(state)
    _State.mtrand, _State.modules = mtrand, (mtrand, numpy_random)
    _State.names = tuple(n for n in dir(mtrand) if getattr(getattr(mtrand, n), "__self__", None) is old)
    mtrand._rand = hidden
    _rebind()
    if settings.held("numpy") is not None:
        hidden.seed(generators.held_seed("numpy") or 0)
    _replace_seeding()
    _State.is_ready = True
    _switch(True)


def _replace_class(mtrand: Any, numpy_random: Any, base: Any) -> Any:
    """NumPy before 1.17 draws the entropy of a fresh generator where nobody sees it: below its own class."""

    def start(self: Any, seed: Any = None) -> None:
        if seed is None and _State.is_ready and not busy.now:
            touch(CAUSE, "a NumPy generator without a seed", sys._getframe(1))
            seed = generators.held_seed("numpy")
        base.__init__(self, seed)

    fresh = type("RandomState", (base,), {"__module__": base.__module__, "__init__": start})
    mtrand.RandomState = numpy_random.RandomState = fresh
    return fresh


def _replace_seeding() -> None:
    for name in ("seed", "set_state"):
        original = getattr(_State.mtrand, name)
        replacement = _seeding(name, original)
        for module in _State.modules:
            setattr(module, name, replacement)
    _State.names = tuple(n for n in _State.names if n not in ("seed", "set_state"))


def _seeding(name: str, original: Any) -> Any:
    def seed(*args: Any, **kwargs: Any) -> Any:
        number = args[0] if args else kwargs.get("seed", kwargs.get("state"))
        is_good = True
        if name == "seed":
            is_good = generators.foreseeable(CAUSE, number, sys._getframe(1), "numpy.random.seed")
            held = generators.held_seed("numpy") if number is None else None
            if held is not None:
                args, kwargs = (held,), {}
        result = _bound(name, original)(*args, **kwargs)
        _switch(not is_good)
        return result

    seed.__name__ = seed.__qualname__ = name
    seed.__module__ = "numpy.random"
    seed.__doc__ = getattr(original, "__doc__", None)
    return seed


def _bound(name: str, original: Any) -> Any:
    """Where it was a method of the old global state, the method of the one in its place."""
    return getattr(_State.mtrand._rand, name) if hasattr(original, "__self__") else original


def _drawing(name: str, original: Any) -> Any:
    what = "numpy.random." + name

    def draw(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _State.is_watched:  # somebody kept the method from before
            return original(self, *args, **kwargs)
        _State.draws += 1
        if _State.draws > _MOST:
            _switch(False)
        touch(CAUSE, what, sys._getframe(1))
        drawn = original(self, *args, **kwargs)
        if type(drawn) is int:
            generators.remember(CAUSE, drawn)
        return drawn

    draw.__name__ = draw.__qualname__ = name
    draw.__doc__ = getattr(original, "__doc__", None)
    return draw


def _switch(is_watched: bool) -> None:
    """Change the class of the global state: the same object, which costs nothing once it is not watched."""
    is_watched = is_watched and settings.WATCH and _State.draws <= _MOST
    if is_watched == _State.is_watched:
        return
    _State.mtrand._rand.__class__ = _State.watched if is_watched else _State.plain
    _rebind()
    _State.is_watched = is_watched


def _rebind() -> None:
    hidden = _State.mtrand._rand
    for module in _State.modules:
        for name in _State.names:
            if hasattr(module, name):
                original = getattr(module, name)
                # `ranf` and `sample` are other names for one method.
                setattr(module, name, getattr(hidden, getattr(original, "__name__", name)))
