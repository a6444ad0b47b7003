"""Notebook kernels: what they draw for themselves must not move the project's generator."""

from __future__ import annotations

import sys
from typing import Any

from . import settings


def replace_tips(tips: Any) -> None:
    """IPython draws a tip whenever a client asks what kernel this is, and an impatient client asks more often."""
    original = getattr(tips, "pick_tip", None)
    if original is None or settings.held("python-random") is None:
        return

    def pick_tip(*args: Any, **kwargs: Any) -> Any:
        random: Any = sys.modules["random"]
        state = random.getstate()
        try:
            return original(*args, **kwargs)
        finally:
            random.Random.setstate(random._inst, state)  # not the watched one, which would take it for seeding

    tips.pick_tip = pick_tip
