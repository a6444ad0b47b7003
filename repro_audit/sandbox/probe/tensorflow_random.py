"""TensorFlow's global seed, and the seeds that Keras makes up for layers without one."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

from . import generators, python_random, settings
from .notes import busy
from .touches import touch

CAUSE = "unseeded-tensorflow"


def replace(module: Any) -> None:
    """An operation takes its two seeds from `get_seed`: (None, None) or (0, 0) means that it makes them up itself."""
    get_seed, set_seed = module.get_seed, module.set_seed

    def seed_of(op_seed: Any = None) -> Any:
        found = get_seed(op_seed)
        if op_seed is None and not any(isinstance(part, int) and part for part in found):
            touch(CAUSE, "a TensorFlow operation without a seed", sys._getframe(1))
        return found

    def seeded(seed: Any) -> Any:
        generators.foreseeable(CAUSE, seed, sys._getframe(1), "tensorflow.random.set_seed")
        return set_seed(seed)

    for name, replacement, original in (("get_seed", seed_of, get_seed), ("set_seed", seeded, set_seed)):
        _dress(replacement, original)
        setattr(module, name, replacement)


def replace_stateful(module: Any) -> None:
    cls = module.Generator
    original = cls.from_non_deterministic_state.__func__

    def from_non_deterministic_state(cls: Any, alg: Any = None) -> Any:
        touch(CAUSE, "tensorflow.random.Generator.from_non_deterministic_state", sys._getframe(1))
        held = generators.held_seed("tensorflow")
        return original(cls, alg) if held is None else cls.from_seed(held, alg)

    _dress(from_non_deterministic_state, original)
    cls.from_non_deterministic_state = classmethod(from_non_deterministic_state)


def hold_threads(tensorflow: Any) -> None:
    """Once the library is there as a whole: threads, and the global seed that its own import must not undo."""
    if settings.held("threads"):
        tensorflow.config.threading.set_intra_op_parallelism_threads(int(settings.held("threads")))
        tensorflow.config.threading.set_inter_op_parallelism_threads(int(settings.held("threads")))
    held = generators.held_seed("tensorflow")
    if held is not None:
        tensorflow.random.set_seed(held)


def replace_keras(module: Any) -> None:
    """Keras 3 draws the seed of a layer from Python's generator."""
    original = getattr(module, "make_default_seed", None)
    if original is None:
        return

    def make_default_seed() -> int:
        return _drawn(original, sys._getframe(1))

    _dress(make_default_seed, original)
    module.make_default_seed = make_default_seed


def replace_keras_2(module: Any) -> None:
    """So does Keras 2, for each initializer that has none, until `keras.utils.set_random_seed` gives it another."""
    cls = getattr(module, "RandomGenerator", None)
    original = getattr(cls, "_create_seed", None)
    if original is None:
        return

    def _create_seed(self: Any, user_specified_seed: Any) -> Any:
        is_given = user_specified_seed is not None
        if is_given or getattr(getattr(module, "_SEED_GENERATOR", None), "generator", None):
            return original(self, user_specified_seed)
        return _drawn(lambda: original(self, None), sys._getframe(1))

    _dress(_create_seed, original)
    cls._create_seed = _create_seed  # type: ignore[union-attr]


def _drawn(draw: Callable[[], Any], frame: Any) -> int:
    """A draw from Python's generator that is Keras unseeded, unless that generator is seeded."""
    if not python_random.is_unseeded():
        return int(draw())
    touch(CAUSE, "keras: a layer without a seed", frame)
    held = generators.held_seed("tensorflow")
    with busy:
        return int(draw()) if held is None else random.Random(held).randint(1, 10**9)


def _dress(replacement: Any, original: Any) -> None:
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(replacement, name, getattr(original, name, None))
    replacement.__wrapped__ = original
