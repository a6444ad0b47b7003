"""Pictures, pixel by pixel, whatever stands in their metadata."""

from __future__ import annotations

import io
from typing import Any

from .content import WHOLE, Content, Unreadable, library
from .model import Difference, Gap
from .scope import Scope
from .tally import Tally

# Only what is decoded in memory: some of Pillow's other readers start programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
MOST_PIXELS = 50_000_000


def compare_images(first: Content, second: Content, scope: Scope) -> Difference:
    one, two = _opened(first), _opened(second)
    tally = Tally(scope.tolerance)
    if one.size != two.size:
        tally.differ("", f"{one.size[0]}×{one.size[1]} pixels != {two.size[0]}×{two.size[1]} pixels")
        return tally.result("")
    left, right = one.convert("RGBA"), two.convert("RGBA")
    if left.tobytes() != right.tobytes():
        _compare_pixels(tally, left, right)
    elif one.mode != two.mode or _frames(one) != _frames(two):
        tally.differ("", f"{one.mode} of {_frames(one)} frames != {two.mode} of {_frames(two)} frames")
    elif _frames(one) > 1:
        raise Unreadable("an animation whose first frames are the same")
    elif one.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA") and one.tobytes() != two.tobytes():
        tally.differ("", "other pixels beyond eight bits")
    return tally.result("the same pixels, only metadata or compression differ")


def _opened(content: Content) -> Any:
    """The size is checked before a pixel is decoded."""
    image = library("PIL.Image").open(io.BytesIO(content.whole(WHOLE)), formats=FORMATS)
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise Unreadable(f"more than {MOST_PIXELS // 1_000_000} million pixels")
    image.load()
    return image


def _frames(image: Any) -> int:
    return int(getattr(image, "n_frames", 1))


def _compare_pixels(tally: Tally, left: Any, right: Any) -> None:
    difference = library("PIL.ImageChops").difference(left, right)
    box = difference.convert("RGB").getbbox() or difference.getchannel("A").getbbox() or (0, 0, 0, 0)
    channels = [difference.getchannel(channel) for channel in "RGBA"]
    strongest = channels[0]
    for channel in channels[1:]:
        strongest = library("PIL.ImageChops").lighter(strongest, channel)
    counts = strongest.histogram()
    changed, largest = sum(counts[1:]), max(level for level, count in enumerate(counts) if count)
    pixels = left.size[0] * left.size[1]
    why = f"{changed} of {pixels} pixels differ, by up to {largest} of 255, within {box[:2]} to {box[2:]}"
    tally.child(Difference("", tally.judge(0, largest), why, largest=Gap(largest, largest / 255, at="pixels")))


def difference_picture(first: Content, second: Content) -> bytes | None:
    """A PNG that is dark where two pictures of one size agree; None where they cannot be laid over each other."""
    one, two = _opened(first).convert("RGB"), _opened(second).convert("RGB")
    if one.size != two.size:
        return None
    picture = library("PIL.ImageOps").autocontrast(library("PIL.ImageChops").difference(one, two))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
