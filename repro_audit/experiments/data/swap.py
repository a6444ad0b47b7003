"""The experiment: the variant is put where the project's handle says, and the run is made once more.

Where the outputs stay as they were, or the run fails, the same variant in the place of the project's own data
tells whether the handle or the variant is to blame.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...sandbox.model import Run
from ..lab import Lab, Planned
from ..model import Change, Depth, Experiment, Failure, Kind, Outcome, Output, RunRecord
from ..outputs import unlike
from ..parameters.model import CannotSet
from ..repeat import did_nothing
from .inputs import Input, find_inputs
from .placing import lay_out
from .variants import Form, Variant, vary
from .ways import By, Way, find_way
from .words import without_echo

TURN = 40
AT_STANDARD, AT_MOST = 1, 3  # inputs that are varied


def proposals(lab: Lab) -> Iterator[Planned]:
    """One experiment for each input that can be varied, the main one at the standard depth."""
    for number, given in enumerate(find_inputs(lab)[:AT_MOST]):
        way = find_way(lab, given)
        depth = Depth.STANDARD if number < AT_STANDARD else Depth.DEEP
        yield Planned(
            f"data:{given.path}", Kind.DATA, TURN, 1, _asker(given, way), change_of(way), at_depth=depth
        )  # fmt: skip


def change_of(way: Way) -> Change | None:
    """What is changed, in the words of the result; None where files are replaced."""
    if way.is_in_place:
        return None
    where = way.at.path if way.at else "command"
    return Change(f"{where}:{way.name or way.old}", way.old, way.new, way.at)


def _asker(given: Input, way: Way) -> Any:
    return lambda lab: (_asked(Swap(lab, given, way)),)


def _asked(swap: Swap) -> Experiment:
    try:
        return swap.ask()
    except CannotSet as error:
        change = change_of(swap.way)
        return swap.lab.tell(f"data:{swap.given.path}", Kind.DATA, Outcome.INCONCLUSIVE, str(error), change=change)


@dataclass
class Tried:
    """One run with a variant."""

    variant: Variant
    run: Run
    failure: Failure | None
    changed: tuple[Output, ...]  # outputs that are others now, the variant's own path in them aside

    @property
    def works(self) -> bool:
        return self.failure is None


@dataclass
class Swap:
    """The experiment under way."""

    lab: Lab
    given: Input
    way: Way
    records: list[RunRecord] = field(default_factory=list)

    def ask(self) -> Experiment:
        tried = None
        for form in Form:
            variant = vary(self.lab.project.files, self.given, form)
            if variant is None:
                continue
            tried = self._try(variant, self.way)
            if tried.works and did_nothing(tried.run):
                return self._tell(tried, Outcome.INCONCLUSIVE, "the run found its outputs up to date and did nothing")
            if tried.works and tried.changed:
                return self._tell(tried, Outcome.WORKS, self._worked(tried))
            if tried.failure is not None and tried.failure.is_the_sandbox:
                return self._tell(tried, Outcome.INCONCLUSIVE, f"with other data: {tried.failure.message}")
        if tried is None:
            return self.lab.tell(self._id, Kind.DATA, Outcome.SKIPPED, "nothing of the input could be varied")
        return self._judged(tried)

    def _try(self, variant: Variant, way: Way) -> Tried:
        with tempfile.TemporaryDirectory(prefix="repro-audit-data-") as place:
            variation = lay_out(Path(place), self.lab, variant, way)
            where = "in-place" if way.is_in_place else "beside"
            run, record = self.lab.run(f"data-{variant.form.name.lower()}-{where}-{self.given.path}", variation)
            self.records.append(record)
            failure = self.lab.failure(run)
            changed = () if failure else unlike(self.lab.compare(without_echo(run, way, Path(place))))
        return Tried(variant, run, failure, changed)

    def _judged(self, tried: Tried) -> Experiment:
        """The handle did not do: does the variant, where the project's own data are?"""
        told = tried.variant.form.told(self.given)
        if self.way.is_in_place:
            return self._unlike_expected(tried, told)
        control = self._try(tried.variant, Way(By.CODE, self.given.path))
        if not control.works or not control.changed:
            return self._unlike_expected(tried, told)
        if tried.failure is not None:
            reason = (
                f"with {told}, given by {self.way.told}, the run fails; in the place of the project's data it works"
            )
            return self._tell(tried, Outcome.FAILED, reason, failure=tried.failure, handle="broken")
        reason = f"{self.way.told} does nothing: other data given by it leave every output as it was"
        return self._tell(tried, Outcome.FAILED, reason, handle="dead")

    def _unlike_expected(self, tried: Tried, told: str) -> Experiment:
        if tried.failure is not None:
            reason = f"with {told} the run fails; whether such data fit is not known"
            return self._tell(tried, Outcome.FAILED, reason, failure=tried.failure)
        return self._tell(tried, Outcome.INCONCLUSIVE, f"with {told} every output stays as it was")

    def _worked(self, tried: Tried) -> str:
        number = len(tried.changed)
        what = f"{tried.changed[0].path} and {number - 1} more" if number > 1 else tried.changed[0].path
        return f"{self.given.path}: {tried.variant.form.told(self.given)}, given by {self.way.told}: {what} changed"

    @property
    def _id(self) -> str:
        return f"data:{self.given.path}"

    def _tell(self, tried: Tried, outcome: Outcome, reason: str, handle: str = "", **more: Any) -> Experiment:
        details = {
            "input": self.given.path, "variant": tried.variant.form.told(self.given), "through": self.way.told,
            "is_open": self.way.is_open, **({"handle": handle} if handle else {}),
        }  # fmt: skip
        return self.lab.tell(
            self._id, Kind.DATA, outcome, reason, runs=tuple(self.records), outputs=tried.changed,
            change=change_of(self.way), details=details, **more,
        )  # fmt: skip
