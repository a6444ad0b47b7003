"""Arrays of numbers in raw bytes: compared piece by piece with NumPy, in bounded memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..text import count
from .content import CHUNK, Content, Unreadable, library
from .model import Difference, Gap, Likeness
from .tally import Tally, larger, short

# scikit-learn 1.3.0 leaves this field of a leaf as the memory was; a leaf sends nothing anywhere.
SENDS, CHILD, NO_CHILD = "missing_go_to_left", "left_child", -1


@dataclass(frozen=True, slots=True)
class Array:
    """`dtype` as NumPy writes it, or `bfloat16`; `content` holds exactly its elements."""

    dtype: str | Any
    shape: tuple[int, ...]
    content: Content
    is_fortran: bool = False

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def title(self) -> str:
        return f"{self.dtype} of {'×'.join(map(str, self.shape)) or 'no'} elements"

    def place(self, index: int) -> str:
        """The element as Python would index it; nothing for a single number."""
        if not self.shape:
            return ""
        order = self.shape if self.is_fortran else self.shape[::-1]
        found = []
        for length in order:
            index, position = divmod(index, max(length, 1))
            found.append(position)
        return str(found if self.is_fortran else found[::-1])


def compare_arrays(tally: Tally, where: str, one: Array, two: Array) -> None:
    if one.shape != two.shape:
        tally.differ(where, f"shape {list(one.shape)} != {list(two.shape)}")
        return
    np = library("numpy")
    first, second = _dtype(np, one.dtype), _dtype(np, two.dtype)
    if one.dtype != two.dtype and first.newbyteorder("=") != second.newbyteorder("="):
        tally.differ(where, f"type {one.dtype} != {two.dtype}")
        return
    if first.hasobject or not first.itemsize:
        raise Unreadable("an array of Python objects")
    for array, dtype in ((one, first), (two, second)):
        if array.count * dtype.itemsize > array.content.size:
            raise Unreadable("an array that ends too early")
    _Arrays(np, tally, where, one).compare(two, first, second)


def _dtype(np: Any, dtype: Any) -> Any:
    """NumPy has no bfloat16: its bits are read as whole numbers and widened when compared."""
    try:
        return np.dtype("<u2" if dtype == "bfloat16" else dtype)
    except (TypeError, ValueError, SyntaxError) as error:
        raise Unreadable(f"an array of unknown type {short(dtype)}") from error


@dataclass(slots=True)
class _Found:
    """What was counted so far within one array."""

    count: int = 0
    outside: int = 0
    first: str = ""
    largest: Gap | None = None


class _Arrays:
    def __init__(self, np: Any, tally: Tally, where: str, one: Array) -> None:
        self.np, self.tally, self.where, self.one = np, tally, where, one
        self.found = _Found()

    def compare(self, two: Array, first: Any, second: Any) -> None:
        step = max(CHUNK // first.itemsize, 1)
        for start in range(0, self.one.count, step):
            count = min(step, self.one.count - start)
            left = self.one.content.read(start * first.itemsize, count * first.itemsize)
            right = two.content.read(start * second.itemsize, count * second.itemsize)
            if left != right or first != second:
                self._piece(start, self.np.frombuffer(left, first), self.np.frombuffer(right, second))
        if self.found.count:
            self.tally.child(self._difference())

    def _piece(self, start: int, left: Any, right: Any, field: str = "") -> None:
        if left.dtype.names:
            for name in left.dtype.names:
                self._piece(start, *_told(self.np, name, left, right), f".{name}")
            return
        if left.ndim > 1:  # a field that is itself an array
            width = left[0].size
            left, right, start = left.reshape(-1), right.reshape(-1), start * width
        if self.one.dtype == "bfloat16":
            left, right = self._widened(left), self._widened(right)
        unequal = left != right
        if left.dtype.kind in "fcmM":
            unequal &= (left == left) | (right == right)
        positions = self.np.flatnonzero(unequal)
        if len(positions):
            self._differing(start, positions, left[positions], right[positions], field)

    def _widened(self, bits: Any) -> Any:
        return (bits.astype(self.np.uint32) << 16).view(self.np.float32)

    def _differing(self, start: int, positions: Any, left: Any, right: Any, field: str) -> None:
        found = self.found
        if not found.count:
            place = f"{self.one.place(start + int(positions[0]))}{field}"
            values = f"{short(left[0].item())} != {short(right[0].item())}"
            found.first = f"{place}: {values}" if place else values
        found.count += len(positions)
        if left.dtype.kind not in "iufc":
            found.outside += len(positions)
            return
        distance, magnitude = self._distances(left, right)
        tolerance = self.tally.tolerance
        close = distance <= tolerance.absolute + tolerance.relative * magnitude
        found.outside += int(self.np.count_nonzero(~close))
        worst = int(distance.argmax())
        if self.np.isfinite(distance[worst]):
            gap = Gap(
                float(distance[worst]),
                float(distance[worst] / magnitude[worst]) if magnitude[worst] else 0.0,
                self._ulps(left[worst], right[worst]),
                f"{self.where}{self.one.place(start + int(positions[worst]))}{field}",
            )
            found.largest = larger(found.largest, gap)

    def _distances(self, left: Any, right: Any) -> tuple[Any, Any]:
        np = self.np
        if left.dtype.kind in "iu" or left.dtype.itemsize < 8:
            left, right = left.astype(np.float64), right.astype(np.float64)
        with np.errstate(all="ignore"):
            distance = np.abs(left - right)
            magnitude = np.maximum(np.abs(left), np.abs(right))
        distance[np.isnan(distance)] = np.inf
        magnitude[~np.isfinite(magnitude)] = 0.0
        return distance, magnitude

    def _ulps(self, left: Any, right: Any) -> int | None:
        """Floats of the array's own precision between the two."""
        bits = {2: "i2", 4: "i4", 8: "i8"}.get(left.dtype.itemsize)
        if left.dtype.kind != "f" or bits is None or self.one.dtype == "bfloat16":
            return None
        lowest = -(1 << (8 * left.dtype.itemsize - 1))
        ordinals = [int(value.astype(value.dtype.newbyteorder("=")).view(bits)) for value in (left, right)]
        one, two = (value if value >= 0 else lowest - value for value in ordinals)
        return int(abs(one - two))

    def _difference(self) -> Difference:
        found = self.found
        likeness = Likeness.DIFFERENT if found.outside else Likeness.CLOSE
        share = f"{found.count} of {count(self.one.count, 'element')} {'differs' if found.count == 1 else 'differ'}"
        largest = f", largest difference {found.largest}" if found.largest else ""
        at = f" at {found.largest.at}" if found.largest and found.count > 1 else ""
        return Difference(self.where, likeness, f"{found.first} ({share}{largest}{at})", largest=found.largest)


def _told(np: Any, name: str, left: Any, right: Any) -> tuple[Any, Any]:
    """A field of both, blanked where it says nothing: which way a missing value goes at the leaf of a tree."""
    one, two = left[name], right[name]
    if name != SENDS or not {CHILD, SENDS} <= {*left.dtype.names} & {*right.dtype.names}:
        return one, two
    return tuple(np.where(side[CHILD] == NO_CHILD, 0, field) for side, field in ((left, one), (right, two)))
