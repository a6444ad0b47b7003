"""Begin: put every hook in its place, once a process."""

from __future__ import annotations

import atexit
import sys
import time
from contextlib import suppress
from typing import Any

from . import settings
from .notes import write

_clock = time.perf_counter
_started = _clock()


def begin() -> None:
    """Nothing is touched where nobody asked for anything."""
    if not settings.TOLD:
        return
    from . import modules

    modules.install()
    for part in _parts():
        with suppress(Exception):  # one source less is watched; the program goes on
            part()
    if settings.WATCH:
        atexit.register(_end)


def _parts() -> list[Any]:
    from . import clock, entropy, files, generators, machine, numpy_random, pools, python_random, torch_random

    parts: list[Any] = [generators.count_forks, python_random.install, numpy_random.install, torch_random.install]
    parts += [entropy.install, clock.install, files.install, machine.install, pools.install]
    if settings.WATCH:
        from . import events

        parts.append(events.install)
    if settings.wants("show"):
        from . import figures

        parts.append(figures.install)
    return parts


def _end() -> None:
    for name, version in _versions():
        write({"note": "import", "module": name, "version": version})
    write({"note": "end", "seconds": round(_clock() - _started, 3)})


def _versions() -> list[tuple[str, str | None]]:
    """Top-level modules that are no part of Python, with the version that they say of themselves."""
    standard = getattr(sys, "stdlib_module_names", ())
    found = []
    for name, module in sorted(sys.modules.items()):
        file = str(getattr(module, "__file__", None) or "")
        if "." in name or name in standard or "-packages" not in file:
            continue
        version = vars(module).get("__version__")
        found.append((name, version if isinstance(version, str) else None))
    return found[:500]
