"""Builds by the engine's newer builder, BuildKit, through the engine's own door: no client program is needed for it.

What it tells is a stream of records in the protocol-buffers format, of which only names and words are read here.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Any

TRACE = "moby.buildkit.trace"
VERTEX, LOG = 1, 3  # fields of a record: a step of the build, and words that one has said
VERTEX_ID, VERTEX_NAME, LOG_WORDS = 1, 3, 4  # fields of these
LONGEST = 1 << 20  # bytes of a line of the stream


def build(api: Any, context: IO[bytes], parameters: dict[str, str], seconds: float) -> Iterator[dict[str, Any]]:
    """The messages of a build, in the form of the older builder's. It ends with whoever stops listening."""
    response = api.post(
        f"{api.base_url}/v{api.api_version}/build", data=context, params={**parameters, "version": "2"},
        headers={"Content-Type": "application/tar"}, stream=True, timeout=seconds,
    )  # fmt: skip
    with closing(response):
        told: set[bytes] = set()
        for line in response.iter_lines():
            message = _message(line)
            if message.get("id") == TRACE:
                yield from ({"stream": words} for words in _words(message.get("aux"), told))
            elif message:
                yield message


def _message(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line[:LONGEST])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(record: object, told: set[bytes]) -> Iterator[str]:
    """What a record says that has not been said: names of steps, and their output."""
    try:
        data = base64.b64decode(str(record))
    except binascii.Error:
        return
    for number, part in fields(data):
        inner = dict(fields(part))
        identity = inner.get(VERTEX_ID, b"")
        if number == VERTEX and identity not in told:
            told.add(identity)
            yield inner.get(VERTEX_NAME, b"").decode("utf-8", "replace") + "\n"
        elif number == LOG:
            yield inner.get(LOG_WORDS, b"").decode("utf-8", "replace")


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, content) of the fields that have a length; others are passed over, and so is what follows a fault."""
    place = 0
    while place < len(data):
        key, place = _number(data, place)
        kind = key & 7
        if kind == 0:
            _, place = _number(data, place)
        elif kind == 2:
            size, place = _number(data, place)
            yield key >> 3, data[place : place + size]
            place += size
        elif kind in (1, 5):
            place += 8 if kind == 1 else 4
        else:
            return


def _number(data: bytes, place: int) -> tuple[int, int]:
    """(a number of seven bits a byte, where it ends)"""
    found = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        found |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            break
    return found, place
