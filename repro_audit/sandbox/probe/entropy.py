"""The system's entropy: os.urandom, and with it secrets, uuid4 and SystemRandom."""

from __future__ import annotations

import _random
import os
import sys
from typing import Any

from . import generators, settings
from .modules import after_import
from .replacing import Watched, watch
from .touches import touch

CAUSE = "os-entropy"
_urandom = os.urandom
_machinery = ("/multiprocessing/", "/tempfile.py", "/ssl.py", "/jupyter_client/", "/zmq/", "/ipykernel/")


class _Held:
    generator: Any = None
    forks = -1


def install() -> None:
    name = "urandom"
    os.urandom = _Urandom("os", name, _urandom, CAUSE)
    if hasattr(os, "getrandom"):
        watch(os, "getrandom", CAUSE, _bytes_of if settings.held(CAUSE) is not None else None)
    after_import("random", _replace_random)
    after_import("uuid", _replace_uuid)


class _Urandom(Watched):
    """Who asks for it only to tell its own processes and files apart is not noted."""

    def __call__(self, *args: Any, **kwargs: Any) -> bytes:
        frame = sys._getframe(1)
        if not any(part in frame.f_code.co_filename for part in _machinery):
            touch(CAUSE, self._what, frame)
        drawn: bytes = _bytes_of(*args) if settings.held(CAUSE) is not None else _urandom(*args, **kwargs)
        generators.remember(CAUSE, drawn)
        return drawn


def _bytes_of(size: int, flags: int = 0) -> bytes:
    """Bytes that follow from the seed and from how many were taken before, in this process."""
    if size <= 0:
        return _urandom(size)
    if _Held.generator is None or _Held.forks != generators.forks():
        _Held.forks = generators.forks()
        _Held.generator = _random.Random(int(settings.held(CAUSE)) * 1_000_003 + 7919 * _Held.forks + _worker())
    return int(_Held.generator.getrandbits(8 * size)).to_bytes(size, "little")


def _worker() -> int:
    """Workers that a pool starts anew must not all make up the same names."""
    import zlib

    try:
        with open("/proc/self/cmdline", "rb") as file:
            words = file.read(10_000)
    except OSError:
        return 0
    is_worker = b"multiprocessing" in words or b"loky" in words
    return zlib.crc32(words) if is_worker else 0


def _replace_random(random: Any) -> None:
    """It may have taken the function by name before us."""
    random._urandom = os.urandom


def _replace_uuid(uuid: Any) -> None:
    """uuid4 reads os.urandom; uuid1 is made of the clock, the network card and a counter, below Python."""

    def uuid1(node: Any = None, clock_seq: Any = None) -> Any:
        return uuid.UUID(bytes=_bytes_of(16), version=1)

    watch(uuid, "uuid1", CAUSE, uuid1 if settings.held(CAUSE) is not None else None)
