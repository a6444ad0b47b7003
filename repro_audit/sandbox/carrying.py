"""The probe as it travels into a run: its files and its settings in a folder, read-only inside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .model import CARRIED, NOTES

PLACE = f"{CARRIED}/probe"
FILES = Path(__file__).parent / "probe"


def carry(folder: Path, settings: Mapping[str, Any]) -> tuple[tuple[tuple[Path, str], ...], dict[str, str]]:
    """Lay the probe out in an empty folder; gives what `Job.carried` takes, and the variables that start it."""
    for file in sorted(FILES.glob("*.py")):
        shutil.copyfile(file, folder / file.name)
    (folder / "settings.json").write_text(json.dumps({"notes": NOTES, **settings}), "utf-8")
    return ((folder, PLACE),), {"PYTHONPATH": PLACE}
