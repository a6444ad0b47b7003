"""SVG and PDF figures: what is drawn, whatever ids and dates the drawing program put in."""

from __future__ import annotations

import re
import zlib

from . import masks
from .content import Budget, Content
from .model import Difference
from .scope import Scope
from .tally import Tally
from .text import compare_lines, decoded

_ID = re.compile(r"""\bid=["']([^"']{1,200})["']""")
_DATE = re.compile(r"<(dc:date|xmp:\w+Date)>([^<]{1,60})</\1>")


def compare_svg(first: Content, second: Content, scope: Scope) -> Difference:
    """Generated ids are renamed by the order in which they are declared; all others must be the same."""
    tally = Tally(scope.tolerance)
    one, two = decoded(first.whole()), decoded(second.whole())
    left, right = _renamed(one), _renamed(two)
    if (one != left and left == right) or _ids(one) != _ids(two):
        tally.masked(masks.IDS)
    compare_lines(tally, _undated(left, right, tally), _undated(right, left, tally))
    return tally.result("only line ends or spacing differ")


def _ids(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_ID.findall(text)) if _is_generated(name)]


def _is_generated(name: str) -> bool:
    """A letter or word, then a long run of hexadecimal digits with both letters and figures, as hashes have."""
    tail = re.search(r"[0-9a-f]{8,}$|[0-9a-f]{8}(?:-[0-9a-f]{4,12})+$", name)
    return bool(tail) and any(map(str.isdigit, name))


def _renamed(text: str) -> str:
    names = {name: f"generated-{position}" for position, name in enumerate(_ids(text))}
    if not names:
        return text
    return re.sub(r"[\w-]{8,200}", lambda found: names.get(found[0], found[0]), text)


def _undated(text: str, other: str, tally: Tally) -> str:
    """Without the dates of the metadata, where both drawings have one."""
    if not (_DATE.search(text) and _DATE.search(other)):
        return text
    if _DATE.findall(text) != _DATE.findall(other):
        tally.masked("dates of creation")
    return _DATE.sub("", text)


_PDF_DATE = re.compile(rb"/(?:CreationDate|ModDate)\s*\([^)]{0,60}\)")
_PDF_ID = re.compile(rb"/ID\s*\[\s*<[0-9A-Fa-f]*>\s*<[0-9A-Fa-f]*>\s*\]")
_PDF_XMP = re.compile(rb"<xmp:\w+Date>[^<]{0,60}</xmp:\w+Date>|uuid:[0-9a-fA-F-]{36}")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PDF_OFFSETS = re.compile(rb"\d{10} \d{5} [fn]|startxref\s+\d+|/Length \d+")


def compare_pdf(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    one, two = first.whole(), second.whole()
    for kind, pattern in (("dates of creation", _PDF_DATE), (masks.IDS, _PDF_ID), (masks.IDS, _PDF_XMP)):
        if pattern.findall(one) != pattern.findall(two) and len(pattern.findall(one)) == len(pattern.findall(two)):
            tally.masked(kind)
            one, two = pattern.sub(b"", one), pattern.sub(b"", two)
    if one != two:
        _compare_objects(tally, one, two, scope.budget)
    return tally.result("only the compression of its parts differs")


def _compare_objects(tally: Tally, one: bytes, two: bytes, budget: Budget) -> None:
    """The streams unpacked, then the rest without the offsets that follow from their lengths."""
    left, right = _PDF_STREAM.findall(one), _PDF_STREAM.findall(two)
    if len(left) != len(right):
        tally.differ("", f"{len(left)} parts != {len(right)} parts")
        return
    for number, (a, b) in enumerate(zip(left, right, strict=True), 1):
        if a != b:
            compare_lines(tally, _inflated(a, budget), _inflated(b, budget), f"part {number}")
    rest = [_PDF_OFFSETS.sub(b"", _PDF_STREAM.sub(b"", data)).decode("latin1") for data in (one, two)]
    compare_lines(tally, rest[0], rest[1], "structure")


def _inflated(data: bytes, budget: Budget) -> str:
    try:
        machine = zlib.decompressobj()
        plain = machine.decompress(data, 16 << 20)
    except zlib.error:
        plain = data
    budget.spend(len(plain))
    return plain.decode("latin1")
