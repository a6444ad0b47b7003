"""Pickles and joblib files, read by structure: the opcodes are followed, nothing is imported or called.

What a pickle would call stands in the tree as `Call`, what it would import as `Symbol`, and the numbers
of NumPy arrays and PyTorch tensors as `Array`, so that two files are compared like two JSON documents.
"""

from __future__ import annotations

import gzip
import zlib
from functools import partial

from .boosters import UBJSON_MAGIC, read_ubjson
from .content import Budget, Content, Unreadable, unpacked
from .model import Difference
from .opcodes import Call, Machine, Stream, Symbol
from .pickled_arrays import Storage, array_of, joblib_array
from .scope import Scope
from .tally import Tally
from .values import Values

WRITTEN = "the same values, written in another way"


def compare_pickles(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    compare_trees(tally, _read(first, scope.budget), _read(second, scope.budget))
    return tally.result(WRITTEN)


def compare_trees(
    tally: Tally, one: object, two: object, storages: tuple[Storage | None, Storage | None] = (None, None)
) -> None:
    """`storages` find the bytes of a tensor by its persistent key, one for each side."""
    left, right = (partial(plain, storage=storage) for storage in storages)
    Values(tally, (left, right)).compare("", one, two)


def plain(node: object, storage: Storage | None = None) -> object:
    """What a node stands for: an array where it rebuilds one, else its parts by name."""
    if isinstance(node, (bytes, bytearray)) and node.startswith(UBJSON_MAGIC):
        return read_ubjson(bytes(node))  # XGBoost pickles its models so
    if isinstance(node, Symbol):
        return f"<{node.name}>"
    if not isinstance(node, Call):
        return node
    array = array_of(node, storage)
    if array is not None:
        return array
    name = node.name
    if name == "torch._utils._rebuild_parameter" and node.arguments:
        return plain(node.arguments[0], storage)
    if name in ("collections.OrderedDict", "collections.defaultdict", "builtins.dict") and node.pairs:
        return node.pairs
    if name in _SETS and len(node.arguments) == 1 and isinstance(node.arguments[0], list):
        return sorted(node.arguments[0], key=repr) if all(map(_is_scalar, node.arguments[0])) else node.arguments[0]
    return _parts(node, name)


_SETS = ("builtins.set", "builtins.frozenset", "__builtin__.set", "__builtin__.frozenset")


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, bytes, int, float, type(None)))


def _parts(node: Call, name: str) -> object:
    parts: dict[object, object] = {"class": name}
    if node.arguments:
        parts["arguments"] = node.arguments
    if isinstance(node.state, dict):
        parts.update({key: value for key, value in node.state.items() if key not in parts})
    elif node.state is not None:
        parts["state"] = node.state
    if node.items:
        parts["items"] = node.items
    if node.pairs:
        parts["pairs"] = node.pairs
    return parts


def _read(content: Content, budget: Budget) -> object:
    """The first pickle of a file; joblib's compressed ones are unpacked before."""
    head = content.read(0, 6)
    if head[:2] == b"\x1f\x8b":
        content = unpacked(content.name, gzip.GzipFile(fileobj=content.stream()), budget)
    elif head[:1] == b"\x78" and len(head) > 1 and (head[0] * 256 + head[1]) % 31 == 0:
        content = unpacked(content.name, _Inflating(content), budget)
    elif head[:3] in (b"BZh", b"\xfd7z") or head[:4] == b"\x04\x22\x4d\x18":
        raise Unreadable("compressed in a way that is not unpacked here")
    return Machine(Stream(content), joblib_array).load()


class _Inflating:
    """Unpacks piece by piece, so that a bomb meets the budget before it meets the memory."""

    def __init__(self, content: Content) -> None:
        self.content, self.at = content, 0
        self.machine = zlib.decompressobj()

    def read(self, size: int, /) -> bytes:
        piece = b""
        while not piece and not self.machine.eof:
            packed = self.machine.unconsumed_tail or self.content.read(self.at, 1 << 16)
            if not packed:
                raise Unreadable("a compressed pickle that ends too early")
            if not self.machine.unconsumed_tail:
                self.at += len(packed)
            piece = self.machine.decompress(packed, size)
        return piece
