"""Figures that are only shown: kept as files, so that two runs can be compared by them."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from typing import Any

from .notes import busy

_MOST = 200


def replace(pyplot: Any) -> None:
    original = pyplot.show

    def show(*args: Any, **kwargs: Any) -> Any:
        if not busy.now and "inline" not in str(_backend()):
            _keep_all()
        return original(*args, **kwargs)

    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(show, name, getattr(original, name, None))
    show.__wrapped__ = original  # type: ignore[attr-defined]
    pyplot.show = show


def _backend() -> Any:
    matplotlib: Any = sys.modules["matplotlib"]
    return matplotlib.rcParams._get_backend_or_none() if hasattr(matplotlib.rcParams, "_get_backend_or_none") else ""


def _keep_all() -> None:
    with suppress(Exception), busy, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        helpers: Any = sys.modules["matplotlib._pylab_helpers"]
        managers = helpers.Gcf.get_all_fig_managers()
        for manager in sorted(managers, key=lambda m: m.num):  # asking pyplot would make another one current
            _keep(manager.canvas.figure)


def _keep(figure: Any) -> None:
    folder = os.path.join(os.path.expanduser("~"), "shown-figures")
    os.makedirs(folder, exist_ok=True)
    for number in range(1, _MOST + 1):
        path = os.path.join(folder, f"figure-{number:03}.png")
        if not os.path.exists(path):
            figure.savefig(path, metadata={"Software": None})
            return
