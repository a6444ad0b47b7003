"""The variant laid out for a run: its files beside the project's or in their place, and the value that names them."""

from __future__ import annotations

from pathlib import Path

from ..lab import Lab
from .inputs import Input
from .variants import Variant, read
from .ways import By, Way, replaced

MOST_BYTES = 1024**3  # of a folder that is copied


def lay_out(place: Path, lab: Lab, given: Input, variant: Variant, way: Way) -> tuple[Path, tuple[str, ...]]:
    """The folder that is laid over the project, and the project's files that are left out."""
    overlay = place / "overlay"
    overlay.mkdir()
    for path, content in variant.files.items():
        if content is not None:
            _write(overlay, way.place_of(path), content)
    if way.is_in_place:
        return overlay, tuple(p for p, content in variant.files.items() if content is None)
    for path in _others(lab, variant, way):
        content = read(lab.project.files, path)
        if content is not None:
            _write(overlay, way.place_of(path), content)
    _set_value(overlay, lab, way)
    return overlay, ()


def _others(lab: Lab, variant: Variant, way: Way) -> list[str]:
    """The files of the folder that are not varied: they go along."""
    files, found, total = lab.project.files, [], 0
    for path in files.paths:
        if path.startswith(way.target + "/") and path not in variant.files:
            total += files.size(path)
            if total > MOST_BYTES:
                break
            found.append(path)
    return found


def _set_value(overlay: Path, lab: Lab, way: Way) -> None:
    """The line of the configuration that names the data, with the new path in it; all else stays as it is."""
    if way.by is not By.VALUE or way.at is None or not way.at.line:
        return
    text = lab.project.files.text(way.at.path) or ""
    lines = text.splitlines(keepends=True)
    if way.at.line <= len(lines):
        lines[way.at.line - 1] = replaced(lines[way.at.line - 1], way.old, way.new)
    _write(overlay, way.at.path, "".join(lines).encode())


def _write(overlay: Path, path: str, content: bytes) -> None:
    target = overlay / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
