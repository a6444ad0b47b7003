"""PyTorch's default generator. Draws happen below Python: the functions that begin them are watched until a seed."""

from __future__ import annotations

import sys
from typing import Any

from . import generators, settings
from .replacing import Watched
from .touches import touch

CAUSE = "unseeded-torch"
_FUNCTIONS = """rand randn randint randperm normal bernoulli multinomial poisson rand_like randn_like randint_like
dropout dropout_ alpha_dropout feature_dropout rrelu""".split()
_METHODS = """uniform_ normal_ random_ bernoulli_ exponential_ geometric_ cauchy_ log_normal_ bernoulli
multinomial""".split()
_MOST = 100_000  # draws, after which watching them costs more than it tells


class _State:
    draws = 0
    torch: Any = None
    originals: tuple[tuple[Any, str, Any, bool], ...] = ()  # (owner, name, what stood there, whether it was its own)


def replace(torch: Any) -> None:
    _State.torch = torch
    if settings.held("torch") is not None:
        torch.manual_seed(generators.held_seed("torch"))
    if settings.held("threads"):
        torch.set_num_threads(int(settings.held("threads")))
    _replace_seeding(torch)
    if settings.WATCH:
        _watch()
        for owner, name in ((torch, "compile"), (torch.jit, "script"), (torch.jit, "trace")):
            _unwatch_at(owner, name)


def _replace_seeding(torch: Any) -> None:
    manual_seed, seed = torch.random.manual_seed, torch.random.seed

    def seeded(seed: Any) -> Any:
        is_good = generators.foreseeable(CAUSE, seed, sys._getframe(1), "torch.manual_seed")
        result = manual_seed(seed)
        _unwatch() if is_good else _watch()
        return result

    def unseeded() -> int:
        touch(CAUSE, "torch.seed", sys._getframe(1))
        held = generators.held_seed("torch")
        if held is not None:
            manual_seed(held)
            return held
        return int(seed())

    for name, original, replacement in (("manual_seed", manual_seed, seeded), ("seed", seed, unseeded)):
        _dress(replacement, original)
        for owner in (torch, torch.random):
            setattr(owner, name, replacement)


def _dress(replacement: Any, original: Any) -> None:
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(replacement, name, getattr(original, name, None))


def _watch() -> None:
    if _State.originals or not settings.WATCH or _State.draws > _MOST:
        return
    torch = _State.torch
    changed = []
    for name in _FUNCTIONS:
        for owner in (torch, getattr(torch, "_VF", None)):
            original = getattr(owner, name, None)
            if original is not None:
                changed.append((owner, name, original, name in vars(owner)))
                setattr(owner, name, _Drawing("torch", name, original, CAUSE))
    for name in _METHODS:
        original = getattr(torch.Tensor, name, None)
        if original is not None:
            changed.append((torch.Tensor, name, original, name in vars(torch.Tensor)))
            setattr(torch.Tensor, name, _method(name, original))
    _State.originals = tuple(changed)


def _unwatch() -> None:
    for owner, name, original, was_its_own in _State.originals:
        if was_its_own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)
    _State.originals = ()


def _unwatch_at(owner: Any, name: str) -> None:
    """What compiles functions finds the built-in ones by their identity, and must not meet others."""
    original = getattr(owner, name, None)
    if original is None:
        return

    def compiling(*args: Any, **kwargs: Any) -> Any:
        _unwatch()
        return original(*args, **kwargs)

    _dress(compiling, original)
    setattr(owner, name, compiling)


class _Drawing(Watched):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("generator") is None:
            _drawn(self._what, sys._getframe(1))
        return self._call(*args, **kwargs)


def _method(name: str, original: Any) -> Any:
    what = "torch.Tensor." + name

    def draw(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("generator") is None:
            _drawn(what, sys._getframe(1))
        drawn = original(self, *args, **kwargs)
        if name == "random_" and self.numel() == 1:
            generators.remember(CAUSE, int(self.item()))
        return drawn

    _dress(draw, original)
    return draw


def _drawn(what: str, frame: Any) -> None:
    _State.draws += 1
    if _State.draws > _MOST:
        _unwatch()
    touch(CAUSE, what, frame)
