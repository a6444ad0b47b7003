"""Count what differs between two files, and say it in one sentence."""

from __future__ import annotations

import math
import struct
from collections import Counter
from dataclasses import replace

from ..text import count
from .content import Unreadable
from .model import Difference, Gap, Likeness, Tolerance, worst

SHOWN = 20  # details that are kept of one file; the rest is only counted
STEPS = 5_000_000  # places that are compared in one file before we say that it is too much


class Tally:
    """Collects the differences of one pair; what is masked counts only if nothing else differs."""

    def __init__(self, tolerance: Tolerance) -> None:
        self.tolerance = tolerance
        self.counts: Counter[Likeness] = Counter()
        self.masks: dict[str, None] = {}  # what made no difference, in the order met
        self.details: list[Difference] = []
        self.remarks: list[str] = []
        self.largest: Gap | None = None
        self.steps = 0

    def step(self) -> None:
        """Bounds the time of a file that is built to be compared forever."""
        self.steps += 1
        if self.steps > STEPS:
            raise Unreadable("too many parts to compare")

    def masked(self, kind: str, where: str = "", one: object = "", two: object = "") -> None:
        """`kind` is a plural such as `timestamps`: it reads on as `only … differ`."""
        self.masks[kind] = None
        why = f"{short(one)} and {short(two)}" if where else ""
        self._add(Difference(where, Likeness.EQUIVALENT, why), shown=bool(where))

    def differ(self, where: str, why: str) -> None:
        self._add(Difference(where, Likeness.DIFFERENT, why))

    def number(self, where: str, one: float, two: float) -> None:
        if one == two or (one != one and two != two):
            return
        gap = gap_between(one, two, where)
        likeness = self.judge(one, two)
        self._add(Difference(where, likeness, f"{number(one)} != {number(two)}", largest=gap))

    def judge(self, one: float, two: float) -> Likeness:
        try:
            distance, magnitude = float(abs(one - two)), float(max(abs(one), abs(two)))
        except OverflowError:
            return Likeness.DIFFERENT
        return Likeness.CLOSE if self.tolerance.allows(distance, magnitude) else Likeness.DIFFERENT

    def child(self, difference: Difference) -> None:
        """A part that was compared on its own, such as a member of an archive."""
        if difference.likeness is not Likeness.IDENTICAL:
            self._add(difference)

    def _add(self, difference: Difference, shown: bool = True) -> None:
        self.counts[worst(iter([difference.likeness]))] += 1
        if difference.largest is not None:
            self.largest = larger(self.largest, difference.largest)
        if shown and (len(self.details) < SHOWN or self._is_first_real(difference)):
            self.details.append(difference)

    def _is_first_real(self, difference: Difference) -> bool:
        return not difference.likeness.is_same and self.counts[Likeness.DIFFERENT] == 1

    def result(self, otherwise: str) -> Difference:
        """`otherwise` says what differs in bytes when nothing that was counted does."""
        likeness = worst(iter(self.counts))
        if likeness is Likeness.DIFFERENT:
            why = self._why_different()
        elif likeness is Likeness.CLOSE:
            why = f"{count(self.counts[likeness], 'number')} within the tolerance, largest difference {self.largest}"
        else:
            likeness, why = Likeness.EQUIVALENT, self._why_equivalent(otherwise)
        return Difference("", likeness, why, tuple(self.details), tuple(dict.fromkeys(self.remarks)), self.largest)

    def _why_different(self) -> str:
        first = next(detail for detail in self.details if not detail.likeness.is_same)
        why = first.why or first.likeness.sentence
        if first.name:
            why = f"{first.name}{why}" if why.startswith("[") else f"{first.name}: {why}"
        more = self.counts[Likeness.DIFFERENT] - 1
        return f"{why} (and {more} more)" if more else why

    def _why_equivalent(self, otherwise: str) -> str:
        if self.masks:
            return f"only {joined(list(self.masks))} differ"
        parts = [detail for detail in self.details if detail.why]
        if len(parts) == 1:
            return f"{parts[0].name}: {parts[0].why}"
        return otherwise


def gap_between(one: float, two: float, at: str) -> Gap | None:
    """None where the distance is no number: one side is infinite, not a number, or beyond floats."""
    try:
        absolute, magnitude = float(abs(one - two)), float(max(abs(one), abs(two)))
    except OverflowError:
        return None
    if not math.isfinite(absolute):
        return None
    return Gap(absolute, absolute / magnitude if magnitude else 0.0, ulps_between(float(one), float(two)), at)


def ulps_between(one: float, two: float) -> int:
    return abs(_ordinal(one) - _ordinal(two))


def _ordinal(value: float) -> int:
    """Floats in order, as whole numbers in order: neighbours differ by one."""
    bits = int.from_bytes(struct.pack(">d", value), "big", signed=True)
    return bits if bits >= 0 else -(1 << 63) - bits


def larger(one: Gap | None, two: Gap) -> Gap:
    return two if one is None or two.absolute > one.absolute else one


def named(difference: Difference, name: str) -> Difference:
    return replace(difference, name=name)


def number(value: float) -> str:
    try:
        return repr(value)
    except ValueError:  # Python refuses to write whole numbers of thousands of digits
        return f"a number of {value.bit_length() if isinstance(value, int) else 0} bits"


def short(value: object, limit: int = 60) -> str:
    """A value as one printable line; of a collection only its kind, because a hostile one never ends."""
    if isinstance(value, (int, float)):
        return number(value)
    if not isinstance(value, (str, bytes, type(None))):
        return f"a {type(value).__name__.lower()}"
    text = value[: 4 * limit] if isinstance(value, str) else repr(value[:limit] if value else value)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
