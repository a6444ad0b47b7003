"""HDF5 files, which Keras and h5py write: groups, attributes and data sets, not when they were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .arrays import Array, compare_arrays
from .content import CHUNK, Content, in_memory, library
from .model import Difference
from .scope import Scope
from .tally import Tally
from .values import Values


def compare_hdf5(first: Content, second: Content, scope: Scope) -> Difference:
    h5py = library("h5py")
    library("numpy")
    tally = Tally(scope.tolerance)
    with h5py.File(first.stream(), "r") as one, h5py.File(second.stream(), "r") as two:
        _Files(h5py, tally).groups("", one, two)
    return tally.result("only times or the layout of the file differ")


class _Files:
    def __init__(self, h5py: Any, tally: Tally) -> None:
        self.h5py, self.tally = h5py, tally
        self.seen: set[tuple[object, object]] = set()

    def groups(self, where: str, one: Any, two: Any) -> None:
        """Hard links may form a circle: a pair of groups is visited once."""
        pair = (self.h5py.h5o.get_info(one.id).addr, self.h5py.h5o.get_info(two.id).addr)
        if pair in self.seen:
            return
        self.seen.add(pair)
        self._attributes(where, one, two)
        for name in sorted(set(one) ^ set(two)):
            self.tally.differ(f"{where}/{name}", f"only in the {'first' if name in one else 'second'}")
        for name in sorted(set(one) & set(two)):
            self._member(f"{where}/{name}", one, two, name)

    def _member(self, where: str, one: Any, two: Any, name: str) -> None:
        """Links are compared, never followed: they may lead to any file of this machine."""
        self.tally.step()
        links = [group.get(name, getlink=True) for group in (one, two)]
        if not all(type(link) is self.h5py.HardLink for link in links):
            if _target(links[0]) != _target(links[1]):
                self.tally.differ(where, "a link to somewhere else")
            return
        left, right = one[name], two[name]
        if isinstance(left, self.h5py.Group) and isinstance(right, self.h5py.Group):
            self.groups(where, left, right)
        elif isinstance(left, self.h5py.Dataset) and isinstance(right, self.h5py.Dataset):
            self._attributes(where, left, right)
            self._data(where, left, right)
        elif type(left) is not type(right):
            self.tally.differ(where, f"{type(left).__name__} != {type(right).__name__}")

    def _attributes(self, where: str, one: Any, two: Any) -> None:
        left, right = ({name: _plain(value) for name, value in side.attrs.items()} for side in (one, two))
        Values(self.tally).compare(f"{where}@" if where else "@", left, right)

    def _data(self, where: str, one: Any, two: Any) -> None:
        if any(data.is_virtual or data.external for data in (one, two)):
            self.tally.differ(where, "it is kept in other files, which are not read")
        elif one.shape != two.shape:
            self.tally.differ(where, f"shape {list(one.shape or ())} != {list(two.shape or ())}")
        elif one.dtype != two.dtype:
            self.tally.differ(where, f"type {one.dtype} != {two.dtype}")
        else:
            for at, left, right in _pieces(one, two):
                self._piece(f"{where}{at}", left, right)

    def _piece(self, where: str, left: Any, right: Any) -> None:
        if left.dtype.hasobject:
            Values(self.tally).compare(where, _plain(left), _plain(right))
            return
        one, two = left.tobytes(), right.tobytes()
        if one != two:
            first, second = (Array(left.dtype, left.shape, in_memory("", data)) for data in (one, two))
            compare_arrays(self.tally, where, first, second)


def _pieces(one: Any, two: Any) -> Iterator[tuple[str, Any, Any]]:
    """Rows of about a few megabytes at a time, with the rows as a label where there are several pieces."""
    if not one.shape or one.size == 0:
        if one.shape is not None:
            yield "", one[()], two[()]
        return
    rows = max(4 * CHUNK * one.shape[0] // max(one.size * one.dtype.itemsize, 1), 1)
    for start in range(0, one.shape[0], rows):
        label = f" from row {start} on" if start else ""
        yield label, one[start : start + rows], two[start : start + rows]


def _target(link: Any) -> tuple[object, ...]:
    return (type(link).__name__, getattr(link, "path", None), getattr(link, "filename", None))


def _plain(value: Any) -> object:
    """NumPy's scalars and arrays as plain values; text in bytes as text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(type(value))
