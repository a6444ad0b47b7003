"""The runs that a search asks for: in the lab, within the budget, each kept as evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..diagnose.model import Hold
from ..diagnose.search import Exhausted
from ..diagnose.unlike import Unlike
from ..sandbox.model import Run
from .bench import Variation
from .keys import differing
from .lab import Lab
from .model import Failure, RunRecord

SPARE = 1.0  # seconds that a run costs beside its own time


@dataclass
class LabTrials:
    """`prefix` names the runs in the evidence; no more than `most` are made."""

    lab: Lab
    prefix: str
    most: int
    steadied: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)
    records: list[RunRecord] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)

    def run(self, name: str, hold: Hold) -> Run | None:
        """One run under a hold; None where it failed, `Exhausted` where no more may be made."""
        run = self.try_out(name, Variation(hold))
        return run if name not in self.failures else None

    def try_out(self, name: str, variation: Variation) -> Run:
        """The run, whether it failed or not. One that hangs is given little time: two hung runs would look equal."""
        lab = self.lab
        if len(self.records) >= self.most or not lab.budget.allows(lab.seconds + SPARE):
            raise Exhausted
        limit = variation.seconds or min(lab.bench.limits.seconds, 4 * lab.seconds + 20)
        whole = variation | Variation(seconds=limit)
        run, record = lab.run(f"{self.prefix}-{name}", whole, steadied=self.steadied)
        failure = lab.failure(run)
        self.records.append(record)
        self.failures.pop(name, None)
        if failure:
            self.failures[name] = failure
        self.told.append({"run": name, "failed": failure.kind.value if failure else None, "log": record.log})
        return run

    def unlike(self, first: Run, second: Run) -> Unlike:
        return differing(self.lab.compare(first, second))
