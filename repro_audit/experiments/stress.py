"""The same run once more, with everything changed that should not matter, and once in the tree that a run left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..diagnose.model import Cause, CauseName
from ..diagnose.splitting import Split, split
from ..diagnose.stresses import FOLDER, HOST, USER, WORDS, Stress, all_of, already_held, stresses
from ..diagnose.suspects import touches_by_cause
from ..diagnose.unlike import Unlike, outputs
from ..diagnose.words import fix, sentence
from ..sandbox.model import Run
from ..text import count
from .bench import Variation
from .keys import differing, key_of
from .lab import Lab, Planned
from .leftover import proposal
from .lines import first_line, lines_of, seed_key
from .model import Experiment, Failure, Kind, Outcome, Output
from .outputs import SAID, outcome_of
from .trials import LabTrials

ID = "stress"
MOST_RUNS = 18


def proposals(lab: Lab) -> Iterator[Planned]:
    """Both fit every project that runs; neither is told from chance where runs differ whatever is held."""
    yield Planned(ID, Kind.STRESS, 1, 1.0, ask)
    yield from proposal(lab)


def ask(lab: Lab) -> Iterator[Experiment]:
    """Everything changed at once; only where that shows is it split to find which."""
    changes = tuple(s for s in stresses(lab.bench.limits.cpus) if not already_held(s, lab.steady.hold))
    tried = Stressed(lab)
    whole = tried.run(changes)
    details = {"changed": [c.name.value for c in changes]}
    if not tried.shows(whole):
        reason = f"the same under {count(len(changes), 'change')} of what should not matter"
        outcome = outcome_of(tried.outputs(whole))
        yield lab.tell(
            ID, Kind.STRESS, outcome, reason, runs=tuple(tried.trials.records), outputs=tried.outputs(whole),
            details=details,
        )  # fmt: skip
        return
    lab.bench.watch("splitting", "which of the changes matters")
    found = split(changes, lambda some: tried.shows(tried.run(tuple(some))))
    causes = tuple(sorted(tried.causes(found, whole), key=_says_only))
    yield lab.tell(
        ID, Kind.STRESS, Outcome.DIFFERS, _reason(causes), runs=tuple(tried.trials.records), causes=causes,
        outputs=tried.outputs(whole), failure=tried.failure(whole), details={**details, "runs_told": tried.trials.told},
    )  # fmt: skip


def _says_only(cause: Cause) -> bool:
    return cause.outputs == (SAID,)


def _reason(causes: Sequence[Cause]) -> str:
    """The first causes, each in a sentence."""
    told = [sentence(c) for c in causes if c.confirmed]
    if not told:
        names = ", ".join(WORDS[c.name] for c in causes)
        return f"the run changes under {names} together"
    return "; ".join(told[:2]) + (f"; and {len(told) - 2} more" if len(told) > 2 else "")


class Stressed:
    """The runs under changes, each made once."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.trials = LabTrials(lab, ID, MOST_RUNS, steadied=True)
        self._runs: dict[tuple[CauseName, ...], Run] = {}
        self._touches = touches_by_cause(lab.notes.touches)

    def run(self, changes: tuple[Stress, ...]) -> tuple[CauseName, ...]:
        """Give the key of the run."""
        key = tuple(c.name for c in changes)
        if key not in self._runs:
            self._runs[key] = self.trials.try_out(_name(key), Variation(all_of(changes)))
        return key

    def failure(self, key: tuple[CauseName, ...]) -> Failure | None:
        return self.trials.failures.get(_name(key))

    def outputs(self, key: tuple[CauseName, ...]) -> tuple[Output, ...]:
        """Compared with the reference, the names that were changed masked in what the run said."""
        return self._lab.compare(masked(self._runs[key], self._lab)) if not self.failure(key) else ()

    def unlike(self, key: tuple[CauseName, ...]) -> Unlike:
        return differing(self.outputs(key))

    def shows(self, key: tuple[CauseName, ...]) -> bool:
        return bool(self.failure(key) or self.unlike(key))

    def causes(self, found: Split[Stress], whole: tuple[CauseName, ...]) -> Iterator[Cause]:
        for change in found.alone:
            yield self._cause(change, (change.name,), confirmed=True)
        for group in found.together:
            key = tuple(c.name for c in group)
            for change in group if len(group) <= 3 else ():
                yield replace(
                    self._cause(change, key, confirmed=True), together_with=tuple(n for n in key if n != change.name)
                )
        if not found.alone:
            for change in found.open:
                yield self._cause(change, whole, confirmed=False)

    def _cause(self, change: Stress, key: tuple[CauseName, ...], *, confirmed: bool) -> Cause:
        lab, failure = self._lab, self.failure(key)
        lines = lines_of(self._touches.get(change.name, ()), lab.project)
        touch, at = lines[0] if lines else (None, None)
        text = touch.text if touch else ""
        cell = touch.cell if touch else None
        if failure and failure.at:
            at, text, cell = failure.at, failure.message, None
        elif at is None and change.name is not CauseName.THREAD_COUNT:
            at, text = first_line(change.name, lab.project)
        names = {key_of(o.path): o.path for o in self.outputs(key)}
        unlike = tuple(sorted(names.get(o, o) for o in outputs(self.unlike(key)))) or (("the run",) if failure else ())
        advice = fix(change.name, replace(touch, at=at) if touch else None, seed_key(lab.project))
        return Cause(change.name, confirmed, unlike, at, text, advice, cell, tuple(p for _, p in lines[1:]))


def _name(key: tuple[CauseName, ...]) -> str:
    if len(key) > 3:
        return f"{key[0].value}-and-{len(key) - 1}-more"
    return "-".join(name.value for name in key)


def masked(run: Run, lab: Lab) -> Run:
    """A warning names the folder of the file it stands in: what a run says of its surroundings is no result."""
    around = lab.job.surroundings
    names = ((FOLDER, around.folder), (HOST, around.hostname), (f"/home/{USER}", f"/home/{around.user}"))
    text = run.log.read_bytes()
    for other, usual in names:
        text = text.replace(other.encode(), usual.encode())
    log = run.folder / "log-masked.txt"
    log.write_bytes(text)
    return replace(run, log=log)
