"""Doing something as soon as a module has been imported, before anyone else has seen what is in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .notes import busy

_wanted: dict[str, list[Callable[[Any], None]]] = {}


class _Finder:
    """First on sys.meta_path: it finds nothing itself, but has the real loader call us after its work."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _wanted:
            return None
        for finder in list(sys.meta_path):
            if finder is self:
                continue
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                _follow(spec, name)
                return spec
        return None


def _follow(spec: Any, name: str) -> None:
    """Only this one instance of the loader is changed, and only until it has done its work."""
    loader = spec.loader
    original = getattr(loader, "exec_module", None)
    if original is None:
        return

    def exec_module(module: Any) -> Any:
        with suppress(AttributeError):
            del loader.exec_module
        result = original(module)
        _done(name, module)
        return result

    try:
        loader.exec_module = exec_module
    except (AttributeError, TypeError):
        return


def _done(name: str, module: Any) -> None:
    for work in _wanted.get(name, ()):
        with suppress(Exception), busy:
            work(sys.modules.get(name, module))


def after_import(name: str, work: Callable[[Any], None]) -> None:
    """Have `work` done with this module: now if it is there, otherwise when it is imported."""
    _wanted.setdefault(name, []).append(work)
    module = sys.modules.get(name)
    if module is not None:
        with suppress(Exception):
            work(module)


def install() -> None:
    finder: Any = _Finder()
    sys.meta_path.insert(0, finder)
