"""Two equal runs differ: which interventions make them agree, and which of them are needed?"""

from __future__ import annotations

from .lab import Lab
from .model import Experiment


def diagnose(lab: Lab, repeated: Experiment) -> tuple[Experiment, Lab]:
    """The experiment with its causes, and the lab with what holds its runs steady."""
    return repeated, lab
