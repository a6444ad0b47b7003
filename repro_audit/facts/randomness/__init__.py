"""Randomness: what the main experiment draws from, which seeds it sets, and where their values come from."""

from .find import find_randomness
from .model import Draw, Randomness, Seed, SeedOrigin

__all__ = ["Draw", "Randomness", "Seed", "SeedOrigin", "find_randomness"]
