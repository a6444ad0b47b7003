"""Two equal runs agreed, and a later one did not: then what differs is diagnosed after all."""

from __future__ import annotations

from dataclasses import replace

from ..text import count
from .diagnosis import diagnose
from .lab import Lab
from .model import Experiment, Kind, Outcome
from .outputs import unlike

BY_LUCK = "two runs agreed, and a later equal one did not"


class Luck:
    """Keeps the experiment of the two runs, and corrects it."""

    def __init__(self, twice: Experiment) -> None:
        self.twice = twice

    def after(self, told: tuple[Experiment, ...], lab: Lab) -> Lab:
        """The lab for what comes next: steadied, where an experiment met another equal run that is unlike the first.

        Without that, whatever is changed next would seem to matter.
        """
        found = next((e for e in told if e.kind is Kind.STRESS and e.details.get("by_chance")), None)
        if found is None or self.twice.outcome is Outcome.DIFFERS:
            return lab
        differing = unlike(found.outputs)
        reason = f"{BY_LUCK}: {count(len(differing), 'output')} differed"
        self.twice = replace(self.twice, outcome=Outcome.DIFFERS, reason=reason, outputs=found.outputs)
        self.twice, lab = diagnose(lab, self.twice)
        return lab
