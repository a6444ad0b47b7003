"""What is known of projects that people ran: the key of `benchmarks/behaviour`, in the program's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The key names failures more finely than the result does; names that are not here are the same in both.
CLASSES = {
    "python2": "python-version",
    "python-too-new": "python-version",
    "network": "network-needed",
    "download": "network-needed",
    "broken-import": "missing-package",
    "missing-dependency": "missing-package",
    "missing-module": "missing-package",
    "missing-program": "missing-package",
    "not-installable": "install-failed",
    "binary-mismatch": "install-failed",
    "drift": "api-drift",
    "gpu": "needs-gpu",
    "cuda": "needs-gpu",
    "secret": "needs-secret",
    "login": "needs-secret",
    "memory": "out-of-memory",
    "timeout": "timed-out",
    "crash": "crashed",
}
REPEATS = {"byte": True, "semantic": True, "no": False}


@dataclass(frozen=True)
class Known:
    """One project, how it is run, and what came of it where people ran it."""

    id: str
    repo: str
    copied: str  # the part of the repository that is laid out, "" for all of it
    cwd: str
    command: str
    edits: tuple[str, ...]  # shell commands that adapt the copy first
    packages: tuple[str, ...]  # as pip takes them; `-rFILE` names a file of the repository
    seconds: float
    failure: str | None  # None where it runs
    repeats: bool | None  # None where it fails

    @property
    def folder(self) -> str:
        return self.repo.replace("/", "+")

    @property
    def says(self) -> str:
        return self.failure or ("repeats" if self.repeats else "differs")


def read(path: Path) -> list[Known]:
    """All projects of a key."""
    return [_known(row) for row in json.loads(path.read_text("utf-8"))]


def _known(row: Mapping[str, Any]) -> Known:
    copied = "" if row["copied"] == "whole repository" else str(row["copied"])
    # "fails (exit status 0)" fails as well: its status lies.
    fails = not str(row["status"]).startswith("runs")
    name = str(row["failure_class"] or "crashed")
    return Known(
        str(row["id"]), str(row["repo"]), copied, str(row["cwd"] or "."), str(row["command"]),
        tuple(row["setup_edits"] or ()), tuple(re.split(r"\s+", str(row["packages_asked"]).strip())),
        float(row["timeout_s"] or 180), CLASSES.get(name, name) if fails else None,
        None if fails else REPEATS.get(str(row["deterministic"])),
    )  # fmt: skip
