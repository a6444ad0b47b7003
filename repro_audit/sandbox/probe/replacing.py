"""Putting something in the place of a library's function, so that it cannot be told from it in use."""

from __future__ import annotations

import sys
from typing import Any

from .touches import touch


class Watched:
    """Stands where a built-in function stood. No descriptor: as an attribute of a class it binds no more than that."""

    def __init__(self, module: str, name: str, original: Any, cause: str, instead: Any = None) -> None:
        self.__name__ = self.__qualname__ = name
        self.__module__ = module
        self.__doc__ = getattr(original, "__doc__", None)
        self.__wrapped__ = original
        self._cause = cause
        self._what = f"{module}.{name}"
        self._call = original if instead is None else instead

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        touch(self._cause, self._what, sys._getframe(1))
        return self._call(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __reduce__(self) -> str:
        return str(self.__name__)


def watch(module: Any, name: str, cause: str, instead: Any = None) -> None:
    """Replace a function of a module by one that notes a touch, and does `instead` where that is given."""
    original = getattr(module, name, None)
    if callable(original) and not isinstance(original, Watched):
        setattr(module, name, Watched(module.__name__, name, original, cause, instead))


def plain(function: Any) -> Any:
    """What stood there before."""
    return function.__wrapped__ if isinstance(function, Watched) else function
