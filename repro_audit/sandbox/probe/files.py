"""The order in which folders are listed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from . import settings
from .replacing import Watched
from .touches import touch

CAUSE = "file-order"
_listdir, _scandir = os.listdir, os.scandir
_SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr/share/zoneinfo")


def install() -> None:
    order = _order()
    os.listdir = _Listing("os", "listdir", _listdir, CAUSE, order and _listed(order))
    os.scandir = _Listing("os", "scandir", _scandir, CAUSE, order and _scanned(order))


def _order() -> Callable[[Any, Any], list[Any]] | None:
    if settings.held(CAUSE):
        return lambda found, name: sorted(found, key=name)
    if settings.shaken(CAUSE):
        return lambda found, name: list(found)[::-1]
    return None


class _Listing(Watched):
    """Listing where packages are installed, or what the system says of itself, is nobody's data."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        folder = args[0] if args else kwargs.get("path")
        if _may_hold_data(folder):
            touch(CAUSE, self._what, sys._getframe(1))
        return self._call(*args, **kwargs)


def _may_hold_data(folder: Any) -> bool:
    try:
        name = os.fsdecode(folder) if not isinstance(folder, (int, type(None))) else ""
    except TypeError:
        return False
    return "-packages" not in name and not name.startswith(_SYSTEM) and not _is_python(name)


def _is_python(name: str) -> bool:
    inside = settings.PROJECT.startswith(sys.prefix.rstrip(os.sep) + os.sep)
    return not inside and (name.startswith(sys.prefix + os.sep) or name.startswith(sys.base_prefix + os.sep + "lib"))


def _listed(order: Callable[[Any, Any], list[Any]]) -> Callable[..., Any]:
    def listdir(*args: Any, **kwargs: Any) -> list[Any]:
        return order(_listdir(*args, **kwargs), None)

    return listdir


def _scanned(order: Callable[[Any, Any], list[Any]]) -> Callable[..., Any]:
    def scandir(*args: Any, **kwargs: Any) -> Any:
        return _Scan(_scandir(*args, **kwargs), order)

    return scandir


class _Scan:
    """The iterator that os.scandir gives, its entries in another order."""

    def __init__(self, entries: Any, order: Callable[[Any, Any], list[Any]]) -> None:
        with entries:
            self._entries: Iterator[Any] = iter(order(entries, lambda entry: entry.name))

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())
