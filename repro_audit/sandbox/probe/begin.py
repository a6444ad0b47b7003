"""Begin: put every hook in its place, once a process."""

from __future__ import annotations

import atexit
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from . import settings, touches
from .notes import write

_clock = time.perf_counter
_started = _clock()

# (module of a library, our file, function there that is given the module): read only once the library is there,
# so that a bare interpreter pays for none of them.
_LATER = (
    ("random", "python_random", "replace"),
    ("IPython.core.tips", "kernels", "replace_tips"),
    ("numpy.random.bit_generator", "numpy_random", "replace_entropy"),
    ("numpy.random._bit_generator", "numpy_random", "replace_entropy"),
    ("numpy.random.mt19937", "numpy_random", "replace_seeding"),
    ("numpy.random._mt19937", "numpy_random", "replace_seeding"),
    ("numpy.random", "numpy_random", "replace"),
    ("torch", "torch_random", "replace"),
    ("tensorflow.python.framework.random_seed", "tensorflow_random", "replace"),
    ("tensorflow.python.ops.stateful_random_ops", "tensorflow_random", "replace_stateful"),
    ("tensorflow", "tensorflow_random", "hold_threads"),
    ("keras.src.random.seed_generator", "tensorflow_random", "replace_keras"),
    ("keras.src.backend", "tensorflow_random", "replace_keras_2"),
    ("keras.backend", "tensorflow_random", "replace_keras_2"),
    ("jax._src.random", "jax_random", "replace"),
    ("jax.random", "jax_random", "replace"),
    ("concurrent.futures._base", "pools", "replace_completion"),
    ("concurrent.futures.thread", "pools", "replace_threads"),
    ("concurrent.futures.process", "pools", "replace_processes"),
    ("multiprocessing.pool", "pools", "replace_pool"),
    ("multiprocessing.util", "pools", "replace_util"),
    ("joblib.parallel", "pools", "replace_joblib"),
    ("threading", "pools", "replace_start"),
    ("http.client", "answers", "replace"),
)
_SERVICES = (
    ("show", "matplotlib.pyplot", "figures", "replace"),
    ("keys", "yaml", "reading", "replace_yaml"),
    ("keys", "json", "reading", "replace_json"),
    ("keys", "tomllib", "reading", "replace_toml"),
    ("keys", "tomli", "reading", "replace_toml"),
    ("keys", "toml", "reading", "replace_toml"),
    ("keys", "omegaconf.dictconfig", "reading", "replace_omegaconf"),
    ("keys", "omegaconf.omegaconf", "reading", "replace_omegaconf_create"),
    ("keys", "argparse", "options", "replace_argparse"),
)


def begin() -> None:
    """Nothing is touched where nobody asked for anything."""
    if not settings.TOLD:
        return
    from . import modules

    modules.install()
    for part in _parts():
        with suppress(Exception):  # one source less is watched; the program goes on
            part()
    for library, file, function in _LATER:
        modules.after_import(library, _loader(file, function))
    for service, library, file, function in _SERVICES:
        if settings.wants(service):
            modules.after_import(library, _loader(file, function))
    if settings.WATCH:
        atexit.register(_end)


def _loader(file: str, function: str) -> Any:
    def work(module: Any) -> None:
        getattr(import_module("." + file, __package__), function)(module)

    return work


def _parts() -> list[Any]:
    from . import clock, entropy, files, generators, machine, objects

    parts: list[Any] = [
        generators.count_forks, entropy.install, clock.install, files.install, machine.install, objects.install,
    ]  # fmt: skip
    if settings.WATCH:
        from . import events

        parts.append(events.install)
    return parts


def _end() -> None:
    touches.flush()
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
