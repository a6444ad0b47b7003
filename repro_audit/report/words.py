"""Signs and words that every renderer uses for answers and stars."""

from __future__ import annotations

from ..model import Answer
from ..result import Criterion, Result, StarResult
from ..text import count

FILLED, OUTLINED, NONE = "★", "☆", "·"  # verified, declared, not earned

MARKS = {
    Answer.YES: "✓",
    Answer.VERIFIED: "✔",
    Answer.PARTIAL: "◐",
    Answer.NO: "✗",
    Answer.REFUTED: "✗",
    Answer.NA: "–",
    Answer.UNKNOWN: "?",
    Answer.INCONCLUSIVE: "?",
}
WAIVED = "w"
LEGEND = "✓ met  ◐ partly  ✗ not met  – does not apply  ? cannot be told by reading"


def star_sign(star: StarResult) -> str:
    return FILLED if star.verified else OUTLINED if star.earned else NONE


def stars(result: Result) -> str:
    """The five signs in a row."""
    return "".join(star_sign(s) for s in result.stars)


def mark(criterion: Criterion) -> str:
    return WAIVED if criterion.is_set_aside else MARKS[criterion.answer]


def answer_words(criterion: Criterion) -> str:
    """The answer as a word, with what a waiver adds to it."""
    if criterion.waived is None:
        return str(criterion.answer)
    until = f" until {criterion.waived.until}" if criterion.waived.until else ""
    state = f"waiver expired {criterion.waived.until}" if criterion.waived.expired else f"waived{until}"
    return f"{criterion.answer} ({state}: {criterion.waived.reason})"


def rank_words(result: Result) -> str:
    """`2 of 5 stars declared, 1 verified`."""
    judged = [s for s in result.stars if s.judged]
    if len(judged) == len(result.stars):
        return f"{result.rank.declared} of 5 stars declared, {result.rank.verified} verified"
    if not judged:
        return "no star is judged as a whole"
    declared, verified = sum(s.earned for s in judged), sum(s.verified for s in judged)
    return f"{declared} of {count(len(judged), 'judged star')} declared, {verified} verified"
