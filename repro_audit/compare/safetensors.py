"""safetensors files: a JSON header that says where each tensor lies."""

from __future__ import annotations

import json
import struct

from .arrays import Array
from .content import Content, Unreadable
from .model import Difference
from .scope import Scope
from .tally import Tally
from .values import Values

LONGEST_HEADER = 100 << 20  # the limit of the format itself
DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "bfloat16",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "|u1",
    "BOOL": "|b1",
}


def compare_safetensors(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    Values(tally).compare("", _read(first), _read(second))
    return tally.result("the same tensors in another order")


def _read(content: Content) -> dict[str, object]:
    prefix = content.read(0, 8)
    length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
    if not 2 <= length <= min(LONGEST_HEADER, content.size - 8):
        raise Unreadable("not a safetensors file")
    header = json.loads(content.read(8, length))
    return {name: _tensor(content, 8 + length, entry) for name, entry in header.items()}


def _tensor(content: Content, start: int, entry: object) -> object:
    """An unknown type is compared byte by byte."""
    if not isinstance(entry, dict) or "data_offsets" not in entry:
        return entry
    begin, end = entry["data_offsets"]
    window = content.window(start + begin, end - begin)
    dtype = DTYPES.get(entry["dtype"])
    return Array(dtype, tuple(entry["shape"]), window) if dtype else Array("|u1", (window.size,), window)
