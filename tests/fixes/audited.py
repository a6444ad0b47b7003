"""A project scored with a run and mended, by the commands that people use."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .conftest import commit

BEST_FIRST = ("verified", "yes", "na", "unknown", "inconclusive", "partial", "no", "refuted")


@dataclass(frozen=True)
class Audited:
    """What `score --run --format json` tells."""

    told: dict[str, Any]

    @property
    def answers(self) -> dict[str, str]:
        return {c["id"]: c["answer"] for c in self.told["criteria"]}

    @property
    def messages(self) -> dict[str, str]:
        return {c["id"]: c["message"] for c in self.told["criteria"]}

    @property
    def stars(self) -> int:
        return sum(star["earned"] for star in self.told["stars"])

    def experiment(self, kind: str) -> dict[str, Any]:
        return next(dict(e) for e in self.told["experiments"] if e["kind"] == kind)


def program(root: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "repro_audit", *words], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def scored(root: Path, *words: str) -> Audited:
    return Audited(json.loads(program(root, "score", "--run", "--python", "3.11", "--format", "json", *words)))


def mended(root: Path, *words: str) -> None:
    program(root, "fix", "--write", *words)
    commit(root)


def fallen(before: Audited, after: Audited) -> list[str]:
    """What the fixes cost; a criterion that is met by reading and not asked by a run is met."""
    level = {answer: -i for i, answer in enumerate(BEST_FIRST)}
    level["yes"] = level["na"] = level["verified"]
    return [f"{c}: {a} to {after.answers[c]}" for c, a in before.answers.items() if level[after.answers[c]] < level[a]]
