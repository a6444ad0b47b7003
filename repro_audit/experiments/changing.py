"""Run the project with one parameter changed, and tell whether a result changed with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..diagnose.model import Hold
from ..sandbox.model import Job, Run
from .bench import AS_IT_IS, Variation
from .job import shown
from .lab import Lab
from .model import Failure, Output, RunRecord
from .outputs import SAID, unlike
from .parameters.echo import Echo, results
from .parameters.find import knobs
from .parameters.model import CannotSet, Knob, Read, Setting
from .parameters.texts import reader
from .parameters.values import other_values


@dataclass(frozen=True)
class Trial:
    """One run with another value. `changed` are the results that are not as in the reference run."""

    knob: Knob
    value: Any
    run: Run | None = None
    records: tuple[RunRecord, ...] = ()
    outputs: tuple[Output, ...] = ()
    changed: tuple[Output, ...] = ()
    echoed: tuple[str, ...] = ()  # outputs that tell the value again, and differ in nothing else
    failure: Failure | None = None
    reason: str = ""  # why it could not be set

    @property
    def is_live(self) -> bool:
        return bool(self.changed)

    @property
    def ran(self) -> bool:
        return self.run is not None and self.failure is None


@dataclass
class Session:
    """What the experiments that change parameters share."""

    lab: Lab
    prefix: str = "changed"  # of the runs in the evidence
    again: bool = field(default=False, init=False)  # whether a changed configuration was run twice
    _count: int = field(default=0, init=False)

    @cached_property
    def read(self) -> Read:
        return reader(self.lab)

    @cached_property
    def knobs(self) -> tuple[Knob, ...]:
        """All that can be set, the most telling first; those that made the short form are not asked again."""
        found = knobs(self.lab.project, self.lab.job, self.read, self.lab.notes.opened)
        return tuple(k for k in found if k.id not in self.lab.shortened)

    def attempt(self, knob: Knob, value: Any) -> Trial:
        """One run with the value."""
        try:
            setting = knob.way(self.read, self.lab.job, value)
        except CannotSet as error:
            return Trial(knob, value, reason=str(error))
        self._count += 1
        run, record = run_with(self.lab, f"{self.prefix}-{self._count}-{knob.key}", setting)
        failure = self.lab.failure(run, of_a_value=True)
        if failure:
            return Trial(knob, value, run, (record,), failure=failure)
        outputs = self.lab.compare(run)
        found = results(run, self.lab.reference, outputs, _echo(self, knob, value, setting), self.lab.tolerances)
        if knob.is_descriptive:  # how much is told is no result
            found = tuple(o for o in found if o.path != SAID)
        paths = {o.path for o in found}
        echoed = tuple(o.path for o in unlike(outputs) if o.path not in paths)
        return Trial(knob, value, run, (record,), outputs, found, echoed)

    def repeated(self, trial: Trial) -> tuple[tuple[Output, ...], RunRecord]:
        """The same changed project once more under another hash seed: the outputs in which the two runs differ."""
        assert trial.run is not None
        setting = trial.knob.way(self.read, self.lab.job, trial.value)
        salt = Variation(Hold(variables={"PYTHONHASHSEED": self.lab.hash_seeds[1]}))
        run, record = run_with(self.lab, f"{self.prefix}-{self._count}-{trial.knob.key}-again", setting, salt)
        return unlike(self.lab.compare(trial.run, run)), record

    def tried(self, knob: Knob) -> Iterable[Trial]:
        """One value, and another one where the first was refused or made no difference."""
        values = other_values(knob)
        if not values:
            return
        first = self.attempt(knob, values[0])
        yield first
        if not first.is_live and len(values) > 1 and self.lab.budget.allows(self.lab.seconds):
            yield self.attempt(knob, values[-1] if first.ran else values[1])


def run_with(lab: Lab, name: str, setting: Setting, beside: Variation = AS_IT_IS) -> tuple[Run, RunRecord]:
    """One run of the changed project, into the evidence under that name."""
    with tempfile.TemporaryDirectory(prefix="repro-audit-") as place:
        return lab.run(name, setting.variation(Path(place)) | beside)


def combined(pairs: Iterable[tuple[Knob, Any]], read: Read, job: Job) -> Setting:
    """Several parameters set at once; raises `CannotSet`."""
    files: dict[str, str] = {}

    def changed(path: str) -> str | None:
        return files.get(path) or read(path)

    for knob, value in pairs:
        one = knob.way(changed, job, value)
        files |= one.files
        job = one.job or job
    return Setting(files, job)


def _echo(session: Session, knob: Knob, value: Any, setting: Setting) -> Echo:
    """What may stand for the value in the words of a run; what was added to the command is told again as well."""
    read = session.read
    job = session.lab.job
    files = [(read(path) or "", text) for path, text in setting.files.items()]
    added = shown(setting.job.argv).removeprefix(shown(job.argv)) if setting.job else ""
    is_longer = setting.job is not None and added != shown(setting.job.argv)
    return Echo.of(knob.value, value, added if is_longer else "", files)
