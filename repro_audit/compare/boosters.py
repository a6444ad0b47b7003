"""Models of XGBoost (JSON and UBJSON), LightGBM (text, read as text) and CatBoost."""

from __future__ import annotations

import re
import struct

from .content import Content, Unreadable
from .model import Difference
from .scope import Scope
from .tally import Tally
from .values import Values

LARGEST = 256 << 20
DEEPEST = 100
CATBOOST_MAGIC = b"CBM1"
UBJSON_MAGIC = b"{L\0\0\0\0"


def compare_ubjson(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    Values(tally).compare("", read_ubjson(first.whole(LARGEST)), read_ubjson(second.whole(LARGEST)))
    return tally.result("the same model in another layout")


def read_ubjson(data: bytes) -> object:
    return _Reader(data).value()


_FIXED = {
    b"i": ">b",
    b"U": ">B",
    b"I": ">h",
    b"l": ">i",
    b"L": ">q",
    b"d": ">f",
    b"D": ">d",
}
_CONSTANTS = {b"Z": None, b"T": True, b"F": False}


class _Reader:
    """Universal Binary JSON, big-endian; containers may say the type and number of their items before."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        if length < 0 or self.at + length > len(self.data):
            raise Unreadable("a UBJSON file that ends too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def value(self, kind: bytes | None = None, depth: int = 0) -> object:
        if depth > DEEPEST:
            raise Unreadable("nested too deep")
        kind = kind or self.take(1)
        if kind in _FIXED:
            return self._fixed(kind)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind in (b"S", b"H"):
            return self._text()
        if kind == b"C":
            return self.take(1).decode("latin1")
        if kind == b"[":
            return self._array(depth)
        if kind == b"{":
            return self._object(depth)
        raise Unreadable("not a UBJSON file")

    def _fixed(self, kind: bytes) -> int | float:
        form = _FIXED[kind]
        value: int | float = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def _text(self) -> str:
        return self.take(self._length()).decode("utf-8", "backslashreplace")

    def _length(self) -> int:
        value = self.value()
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unreadable("a UBJSON length that is no number")
        return value

    def _container(self) -> tuple[bytes | None, int | None]:
        kind, count = None, None
        if self.data[self.at : self.at + 1] == b"$":
            self.take(1)
            kind = self.take(1)
        if self.data[self.at : self.at + 1] == b"#":
            self.take(1)
            count = self._length()
        if kind and (count is None or kind in _CONSTANTS or count > len(self.data)):
            raise Unreadable("a UBJSON container of unknown length")
        return kind, count

    def _array(self, depth: int) -> object:
        kind, count = self._container()
        if kind in _FIXED and kind and count is not None:
            form = f">{count}{_FIXED[kind][1]}"
            return list(struct.unpack(form, self.take(struct.calcsize(form))))
        items: list[object] = []
        while not self._is_end(b"]", count, len(items)):
            items.append(self.value(kind, depth + 1))
        return items

    def _object(self, depth: int) -> object:
        kind, count = self._container()
        found: dict[str, object] = {}
        number = 0
        while not self._is_end(b"}", count, number):
            name = self._text()
            found[name] = self.value(kind, depth + 1)
            number += 1
        return found

    def _is_end(self, end: bytes, count: int | None, number: int) -> bool:
        if count is not None:
            return number >= count
        if self.data[self.at : self.at + 1] != end:
            return False
        self.at += 1
        return True


# A string behind its length and before its padding: the parts of the id may lose leading zeros.
_GUID = re.compile(rb"[\x10-\x30]\0\0\0[0-9a-f]{1,8}(?:-[0-9a-f]{1,8}){3}\0{1,4}")
_FINISHED = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def compare_catboost(first: Content, second: Content, scope: Scope) -> Difference:
    """The model says when it was trained, and an id that was drawn then; all else is the trees."""
    tally = Tally(scope.tolerance)
    one, two = first.whole(LARGEST), second.whole(LARGEST)
    for kind, pattern in (("generated ids", _GUID), ("timestamps", _FINISHED)):
        left, right = pattern.findall(one), pattern.findall(two)
        if left != right and len(left) == len(right):
            tally.masked(kind)
            one, two = pattern.sub(b"", one), pattern.sub(b"", two)
    if one != two:
        at = next((position for position, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
        tally.differ("", f"the trees or their description differ, first near byte {at}")
    return tally.result("the same model")
