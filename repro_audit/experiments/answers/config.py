"""What changed parameters say: does the run obey its configuration, and does a configuration stand for one result?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Answer, Evidence
from ...text import count
from ..model import Experiment, Kind, Outcome
from ..outputs import unlike
from .repeat import are_alike
from .said import Said, proof

SHOWN = 5  # parameters that an answer lists
HELD = ("file", "option")  # where there are options only, they stand for the file
UNREPEATED = "with another value a result changed, and the run with it was not made twice"
DEAD = ("unread", "shadowed")  # any other dead parameter is read, and may matter in another mode of the program


def lives(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """A parameter that nothing reads, or that a constant replaces, refutes; all live ones verify."""
    if declared.get("config-live") not in (Answer.YES, Answer.UNKNOWN):
        return
    asked = _of_the_configuration(experiments)
    dead = [e for e in asked if is_dead(e)]
    live = [e for e in asked if e.outcome is Outcome.LIVE]
    if dead:
        names = ", ".join(_name(e) for e in dead[:SHOWN])
        more = f" and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
        message = f"{names}{more} {'does' if len(dead) == 1 else 'do'} not reach the run: {dead[0].reason}"
        fix = f"Use {_name(dead[0])} where the code needs it, or remove it from the file."
        yield Said("config-live", Answer.REFUTED, message, _evidence(dead), fix)
    elif live:
        idle = [e for e in asked if e.outcome is Outcome.DEAD and not e.details.get("descriptive")]
        message = f"{count(len(live), 'parameter')} changed one at a time: a result changed each time"
        if idle:
            names = ", ".join(_name(e) for e in idle[:SHOWN])
            message += f" (not with {names}: {idle[0].reason})"
        yield Said("config-live", Answer.VERIFIED, message, _evidence(live))


def is_dead(experiment: Experiment) -> bool:
    """Whether the parameter cannot matter in any mode of the program, as far as reading and running tell."""
    details = experiment.details
    is_used = details.get("why") == "unread" and details.get("read") is True
    return (
        experiment.outcome is Outcome.DEAD
        and details.get("why") in DEAD
        and not is_used
        and not details.get("descriptive")
    )


def repeats(experiments: Sequence[Experiment], declared: dict[str, Answer]) -> Iterator[Said]:
    """The committed configuration twice, and a changed one twice."""
    twice = next((e for e in experiments if e.kind is Kind.REPEAT), None)
    told = [e for e in experiments if e.kind in (Kind.CONFIG, Kind.SEED) and "repeats" in e.details]
    again = min(told, key=lambda e: (e.details.get("held") not in HELD, e.kind is Kind.SEED), default=None)
    if twice is None or not any(e.kind in (Kind.CONFIG, Kind.SEED) for e in experiments):
        return
    if twice.outcome is Outcome.DIFFERS and not are_alike(twice):
        differing = unlike(twice.outputs)
        what = f" in {differing[0].path}" if differing else ""
        message = f"two runs of one configuration differ{what}"
        yield Said("config-repeatable", Answer.REFUTED, message, proof(twice), _mend(twice))
    elif again is None:
        is_live = any(e.outcome is Outcome.LIVE and e.kind in (Kind.CONFIG, Kind.SEED) for e in experiments)
        reason = UNREPEATED if is_live else "no parameter was found with which a result changes"
        yield Said("config-repeatable", Answer.INCONCLUSIVE, reason, proof(twice))
    elif again.details["repeats"]:
        message = f"the committed configuration gave the same twice, and so did {_changed(again)}"
        yield Said("config-repeatable", Answer.VERIFIED, message, (*proof(twice), *proof(again)))
    else:
        listed = ", ".join(again.details.get("differs", ())[:3])
        message = f"two runs with {_changed(again)} differ in {listed}"
        yield Said("config-repeatable", Answer.REFUTED, message, proof(again), _mend(twice))


def _mend(twice: Experiment) -> str:
    """What makes the runs agree: what mends the cause, where one is known."""
    known = next((c.fix for c in twice.causes if c.confirmed and c.fix), "")
    return known or "See what differs with `repro-audit compare repeat-1 repeat-2`; seed or sort it."


def _of_the_configuration(experiments: Sequence[Experiment]) -> list[Experiment]:
    asked = [e for e in experiments if e.kind is Kind.CONFIG and e.change is not None]
    by_place = ([e for e in asked if e.details.get("held") == held] for held in HELD)
    return next((found for found in by_place if found), [])


def _changed(experiment: Experiment) -> str:
    change = experiment.change
    return f"{change.parameter} = {change.after}" if change else "a changed one"


def _name(experiment: Experiment) -> str:
    change = experiment.change
    if change is None:
        return experiment.id
    return f"{change.parameter} ({change.at})" if change.at else change.parameter


def _evidence(experiments: Sequence[Experiment]) -> tuple[Evidence, ...]:
    shown = experiments[:SHOWN]
    places = tuple(Evidence(f"{e.change.parameter}: {e.reason}", e.change.at) for e in shown if e.change)
    return (*places, *(Evidence(experiment=e.id) for e in shown))
