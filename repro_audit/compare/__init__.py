"""What differs between two folders or files, by meaning: `compare(first, second)` gives a tree of differences."""

from .folders import compare
from .model import Difference, Gap, Likeness, Tolerance, Tolerances

__all__ = ["Difference", "Gap", "Likeness", "Tolerance", "Tolerances", "compare"]
