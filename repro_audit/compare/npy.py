"""NumPy's npy files; npz is a zip of them."""

from __future__ import annotations

import ast
import struct

from .arrays import Array, compare_arrays
from .content import Content, Unreadable
from .model import Difference
from .opcodes import Machine, Stream
from .pickles import compare_trees
from .scope import Scope
from .tally import Tally

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 100_000


def compare_npy(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    one, two = read_npy(first), read_npy(second)
    if "O" in str(one.dtype) and one.dtype == two.dtype and one.shape == two.shape:
        compare_trees(tally, _objects(one), _objects(two))
    else:
        compare_arrays(tally, "", one, two)
    return tally.result("the same elements behind another header")


def read_npy(content: Content) -> Array:
    """The header is a Python literal, and is read as nothing more."""
    head = content.read(0, 12)
    if not head.startswith(MAGIC) or len(head) < 12:
        raise Unreadable("not an npy file")
    start, length = (
        (10, struct.unpack("<H", head[8:10])[0]) if head[6] == 1 else (12, struct.unpack("<I", head[8:12])[0])
    )
    if length > LONGEST_HEADER:
        raise Unreadable("an npy header of unusual length")
    try:
        header = ast.literal_eval(content.read(start, length).decode("latin1").strip())
        shape, dtype, is_fortran = tuple(header["shape"]), header["descr"], bool(header["fortran_order"])
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        raise Unreadable("a broken npy header") from error
    if not all(isinstance(length, int) and length >= 0 for length in shape):
        raise Unreadable("a broken npy shape")
    begin = start + length
    return Array(dtype, shape, content.window(begin, content.size - begin), is_fortran)


def _objects(array: Array) -> object:
    return Machine(Stream(array.content)).load()
