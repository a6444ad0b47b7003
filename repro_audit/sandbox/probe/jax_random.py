"""JAX has no hidden generator: what can go wrong is the number that a key is made of."""

from __future__ import annotations

import sys
from typing import Any

from . import generators
from .notes import busy

CAUSE = "unseeded-jax"


def replace(module: Any) -> None:
    for name in ("PRNGKey", "key"):
        original = getattr(module, name, None)
        if callable(original) and not hasattr(original, "_repro_audit"):
            setattr(module, name, _keyed(name, original))


def _keyed(name: str, original: Any) -> Any:
    def key(seed: Any, *args: Any, **kwargs: Any) -> Any:
        if not busy.now and not generators.foreseeable(CAUSE, seed, sys._getframe(1), f"jax.random.{name}"):
            held = generators.held_seed("jax")
            seed = seed if held is None else held
        return original(seed, *args, **kwargs)

    for attribute in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(key, attribute, getattr(original, attribute, None))
    key.__wrapped__ = original  # type: ignore[attr-defined]
    key._repro_audit = True  # type: ignore[attr-defined]
    return key
