"""Trees of values: what JSON, YAML, TOML, pickles and model files hold once they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time

from ..model import is_number
from . import masks
from .arrays import Array, compare_arrays
from .ids import Renaming, addresses, names_an_id, object_number, paired_keys
from .tally import Tally, short
from .text import compare_line, compare_lines

Resolve = Callable[[object], object]
_PLAIN = (str, bytes, int, float, type(None))
TWO_FOR_ONE = "objects that are one in one run are two in the other"


class Values:
    """Compares two trees. `resolve` turns a node of either side into what it stands for (an array, its parts)."""

    def __init__(
        self, tally: Tally, resolve: tuple[Resolve, Resolve] | None = None, renaming: Renaming | None = None
    ) -> None:
        self.tally = tally
        self.resolve = resolve
        self.renaming = Renaming() if renaming is None else renaming
        # Aliases and memos let a small file hold an endless tree: a pair of nodes is compared once.
        self.seen: dict[tuple[int, int], tuple[object, object]] = {}

    def compare(self, where: str, one: object, two: object) -> None:
        self.tally.step()
        if not isinstance(one, _PLAIN):
            if (id(one), id(two)) in self.seen:
                return
            self.seen[id(one), id(two)] = (one, two)
        if self.resolve:
            one, two = self.resolve[0](one), self.resolve[1](two)
        if isinstance(one, Array) and isinstance(two, Array):
            compare_arrays(self.tally, where, one, two)
        elif isinstance(one, Mapping) and isinstance(two, Mapping):
            self._mappings(where, one, two)
        elif isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
            self._sequences(where, one, two)
        else:
            self._leaves(where, one, two)

    def _mappings(self, where: str, one: Mapping[object, object], two: Mapping[object, object]) -> None:
        common = [(key, key) for key in one if key in two]
        renamed = paired_keys(one, two) if len(common) < max(len(one), len(two)) else []
        self._lacking(where, one, two, {left for left, _ in renamed}, "only in the first")
        self._lacking(where, two, one, {right for _, right in renamed}, "only in the second")
        for left, right in (*(pair for pair in common if addresses(pair[0])), *renamed):
            self._addresses(where, left, right)
        known = self._objects(where, one, two)
        for left, right in (*common, *renamed):
            if left not in known:
                self.compare(joined_path(where, left), one[left], two[right])
        if [key for key, _ in common] != [key for key in two if key in one]:
            self.tally.masked("the orders of keys")

    def _lacking(
        self, where: str, one: Mapping[object, object], two: Mapping[object, object], but: set[object], why: str
    ) -> None:
        for key in one:
            if key not in two and key not in but:
                self.tally.differ(joined_path(where, key), why)

    def _objects(self, where: str, one: Mapping[object, object], two: Mapping[object, object]) -> set[object]:
        """The keys that hold the number of an object on both sides, remembered before the rest is compared."""
        found: set[object] = set()
        for key in one:
            if names_an_id(key) and key in two and _are_objects(one[key], two[key]):
                self._addresses(joined_path(where, key), one[key], two[key])
                found.add(key)
        return found

    def _addresses(self, where: str, one: object, two: object) -> None:
        """Two keys, or the numbers of two objects, that are the same where every other place agrees."""
        pairs = zip(addresses(one), addresses(two), strict=True)
        if not all(self.renaming.takes(a, b) for a, b in pairs):
            self.tally.differ(where, TWO_FOR_ONE)
        elif one != two:
            self.tally.masked(masks.ADDRESSES, where, one, two)

    def _sequences(self, where: str, one: Sequence[object], two: Sequence[object]) -> None:
        if len(one) != len(two):
            self.tally.differ(where, f"{len(one)} items != {len(two)} items")
        elif _is_permutation(one, two):
            self.tally.differ(where, "the same items in another order")
            return
        for position, (left, right) in enumerate(zip(one, two)):  # the rest is counted above
            self.compare(f"{where}[{position}]", left, right)

    def _leaves(self, where: str, one: object, two: object) -> None:
        if self.renaming.contradicts(one, two):
            self.tally.differ(where, TWO_FOR_ONE)
            return
        if type(one) is type(two) and one == two:
            return
        if isinstance(one, (date, time)) and isinstance(two, (date, time)):  # YAML and TOML know times
            one, two = str(one), str(two)
        kind = masks.ADDRESSES if self.renaming.knows(one, two) else self._kind(where, one, two)
        if kind:
            self.tally.masked(kind, where, one, two)
        elif is_number(one) and is_number(two):
            self._numbers(where, one, two)
        elif isinstance(one, str) and isinstance(two, str):
            compare_strings(self.tally, where, one, two)
        else:
            self.tally.differ(where, f"{short(one)} != {short(two)}")

    def _kind(self, where: str, one: object, two: object) -> str | None:
        if is_number(one) and is_number(two):
            return masks.kind_under_key(where, one, two)
        if isinstance(one, str) and isinstance(two, str):
            return masks.kind_under_key(where, one, two)
        return None

    def _numbers(self, where: str, one: float, two: float) -> None:
        if type(one) is not type(two) and one == two:
            self.tally.masked("the types of numbers")
        else:
            self.tally.number(where, one, two)


def _are_objects(one: object, two: object) -> bool:
    return type(one) is type(two) and object_number(one) is not None and object_number(two) is not None


def joined_path(where: str, key: object) -> str:
    name = short(key)
    return f"{where}.{name}" if where else name


def compare_strings(tally: Tally, where: str, one: str, two: str) -> None:
    """A string that is wholly a time or an id may be masked; a text within is compared as text."""
    if one == two:
        return
    kind = masks.kind_of_pair(one, two)
    if kind:
        tally.masked(kind, where, one, two)
    elif "\n" in one or "\n" in two:
        compare_lines(tally, one, two, where)
    elif " " in one or "/" in one:
        compare_line(tally, one, two, where)
    else:
        tally.differ(where, f"{short(one)} != {short(two)}")


def _is_permutation(one: Sequence[object], two: Sequence[object]) -> bool:
    """Whether only the order of plain values differs."""
    if len(one) > 100_000 or not all(isinstance(value, (str, int)) for value in one):
        return False
    return one != two and sorted(map(repr, one)) == sorted(map(repr, two))
