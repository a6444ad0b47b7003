"""Builds by the engine's newer builder, BuildKit, through the engine's own door: no client program is needed for it.

What it tells is a stream of records in the protocol-buffers format, of which only names and words are read here.
An engine that keeps its images in containerd takes no files that way: there, Docker's own command hands them over.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import IO, Any

TRACE = "moby.buildkit.trace"
VERTEX, LOG = 1, 3  # fields of a record: a step of the build, and words that one has said
VERTEX_ID, VERTEX_NAME, LOG_WORDS = 1, 3, 4  # fields of these
LONGEST = 1 << 20  # bytes of a line of the stream
TAKES_NO_FILES = "failed to read downloaded context"  # says an engine with the containerd image store
COUNTED = re.compile(r"#\d+ (?:\d+\.\d+ )?")  # before each line: the step, and since when it is at it
GONE = re.compile(r"\bUnavailable\b|Cannot connect to the Docker daemon")
LOOK_WITHIN = 20  # seconds


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


def has_client() -> bool:
    """Whether Docker's own command is here, with its part for BuildKit."""
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False, timeout=LOOK_WITHIN)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def build_by_client(
    context: IO[bytes], dockerfile: str, tag: str, labels: Mapping[str, str], seconds: float
) -> Iterator[dict[str, Any]]:
    """The same messages, of `docker buildx build`."""
    marks = [f"--label={name}={value}" for name, value in labels.items()]
    options = ["--load", "--progress=plain", "--tag", tag, "--file", dockerfile, *marks]
    context.seek(0)
    yield from _told(["docker", "buildx", "build", *options, "-"], context, seconds)


def _told(command: Sequence[str], context: IO[bytes], seconds: float) -> Iterator[dict[str, Any]]:
    import requests

    process = subprocess.Popen(command, stdin=context, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    clock = threading.Timer(seconds, process.kill)
    clock.start()
    last = ""
    try:
        for line in process.stdout or ():
            words = COUNTED.sub("", line[:LONGEST].decode("utf-8", "replace"), count=1)
            last = words.strip() or last
            yield {"stream": words}
        if process.wait() and GONE.search(last):
            raise requests.exceptions.ConnectionError(last)
        if process.returncode:
            yield {"error": last.removeprefix("ERROR: ")}
    finally:
        clock.cancel()
        process.kill()
        process.wait()


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
