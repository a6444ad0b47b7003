"""The project's files as the next run would find them: what is laid over them comes first."""

from __future__ import annotations

from ...facts.files import Tree
from ..lab import Lab
from .model import Read

LARGEST = 5_000_000  # bytes of a file that is edited; a larger one is data


def reader(lab: Lab) -> Read:
    """Reads a file of the project with its own line ends, None where it is no text that could be edited."""
    layers = [Tree(folder) for folder in reversed(lab.bench.snapshot.overlays)]
    kept: dict[str, str | None] = {}

    def read(path: str) -> str | None:
        if path not in kept:
            found = (tree.open_bytes(path, LARGEST + 1) for tree in (*layers, lab.project.files))
            kept[path] = _decoded(next((data for data in found if data is not None), None))
        return kept[path]

    return read


def _decoded(data: bytes | None) -> str | None:
    """Every byte is kept, those that are no UTF-8 too."""
    if data is None or len(data) > LARGEST or b"\0" in data:
        return None
    return data.decode("utf-8", "surrogateescape")
