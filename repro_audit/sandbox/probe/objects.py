"""Objects known by their address: sets of them are walked in another order each time, files are named after it.

Held still, the project's own classes are hashed by the order in which their objects are first asked for a hash, and
`id` numbers addresses by the order in which it is first asked for each: one number for one address, as ever. Each
module that asks has numbers of its own, since what some library asks in passing varies from run to run.
"""

from __future__ import annotations

import builtins
import itertools
import sys
import weakref
import zlib
from contextlib import suppress
from typing import Any

from . import settings, stack

_numbers: dict[int, Any] = {}  # by the address of a living object: (what forgets it, its number)
_count = itertools.count(1)
_address = id
_LOWEST = 1 << 61  # beyond every address: no number of ours is taken for one
_BLOCK = 1 << 28  # the numbers of a module that asks
_STEP = 16
_BY_ADDRESS = ("ctypes", "_ctypes", "cffi", "llvmlite", "numba")  # who asks where an object really lies


def install() -> None:
    if settings.held("object-hash"):
        original = builtins.__build_class__
        builtins.__build_class__ = _building(original)
        builtins.id = _numbering()


def _numbering() -> Any:
    numbers: dict[int, int] = {}
    next_of: dict[str, Any] = {}  # by the module that asks

    def numbered(this: Any) -> int:
        address = _address(this)
        asker = str(sys._getframe(1).f_globals.get("__name__"))
        if asker.partition(".")[0] in _BY_ADDRESS:
            return address
        if address in numbers:
            return numbers[address]
        first = _LOWEST + _BLOCK * zlib.crc32(asker.encode("utf-8", "replace"))
        count = next_of.setdefault(asker, itertools.count(first, _STEP))
        return numbers.setdefault(address, next(count))

    numbered.__name__ = numbered.__qualname__ = "id"
    numbered.__module__, numbered.__doc__ = "builtins", _address.__doc__
    return numbered


def _building(original: Any) -> Any:
    def __build_class__(function: Any, name: str, *bases: Any, **options: Any) -> Any:
        made = original(function, name, *bases, **options)
        code = function.__code__
        if stack.file_of(code.co_filename) is not None and not _is_decorated(code, sys._getframe(1)):
            _renumber(made)
        return made

    return __build_class__


def _is_decorated(code: Any, frame: Any) -> bool:
    """A decorator such as `dataclass` asks whether the class has a hash of its own, and must find none of ours.

    A class's code begins at its first decorator. Before Python 3.8 so does the line that builds it.
    """
    return sys.version_info < (3, 8) or bool(code.co_firstlineno != frame.f_lineno)


def _renumber(cls: Any) -> None:
    if isinstance(cls, type) and getattr(cls, "__hash__", None) is object.__hash__:
        with suppress(AttributeError, TypeError):
            type.__setattr__(cls, "__hash__", _hash)


def _hash(self: Any) -> int:
    address = _address(self)
    known = _numbers.get(address)
    if known is None:
        try:
            known = weakref.ref(self, lambda _: _numbers.pop(address, None)), next(_count)
        except TypeError:  # slots that leave no room for it
            return object.__hash__(self)
        _numbers[address] = known
    return int(known[1])
