"""Pictures that runs left, made anew: decoded by Pillow, reduced, and written as PNG.

Nothing of a stranger's file is embedded as it is, so no metadata, script or trailing bytes come along. SVG is a
program as much as a picture, and Pillow does not read it: it is shown as the text that it is.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...compare.content import in_memory, library
from ...compare.images import FORMATS, difference_picture

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
LARGEST_FILE = 16 << 20  # bytes
MOST_PIXELS = 25_000_000
SIDE = 640  # pixels, at most, of what is embedded
EMBEDDED = 12_000_000  # characters of all pictures on a page


@dataclass(slots=True)
class Room:
    """How much may still be embedded."""

    left: int = EMBEDDED

    def take(self, size: int) -> bool:
        if size > self.left:
            return False
        self.left -= size
        return True


@dataclass(frozen=True, slots=True)
class Picture:
    uri: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures and what differs between them; `note` says why something is missing."""

    first: Picture | None = None
    second: Picture | None = None
    difference: Picture | None = None
    note: str = ""


def pair(first: bytes, second: bytes, room: Room) -> Pair:
    """Both pictures; without Pillow, or where one is none, only the reason."""
    one, note = _try(lambda: embedded(first, room))
    two, other = _try(lambda: embedded(second, room))
    if one is None or two is None:
        return Pair(one, two, note=note or other)
    unlike, note = _try(lambda: _difference(first, second, room))
    return Pair(one, two, unlike, note)


def single(data: bytes, room: Room) -> Picture | None:
    return _try(lambda: embedded(data, room))[0]


def embedded(data: bytes, room: Room) -> Picture | None:
    """Reduced to fit; None where the page is full."""
    image = _opened(data).convert("RGBA")
    image.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    image.save(out, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")
    return Picture(uri, *image.size) if room.take(len(uri)) else None


def _difference(first: bytes, second: bytes, room: Room) -> Picture | None:
    found = difference_picture(in_memory("first", first), in_memory("second", second))
    if found is None:
        raise ValueError("pictures of different sizes cannot be laid over each other")
    return embedded(found, room)


def _opened(data: bytes) -> Any:
    image = library("PIL.Image").open(io.BytesIO(data), formats=FORMATS)
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise ValueError(f"more than {MOST_PIXELS // 1_000_000} million pixels")
    return image


def _try(make: Callable[[], Picture | None]) -> tuple[Picture | None, str]:
    """Decoders meet broken files with errors of every kind; the page is made all the same."""
    try:
        found = make()
    except Exception as error:
        return None, f"not shown: {error}" if str(error) else "not shown"
    return found, "" if found else "not shown: the page has no more room, see the evidence"
