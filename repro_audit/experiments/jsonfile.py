"""The JSON files of the evidence folder: written whole or not at all, read up to a size, and never through a link."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Raises OSError, and leaves nothing half written then."""
    partial = path.with_name(path.name + ".part")
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    try:
        partial.unlink(missing_ok=True)  # of an earlier audit, or a link that the project put there
        with partial.open("x", encoding="utf-8") as file:
            file.write(text)
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def read_json(path: Path, largest: int) -> Any:
    """Raises OSError or ValueError for whatever is no regular file of JSON with at most `largest` bytes."""
    if path.is_symlink() or not path.is_file():
        raise FileNotFoundError(path.name)
    if path.stat().st_size > largest:
        raise ValueError(f"larger than {largest} bytes")
    try:
        return json.loads(path.read_text("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
