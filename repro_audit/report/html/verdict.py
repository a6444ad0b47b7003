"""The first lines of the page: the verdict in a sentence, and what each star lacks."""

from __future__ import annotations

from dataclasses import dataclass

from ...result import Result, StarResult
from ...score import next_steps
from ...text import count, shorten
from ..told import Told, parts, words
from ..words import star_sign

LONGEST = 300  # characters of a reason


@dataclass(frozen=True, slots=True)
class StarView:
    number: int
    name: str
    sign: str
    state: str  # verified, declared, or what is to do
    kind: str  # verified, declared or missing, for the style sheet


def verdict(result: Result) -> str:
    """How many stars it earns, and what running it showed."""
    declared, verified = result.rank.declared, result.rank.verified
    name = result.project.name
    stars = "none of the five stars" if declared == 0 else f"{declared} of the five stars"
    if not result.experiments:
        told = f"By its files {name} earns {stars}; nothing was run, so none is verified."
    elif declared == 0:
        told = f"{name} earns {stars}."
    else:
        shown = "none of them" if verified == 0 else "all of them" if verified == declared else f"{verified} of them"
        told = f"{name} earns {stars}, and a run verified {shown}."
    return told + _above_a_gap(result)


def _above_a_gap(result: Result) -> str:
    """The stars that stand without one below them."""
    names = [s.star.title for s in result.stars[result.rank.declared :] if s.earned]
    if not names:
        return ""
    verbs = ("is", "counts") if len(names) == 1 else ("are", "count")
    return f" {' and '.join(names)} {verbs[0]} met too, and {verbs[1]} once the stars below are."


def run_sentence(result: Result) -> str:
    """What became of the two equal runs; "" where there were none."""
    repeat = next((e for e in result.experiments if e["kind"] == "repeat"), None)
    if repeat is None:
        return ""
    outputs = parts(repeat, "outputs")
    unlike = [o for o in outputs if o.get("verdict") in ("different", "only-first", "only-second")]
    number = count(len(outputs), "output")
    said = {
        "same": f"Two equal runs gave the same {number}.",
        "equivalent": f"Two equal runs gave the same {number}, but for dates, names and the like.",
        "differs": f"Two equal runs differ in {len(unlike)} of {number}{_because(repeat)}.",
    }.get(words(repeat, "outcome"))
    return said or f"It could not be run to its end: {shorten(_why(repeat), LONGEST)}"


def _because(repeat: Told) -> str:
    """The confirmed cause with its line."""
    found = [c for c in parts(repeat, "causes") if c.get("confirmed")]
    if not found:
        return ""
    where = f" at {found[0]['path']}:{found[0].get('line')}" if found[0].get("path") else ""
    more = f" and {count(len(found) - 1, 'other cause')}" if len(found) > 1 else ""
    return f" because of {words(found[0], 'cause').replace('-', ' ')}{where}{more}"


def _why(repeat: Told) -> str:
    failure = repeat.get("failure")
    said = words(failure, "message") if isinstance(failure, dict) else ""
    return said or words(repeat, "reason") or words(repeat, "outcome")


def stars(result: Result) -> tuple[StarView, ...]:
    return tuple(_star(star, result) for star in result.stars)


def _star(star: StarResult, result: Result) -> StarView:
    kind = "verified" if star.verified else "declared" if star.earned else "missing"
    state = kind if star.earned else _lacks(star, result)
    return StarView(star.star.value, star.star.title, star_sign(star), state, kind)


def _lacks(star: StarResult, result: Result) -> str:
    own = result.of(star.star)
    if not star.judged:
        return "not judged whole" if own else "not judged"
    unmet, waived = len(next_steps(own)), sum(c.is_set_aside for c in own)
    return f"{unmet} to do" + (f", {waived} waived" if waived else "")
