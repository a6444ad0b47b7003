"""The smallest set of sources that explains why two equal runs differ.

All sources are held still at once, twice: what differs even so no hold explains, unless a last resort does. One
source at a time is let go: an output that then differs depends on it. What no single source explains is searched for
among several that act together. At the end only the confirmed ones are held: that has to be enough.
Pure: it asks for runs, and for what differs between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Generic, Protocol, TypeVar

from .interventions import FREE, Intervention
from .model import CauseName, Hold
from .suspects import RISKY, Suspect
from .unlike import NOTHING, Unlike, explained, outputs, without

R = TypeVar("R")
MOST_TOGETHER = 3  # sources: a larger set says no more than that something is unseeded


class Exhausted(Exception):
    """No further run is allowed."""


class Trials(Protocol[R]):
    """Where the runs of a search come from. `run` raises `Exhausted`; None stands for a run that failed."""

    def run(self, name: str, hold: Hold) -> R | None: ...

    def unlike(self, first: R, second: R) -> Unlike: ...


@dataclass(frozen=True, slots=True)
class Attribution:
    """Sources and the outputs that differ once they are released; several act only together."""

    suspects: tuple[Suspect, ...]
    unlike: Unlike

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(sorted(outputs(self.unlike)))


@dataclass(frozen=True)
class Found(Generic[R]):
    """What a search found. `reference` is a run under exactly `hold`."""

    attributions: tuple[Attribution, ...] = ()
    left: Unlike = NOTHING  # differs whatever is held
    unexplained: Unlike = NOTHING  # held still it agrees, but no release that was tried brings it back
    dropped: tuple[CauseName, ...] = ()  # their hold broke the run
    hold: Hold = Hold()
    reference: R | None = None
    is_cut: bool = False  # the budget ended the search


@dataclass
class _State(Generic[R]):
    """What is known so far; a search that is cut short tells this."""

    held: list[Suspect]
    fixed: Hold = Hold()  # last resorts that helped
    reference: R | None = None
    left: Unlike = NOTHING
    moved: Unlike = NOTHING  # follows addresses: every change moves it, so that no release says anything of it
    settled: Unlike = NOTHING  # known to come out the same where the same is held: two held runs may agree by luck
    attributions: list[Attribution] = field(default_factory=list)
    dropped: list[CauseName] = field(default_factory=list)
    enough: tuple[Hold, R] | None = None


class Search(Generic[R]):
    """One diagnosis: `before` is what differs between the two equal runs."""

    def __init__(self, trials: Trials[R], before: Unlike, suspects: Sequence[Suspect]) -> None:
        self._trials = trials
        self._before = before
        self._state: _State[R] = _State(list(suspects))

    def go(self, last_resorts: Iterable[Intervention] = ()) -> Found[R]:
        is_cut = False
        try:
            self._hold_all()
            self._release_each()
            fixed = self._state.fixed
            for number, resort in enumerate(last_resorts, 1):
                self._resort(resort, f"{resort.name.value}-{number}")
            if self._state.fixed != fixed:
                self._release_each()  # what agrees only now may depend on them as well
            self._check_enough()
        except Exhausted:
            is_cut = True
        return self._found(is_cut)

    @property
    def _targets(self) -> Unlike:
        """What differs between the two runs and is still once all is held."""
        return without(self._before, self._state.left)

    @property
    def _unexplained(self) -> Unlike:
        return self._targets - frozenset(u for a in self._state.attributions for u in a.unlike)

    def _hold_all(self) -> None:
        """Where the holds break the run, those that it may stumble over are dropped."""
        state = self._state
        first = self._run("held-1", state.held)
        for names in (RISKY[:1], RISKY):
            if first is not None:
                break
            state.dropped = [s.name for s in state.held if s.name in names] + [
                n for n in state.dropped if n not in names
            ]
            state.held = [s for s in state.held if s.name not in names]
            first = self._run(f"held-without-{len(names)}", state.held)
        if first is None:
            raise Exhausted
        state.reference = first
        second = self._run("held-2", state.held)
        if second is not None:
            state.left = self._trials.unlike(first, second)

    def _resort(self, resort: Intervention, name: str) -> None:
        """Three runs have to agree under it, and two more without it to differ again: once may have been chance."""
        state = self._state
        wanted = explained(self._before, state.left)
        if not wanted:
            return
        hold = state.fixed | resort.hold
        runs = [self._run(f"{name}-held-{n}", state.held, hold) for n in (1, 2, 3)]
        one, two, three = runs
        if one is None or two is None or three is None:
            state.dropped.append(resort.name)
            return
        left = self._trials.unlike(one, two) | self._trials.unlike(one, three)
        vanished = without(wanted, left)
        vanished = explained(vanished, self._without_resort(name)) if vanished else NOTHING
        if vanished:
            suspect = Suspect(resort.name, resort.hold, resort.releases)
            state.attributions.append(Attribution((suspect,), vanished))
            state.fixed, state.reference, state.left = hold, one, left
            if resort.name is CauseName.MEMORY_ADDRESS:
                state.moved = vanished

    def _without_resort(self, name: str) -> Unlike:
        """What differs between two further runs without it."""
        one, two = (self._run(f"{name}-free-{n}", self._state.held) for n in (1, 2))
        return self._trials.unlike(one, two) if one is not None and two is not None else NOTHING

    def _release_each(self) -> None:
        """Each likely one once; the others, and further states of each, only while something is unexplained."""
        held = list(self._state.held) if self._targets else []
        for suspect in [s for s in held if not s.is_weak]:
            self._release(suspect, 0)
        for suspect in [s for s in held if s.is_weak]:
            if self._unexplained:
                self._release(suspect, 0)
        for number in (1, 2):
            for suspect in [s for s in held if not s.is_weak and number < len(s.releases)]:
                if self._unexplained and not self._is_confirmed(suspect):
                    self._release(suspect, number)

    def _release(self, suspect: Suspect, number: int) -> None:
        """Let one go. What shows a second cause of an output, or comes of a state that is not ours, has to show twice:
        it may have been a flicker, such as a message that only a slow run gives. And it has to be the one thing that
        moves: a state of ours gives the same twice, and where it is not ours, holding it once more does."""
        others, release = [s for s in self._state.held if s is not suspect], suspect.releases[number]
        name = f"free-{suspect.name.value}-{number + 1}"
        known = frozenset(u for a in self._state.attributions if a.suspects == (suspect,) for u in a.unlike)
        run = self._run(name, others, release)
        shown = self._against_reference(run) - known
        is_ours = release != FREE
        if shown and (not is_ours or not shown & self._unexplained or not shown <= self._state.settled):
            again = self._run(f"{name}-again", others, release)
            shown = explained(shown, self._against_reference(again))
            if is_ours:
                shown = self._settled(shown, run, again)
            elif not shown <= self._state.settled:
                shown = self._settled(shown, self._state.reference, self._run(f"{name}-held", self._state.held))
        if shown:
            self._state.attributions.append(Attribution((suspect,), shown))

    def _settled(self, shown: Unlike, one: R | None, two: R | None) -> Unlike:
        """What of it two runs that ought to agree have in common. The rest differs whatever is held: that it seemed
        to follow something was luck."""
        state = self._state
        if one is not None and two is not None:
            moving = self._trials.unlike(one, two)
            state.left |= explained(self._targets, moving)
            shown = without(shown, moving)
            kept = (Attribution(a.suspects, without(a.unlike, state.left)) for a in state.attributions)
            state.attributions = [a for a in kept if a.unlike]
        state.settled |= shown
        return shown

    def _check_enough(self) -> None:
        """Hold the confirmed ones only; what differs then, several of the others explain together."""
        for _ in range(2):
            confirmed = [s for s in self._state.held if self._is_confirmed(s)]
            run = self._run("enough", confirmed)
            more = self._against_reference(run)
            if run is not None and not more:
                self._state.enough = (self._hold(confirmed), run)
                return
            others = [s for s in self._state.held if not self._is_confirmed(s)]
            if run is None or not others:
                return
            together = self._smallest(others, more)
            if len(together) > MOST_TOGETHER:
                return
            self._state.attributions.append(Attribution(tuple(together), more))

    def _is_confirmed(self, suspect: Suspect) -> bool:
        return any(suspect in a.suspects for a in self._state.attributions)

    def _smallest(self, free: list[Suspect], wanted: Unlike) -> list[Suspect]:
        """Delta debugging: drop half, then a quarter, ... as long as the rest still shows what is wanted."""
        parts = 2
        while len(free) > 1:
            size = max(1, len(free) // parts)
            chunks = [free[i : i + size] for i in range(0, len(free), size)]
            fewer = next((kept for c in chunks if (kept := _less(free, c)) and self._shows(kept, wanted)), None)
            if fewer is not None:
                free, parts = fewer, max(2, parts - 1)
            elif size == 1:
                break
            else:
                parts = min(len(free), parts * 2)
        return free

    def _shows(self, free: list[Suspect], wanted: Unlike) -> bool:
        others = [s for s in self._state.held if s not in free]
        release = _together(s.releases[0] for s in free)
        run = self._run("free-" + "-".join(s.name.value for s in free), others, release)
        return bool(explained(wanted, self._against_reference(run)))

    def _against_reference(self, run: R | None) -> Unlike:
        reference = self._state.reference
        if run is None or reference is None:
            return NOTHING
        return explained(
            self._targets, without(self._trials.unlike(reference, run), self._state.left | self._state.moved)
        )

    def _run(self, name: str, held: Sequence[Suspect], more: Hold | None = None) -> R | None:
        return self._trials.run(name, self._hold(held) | (more or Hold()))

    def _hold(self, held: Sequence[Suspect]) -> Hold:
        return _together(s.hold for s in held) | self._state.fixed

    def _found(self, is_cut: bool) -> Found[R]:
        state = self._state
        hold, reference = state.enough or (self._hold(state.held), state.reference)
        left = explained(self._before, state.left)
        return Found(
            tuple(state.attributions), left if state.reference is not None else self._before, self._unexplained,
            tuple(state.dropped), hold, reference, is_cut,
        )  # fmt: skip


def _together(holds: Iterable[Hold]) -> Hold:
    return reduce(lambda one, other: one | other, holds, Hold())


def _less(free: list[Suspect], chunk: list[Suspect]) -> list[Suspect]:
    return [s for s in free if s not in chunk]
