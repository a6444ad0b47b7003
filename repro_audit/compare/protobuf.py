"""Protocol buffers without their schemas: the fields of a message as they lie in the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .content import Unreadable

Value = int | bytes  # whole numbers and the bits of fixed ones, or what has a length


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Pairs of a field's number and its value, in the order of the message."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        if kind == 0:
            value: Value
            value, at = varint(message, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = int.from_bytes(_slice(message, at, size), "little"), at + size
        elif kind == 2:
            length, at = varint(message, at)
            value, at = _slice(message, at, length), at + length
        else:
            raise Unreadable("not a protocol buffer")
        yield tag >> 3, value


def varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise Unreadable("a protocol buffer that ends too early")


def _slice(message: bytes, at: int, length: int) -> bytes:
    if at + length > len(message):
        raise Unreadable("a protocol buffer that ends too early")
    return message[at : at + length]


def grouped(message: bytes) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for number, value in fields(message):
        found.setdefault(number, []).append(value)
    return found


def float_of(bits: Value) -> float:
    """A fixed field of four bytes as the float it is, at double precision."""
    return float(struct.unpack("<f", struct.pack("<I", bits))[0]) if isinstance(bits, int) else float("nan")


def text_of(value: Value) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
