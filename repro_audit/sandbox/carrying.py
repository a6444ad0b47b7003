"""Packing the probe, so that it travels into a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROBE = Path(__file__).parent / "probe"
INSIDE = "/repro-audit/probe"
PACKAGE = "repro_audit_probe"  # the name inside a run, where nothing else of ours is
ENTRIES = ("sitecustomize.py", "start.py")


def carry(folder: Path, settings: Mapping[str, Any]) -> tuple[tuple[tuple[Path, str], ...], dict[str, str]]:
    """Write the probe and what it is told into `folder`; give what a job carries, and the variables that start it."""
    package = folder / PACKAGE
    package.mkdir(parents=True, exist_ok=True)
    for file in sorted(PROBE.glob("*.py")):
        shutil.copyfile(file, (folder if file.name in ENTRIES else package) / file.name)
    (folder / "settings.json").write_text(json.dumps(dict(settings), indent=1, sort_keys=True) + "\n", "utf-8")
    return ((folder, INSIDE),), {"PYTHONPATH": INSIDE}
