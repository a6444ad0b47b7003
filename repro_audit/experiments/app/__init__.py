"""The app is started and asked for a prediction."""

from .proposing import proposals

__all__ = ["proposals"]
