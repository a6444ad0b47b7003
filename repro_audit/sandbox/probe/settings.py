"""What the caller wants of the probe: `settings.json` two folders up, read once a process."""

from __future__ import annotations

import json
import os
from typing import Any


def _read() -> dict[str, Any]:
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        with open(os.path.join(folder, "settings.json"), encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


TOLD: dict[str, Any] = _read()
PROJECT: str = os.path.realpath(str(TOLD.get("project") or "/project"))
NOTES: str = str(TOLD.get("notes") or "")
WATCH: bool = bool(TOLD.get("watch")) and bool(NOTES)
_HOLD: dict[str, Any] = TOLD.get("hold") or {}
_SHAKE: dict[str, Any] = TOLD.get("shake") or {}


def wants(name: str) -> bool:
    """Whether a further service (`keys`, `show`) is asked for."""
    return bool(TOLD.get(name))


def held(name: str) -> Any:
    """At what this source is to be held, or None."""
    return _HOLD.get(name)


def shaken(name: str) -> Any:
    """How this source is to be moved, or None; what is held is not moved as well."""
    return None if name in _HOLD else _SHAKE.get(name)
