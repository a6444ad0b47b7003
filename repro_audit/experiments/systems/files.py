"""Files that a run left, read with care: plain ones only, and no more than so much of them."""

from __future__ import annotations

from pathlib import Path

LARGEST = 1024 * 1024  # bytes


def text_of(path: Path, largest: int = LARGEST) -> str:
    """Its beginning; empty for what is no plain file."""
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(largest).decode("utf-8", "replace")
    except OSError:
        return ""
