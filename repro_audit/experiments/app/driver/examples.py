"""Example values, from what the project has: its table's first row, a file of the kind, else something plain."""

from __future__ import annotations

import os
import re
import struct
import zlib
from typing import Any

PLACE = "/var/tmp/repro-audit-examples"
TEXT = "This is an example of a sentence."
KINDS = {
    "image": (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"),
    "audio": (".wav", ".mp3", ".flac", ".ogg"),
    "table": (".csv", ".tsv", ".xlsx", ".parquet"),
    "text": (".txt", ".md"),
    "json": (".json",),
}  # fmt: skip
SPEAKS_OF = (
    ("image", r"image|img|photo|picture|face|scan|x.?ray"),
    ("audio", r"audio|sound|voice|wav|speech|music"),
    ("table", r"csv|table|data|sheet|frame"),
    ("json", r"json"),
    ("text", r"text|doc"),
)


class Examples:
    """`given` is of the plan: `row` (column to value), `files` (suffix to path), `prefers` (kind of file)."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.row = {plain(name): value for name, value in given.get("row", {}).items()}
        self.files = given.get("files", {})
        self.prefers = given.get("prefers", "")
        self.is_sure = True  # False once something had to be invented that may not fit

    def named(self, name: str) -> Any:
        """The value of the column of this name, None where the table has none."""
        wanted = plain(name)
        if wanted in self.row:
            return self.row[wanted]
        near = [v for k, v in self.row.items() if len(wanted) > 3 and (wanted in k or (len(k) > 3 and k in wanted))]
        return near[0] if len(near) == 1 else None

    def numbers(self) -> list[float]:
        """The numeric cells of the row; how many an app wants is a guess."""
        self.is_sure = False
        return [v for v in self.row.values() if isinstance(v, (int, float))] or [1.0]

    def text(self, name: str) -> str:
        found = self.named(name)
        if isinstance(found, str):
            return found
        texts = [v for v in self.row.values() if isinstance(v, str) and " " in v]
        return texts[0] if texts else TEXT

    def file(self, about: str, suffixes: tuple[str, ...] = ()) -> str:
        """A file that fits what a field says of itself; a small one is made where the project has none."""
        kind = next((k for k, words in SPEAKS_OF if re.search(words, about, re.IGNORECASE)), self.prefers or "text")
        wanted = suffixes or KINDS.get(kind, ())
        found = next((self.files[s] for s in wanted if s in self.files), None)
        if found is not None and os.path.isfile(found):
            return str(found)
        self.is_sure = False
        return made(kind if not suffixes else kind_of(suffixes))


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def kind_of(suffixes: tuple[str, ...]) -> str:
    return next((kind for kind, known in KINDS.items() if set(known) & set(suffixes)), "text")


def made(kind: str) -> str:
    """A small file of a kind."""
    os.makedirs(PLACE, exist_ok=True)
    makers = {"image": (".png", png()), "audio": (".wav", wav()), "table": (".csv", b"a,b\n1,2\n3,4\n")}
    suffix, content = makers.get(kind, (".txt", TEXT.encode("ascii")))
    path = os.path.join(PLACE, "example" + suffix)
    with open(path, "wb") as file:
        file.write(content)
    return path


def png(size: int = 64) -> bytes:
    """A picture with something in it: a bright square on a slope of gray."""
    lines = b""
    for y in range(size):
        lines += b"\0"
        for x in range(size):
            inside = size // 4 < x < 3 * size // 4 and size // 4 < y < 3 * size // 4
            lines += bytes((230, 200, 120)) if inside else bytes((x * 2, y * 2, (x + y) % 256))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d) & 0xFFFFFFFF) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def wav(rate: int = 16000) -> bytes:
    """Half a second of a tone."""
    samples = b"".join(struct.pack("<h", (i * 440 * 65536 // rate) % 20000 - 10000) for i in range(rate // 2))
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return head + struct.pack("<4sI", b"data", len(samples)) + samples
