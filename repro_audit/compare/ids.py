"""Objects told apart by where they lie in memory: another run gives each another number, one for one.

Such a number counts as one only where its place says so (a key that ends in `id`, a key that is nothing else) and
it looks like an address of a process on Linux. Two runs agree when their numbers can be renamed into each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import masks

ALIGNMENT = 8  # bytes, of every object
# Where Linux puts programs, their heaps and what they map: on x86-64, then on 64-bit ARM.
_LOW_AND_HIGH = (
    (0x5500_0000_0000, 0x5800_0000_0000), (0x7E00_0000_0000, 0x8000_0000_0000),
    (0xAAAA_0000_0000, 0xAAAB_0000_0000), (0xE000_0000_0000, 0x1_0000_0000_0000),
)  # fmt: skip
_KEY = re.compile(r"_*(?:\w+_)?(?:id|address|addr|ptr|pointer)_*", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<!\d)\d{14,15}(?!\d)")
LONGEST = 1_000  # characters of a text that is looked at


@dataclass(slots=True)
class Renaming:
    """Which number of the second run stands for which of the first."""

    _there: dict[int, int] = field(default_factory=dict)
    _back: dict[int, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self._there

    def takes(self, one: int, two: int) -> bool:
        """Remember the pair; False where either belongs to another already."""
        if self._there.get(one, two) != two or self._back.get(two, one) != one:
            return False
        self._there[one], self._back[two] = two, one
        return True

    def knows(self, one: object, two: object) -> bool:
        """Whether two numbers, or two names with a number in them, are the same by what was remembered."""
        if self.is_empty:
            return False
        if isinstance(one, int) and isinstance(two, int):
            return self._there.get(one) == two
        return isinstance(one, str) and isinstance(two, str) and one != two and self.renamed(one) == two

    def renamed(self, text: str) -> str:
        """The text with the second run's numbers."""
        if self.is_empty or len(text) > LONGEST:
            return text
        return _DECIMAL.sub(lambda m: str(self._there.get(int(m[0]), m[0])), text)

    def contradicts(self, one: object, two: object) -> bool:
        """Whether two places, alike or not, speak of objects that belong to others already."""
        if self.is_empty:
            return False
        pairs = zip(addresses(one), addresses(two), strict=False)
        return any(self._there.get(a, b) != b or self._back.get(b, a) != a for a, b in pairs)


def object_number(value: object) -> int | None:
    """The number that `id()` gave an object, as a number or in digits; None for what is none."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value) and value.isascii():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value % ALIGNMENT:
        return None
    return value if any(low <= value < high for low, high in _LOW_AND_HIGH) else None


def names_an_id(key: object) -> bool:
    return isinstance(key, str) and len(key) < 100 and _KEY.fullmatch(key) is not None


def addresses(value: object) -> list[int]:
    """The addresses in a text such as `<A at 0x7f0123456789>` or `140204867264336.npy`, or a number that is one."""
    if not isinstance(value, str):
        number = object_number(value)
        return [] if number is None else [number]
    if len(value) > LONGEST:
        return []
    found = [number for digits in _DECIMAL.findall(value) if (number := object_number(digits)) is not None]
    if found or "0x" not in value:
        return found
    return [int(piece, 16) for kind, piece in masks.tokens(value) if kind == masks.ADDRESSES]


def paired_keys(one: Mapping[object, object], two: Mapping[object, object]) -> list[tuple[object, object]]:
    """Keys of one side only that differ in nothing but addresses, in the order in which both sides have them."""
    waiting: defaultdict[object, list[object]] = defaultdict(list)
    for key in reversed([key for key in two if key not in one]):
        waiting[_generic(key)].append(key)
    found = []
    for key in [key for key in one if key not in two]:
        like = _generic(key)
        if like is not None and waiting[like]:
            found.append((key, waiting[like].pop()))
    return found


def _generic(key: object) -> tuple[str, ...] | None:
    """What is left of a key without its addresses; None for a key that has none."""
    if object_number(key) is not None:
        return (type(key).__name__,)
    if not isinstance(key, str) or "0x" not in key or not addresses(key):
        return None
    return tuple("0x" if kind == masks.ADDRESSES else piece for kind, piece in masks.tokens(key))
