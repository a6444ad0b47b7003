"""The app is started and asked for a prediction."""

from .proposing import is_served, proposals

__all__ = ["is_served", "proposals"]
