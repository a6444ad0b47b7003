"""The same run once more, with everything changed that should not matter, and once in the tree that a run left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from ..compare.runs import is_asked
from ..diagnose.model import Cause, CauseName
from ..diagnose.search import Exhausted
from ..diagnose.splitting import Split, split
from ..diagnose.stresses import FOLDER, HOST, PLACEBO, USER, WORDS, Stress, all_of, already_held, stresses
from ..diagnose.suspects import touches_by_cause
from ..diagnose.unlike import NOTHING, Unlike, explained, outputs, without
from ..diagnose.words import fix, sentence
from ..sandbox.layout import Layout
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
MOST_RUNS = 24
MOST_TOGETHER = 3
MOST_OPEN = 4  # more than these are no hint
WARNING = re.compile(rb"^[^\n]*\w*Warning: [^\n]*\n(?:[ \t]+[^\n]*\n)?", re.MULTILINE)
UNSPLIT = "the run changes where all is changed that should not matter; by what could not be found out in the budget"
Key = tuple[CauseName, ...]


def proposals(lab: Lab) -> Iterator[Planned]:
    """Both fit every project that runs; neither is told from chance where runs differ whatever is held."""
    yield Planned(ID, Kind.STRESS, 1, 1.0, ask)
    yield from proposal(lab)


def ask(lab: Lab) -> Iterator[Experiment]:
    """Everything changed at once; only where that shows is it split to find which."""
    changes = tuple(s for s in stresses(lab.bench.limits.cpus) if not already_held(s, lab.steady.hold))
    tried = Stressed(lab)
    whole = tried.run(changes)
    tell = partial(lab.tell, ID, Kind.STRESS)
    details: dict[str, object] = {"changed": [c.name.value for c in changes]}
    if not tried.shows(whole):
        reason = f"the same under {count(len(changes), 'change')} of what should not matter"
        found = tried.outputs(whole)
        yield tell(outcome_of(found), reason, runs=tuple(tried.trials.records), outputs=found, details=details)
        return
    causes = tried.look_into(changes, whole)
    if not causes and not tried.chance and not tried.shows(whole):
        reason = "the same, but for what is known to follow addresses in memory"
        yield tell(Outcome.SAME, reason, runs=tuple(tried.trials.records), details=details)
        return
    details |= {"by_chance": sorted(outputs(tried.chance)), "trials": tried.trials.told}
    yield tell(
        Outcome.DIFFERS, tried.reason(causes), runs=tuple(tried.trials.records), causes=causes,
        outputs=tried.outputs(() if tried.chance else whole), failure=tried.failure(whole), details=details,
    )  # fmt: skip


def _says_only(cause: Cause) -> bool:
    return cause.outputs == (SAID,)


class Stressed:
    """The runs under changes, each made once."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.trials = LabTrials(lab, ID, MOST_RUNS, steadied=True)
        self._runs: dict[Key, Run] = {}
        self.chance: Unlike = NOTHING  # what differs in one more equal run
        self.moved: Unlike = NOTHING  # what differs where only addresses in memory do
        self._touches = touches_by_cause(lab.notes.touches)

    def run(self, changes: tuple[Stress, ...]) -> Key:
        """Give the key of the run."""
        key = tuple(c.name for c in changes)
        if key not in self._runs:
            self._runs[key] = self.trials.try_out(_name(key), Variation(all_of(changes)))
        return key

    def failure(self, key: Key) -> Failure | None:
        return self.trials.failures.get(_name(key))

    def outputs(self, key: Key) -> tuple[Output, ...]:
        """Compared with the reference, the names that were changed masked in what the run said; what a system notes
        of how it was asked (the folder, the environment) follows them by its nature."""
        if self.failure(key):
            return ()
        lab = self._lab
        found = lab.compare(masked(lab.reference, lab), masked(self._runs[key], lab))
        return tuple(o for o in found if not is_asked(o.path))

    def unlike(self, key: Key) -> Unlike:
        """What differs, but for what differs by chance or with the addresses in memory."""
        return without(differing(self.outputs(key)), self.chance | self.moved)

    def shows(self, key: Key) -> bool:
        return bool(self.failure(key) or self.unlike(key))

    def look_into(self, changes: tuple[Stress, ...], whole: Key) -> tuple[Cause, ...]:
        """Split it, once an equal run and one in which nothing but addresses is moved have shown what they do."""
        self._lab.bench.watch("splitting", "which of the changes matters")
        found: Split[Stress] = Split(open=list(changes))
        with suppress(Exhausted):
            self.chance = self._beside(())
            self.moved = without(self._beside((PLACEBO,)), self.chance)
            found = split(changes, lambda some: self.shows(self.run(tuple(some)))) if self.shows(whole) else Split()
        return tuple(sorted(self._causes(found, whole), key=_says_only))

    def _beside(self, changes: tuple[Stress, ...]) -> Unlike:
        key = self.run(changes)
        return NOTHING if self.failure(key) else differing(self.outputs(key))

    def reason(self, causes: Sequence[Cause]) -> str:
        """The first causes, each in a sentence."""
        if self.chance:
            first = min(outputs(self.chance))
            return f"a third equal run gave another {first}: that two agreed was luck"
        told = [sentence(c) for c in causes if c.confirmed]
        if not told:
            names = ", ".join(WORDS[c.name] for c in causes)
            return f"the run changes under {names} together" if names else UNSPLIT
        return "; ".join(told[:2]) + (f"; and {len(told) - 2} more" if len(told) > 2 else "")

    def _causes(self, found: Split[Stress], whole: Key) -> Iterator[Cause]:
        if self.moved and not self._lab.steady.hold.before:  # else it is known from the two equal runs
            cause = self._cause(PLACEBO, (PLACEBO.name,), confirmed=True)
            yield replace(cause, outputs=self._named(self.moved, (PLACEBO.name,)))
        for change in found.alone:
            yield self._cause(change, (change.name,), confirmed=self._again(change))
        for group in found.together:
            key = tuple(c.name for c in group)
            for change in group if len(group) <= MOST_TOGETHER else ():
                cause = self._cause(change, key, confirmed=True)
                yield replace(cause, together_with=tuple(n for n in key if n != change.name))
        if not found.alone and not found.together and len(found.open) <= MOST_OPEN:
            yield from (self._cause(change, whole, confirmed=False) for change in found.open)

    def _again(self, change: Stress) -> bool:
        """One change alone is tried twice: once may have been chance."""
        first = self.unlike((change.name,))
        with suppress(Exhausted):
            self._runs[(change.name,)] = self.trials.try_out(_name((change.name,)), Variation(change.hold))
            return bool(self.failure((change.name,)) or explained(first, self.unlike((change.name,))))
        return True

    def _named(self, unlike: Unlike, key: Key) -> tuple[str, ...]:
        names = {key_of(o.path): o.path for o in self.outputs(key)}
        return tuple(sorted(names.get(path, path) for path in outputs(unlike)))

    def _cause(self, change: Stress, key: Key, *, confirmed: bool) -> Cause:
        lab, failure = self._lab, self.failure(key)
        lines = lines_of(self._touches.get(change.name, ()), lab.project)
        touch, at = lines[0] if lines else (None, None)
        text = touch.text if touch else ""
        cell = touch.cell if touch else None
        if failure and failure.at:
            at, text, cell = failure.at, failure.message, None
        elif at is None and change.name is not CauseName.THREAD_COUNT:
            at, text = first_line(change.name, lab.project, lab.notes.opened)
        unlike = self._named(self.unlike(key), key) or (("the run",) if failure else ())
        advice = fix(change.name, replace(touch, at=at) if touch else None, seed_key(lab.project))
        return Cause(change.name, confirmed, unlike, at, text, advice, cell, tuple(p for _, p in lines[1:]))


def _name(key: Key) -> str:
    if not key:
        return "nothing-changed"
    if len(key) > 3:
        return f"{key[0].value}-and-{len(key) - 1}-more"
    return "-".join(name.value for name in key)


def masked(run: Run, lab: Lab) -> Run:
    """What a run says of its surroundings is no result: the names that were changed, and what libraries warn of."""
    around = lab.job.surroundings
    usual, moved = Layout.of(around), Layout.of(replace(around, folder=FOLDER))
    names = ((f"/home/{USER}", usual.home), (moved.project, usual.project), (HOST, around.hostname))
    text = WARNING.sub(b"", run.log.read_bytes())
    for other, name in names:
        text = text.replace(other.encode(), name.encode())
    log = run.folder / "notes" / "log-masked.txt"  # beside what the probe wrote: none of it is the run's
    log.parent.mkdir(exist_ok=True)
    log.write_bytes(text)
    return replace(run, log=log)
