"""Which experiments are made, in which order, and what the budget cuts.

Cheapest and most telling first. What is cut is listed as skipped, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..text import count
from .lab import Lab, Planned
from .model import Depth, Experiment

UNSTEADY = "two equal runs differ whatever is held still, so a change could not be told from chance"
SPARE = 1.0  # seconds that a run costs beside its own time


def planned(lab: Lab) -> list[Planned]:
    """Every experiment that fits this project at this depth, in the order they are made."""
    from . import app, config, data, seed, stage, stress, systems

    found = [p for part in (systems, stress, seed, config, data, app, stage) for p in part.proposals(lab)]
    fitting = [p for p in found if lab.depth is Depth.DEEP or p.at_depth is not Depth.DEEP]
    return sorted(fitting, key=lambda p: (p.turn, p.runs, p.id))


def carry_out(
    lab: Lab, plan: list[Planned], after: Callable[[tuple[Experiment, ...], Lab], Lab] = lambda told, lab: lab
) -> Iterator[Experiment]:
    """Make the experiments, one after the other, as far as the budget goes.

    `after` gives the lab of those that follow, from what was just told.
    """
    for number, one in enumerate(plan, 1):
        needed = one.runs * (lab.seconds + SPARE)
        if one.runs and not lab.budget.allows(needed):
            yield one.skipped(
                lab, f"the budget of {lab.budget.seconds:.0f} s was used up: `--depth deep --budget 1h` gives more"
            )
            continue
        lab.bench.watch(f"experiment {number} of {len(plan)}", one.id)
        told = tuple(_made(one, lab))
        yield from told
        lab = after(told, lab)


def _made(one: Planned, lab: Lab) -> Iterator[Experiment]:
    """An experiment that cannot be made says so; it does not end the audit."""
    if one.runs and one.needs_steady and not lab.is_steady:
        yield one.skipped(lab, UNSTEADY)
        return
    yield from one.ask(lab)


def overview(plan: list[Planned], lab: Lab) -> str:
    """The plan in a sentence, for people."""
    runs = sum(p.runs for p in plan)
    return f"{count(len(plan), 'experiment')}, about {runs:.0f} runs of {lab.seconds:.1f} s"
