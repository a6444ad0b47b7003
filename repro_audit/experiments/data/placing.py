"""The variant laid out for a run: its files beside the project's or in their place, and the value that names them."""

from __future__ import annotations

from pathlib import Path

from ..bench import Variation
from ..lab import Lab
from ..parameters.texts import reader
from .variants import Variant, read
from .ways import Way

MOST_BYTES = 1024**3  # of a folder that is copied


def lay_out(place: Path, lab: Lab, variant: Variant, way: Way) -> Variation:
    """The run in which the variant stands beside the project's own data or in their place."""
    overlay = place / "overlay"
    overlay.mkdir()
    for path, content in variant.files.items():
        if content is not None:
            _write(overlay, way.place_of(path), content)
    if way.is_in_place:
        without = tuple(p for p, content in variant.files.items() if content is None)
        return Variation(overlays=(overlay,), without=without)
    for path in _others(lab, variant, way):
        content = read(lab.project.files, path)
        if content is not None:
            _write(overlay, way.place_of(path), content)
    setting = way.setting(reader(lab), lab.job)
    for path, text in setting.files.items():
        _write(overlay, path, text.encode("utf-8", "surrogateescape"))
    return Variation(overlays=(overlay,), job=setting.job)


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


def _write(overlay: Path, path: str, content: bytes) -> None:
    target = overlay / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
