"""What others answered the first run over the network: later runs are given it again to see whether it matters.

It is kept beside the evidence and never in it: a stranger's server may have said anything to whoever asked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..sandbox.model import Job, Run

ANSWERS = "*.answer"
FOLDER = "answers"  # beside the probe
RECORDING = {"answers": True}  # what the probe is told
FIRST = "repeat-1"


@contextmanager
def place_for_answers(job: Job) -> Iterator[Path | None]:
    """A folder for the answers of a run that may reach the network."""
    if not job.network:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="repro-audit-answers-") as folder:
        yield Path(folder)


def keep(name: str, run: Run, into: Path) -> None:
    """Take the answers out of a run's notes; those of the first run are kept."""
    found = [file for file in sorted((run.folder / "notes").glob(ANSWERS)) if file.is_file() and not file.is_symlink()]
    if name == FIRST:
        for old in into.glob(ANSWERS):
            old.unlink()
    for file in found:
        if name == FIRST:
            shutil.copyfile(file, into / file.name)
        file.unlink()


def are_kept(folder: Path | None) -> bool:
    """Whether there is an answer that can be given again."""
    return folder is not None and any(folder.glob(ANSWERS))


def carry_answers(folder: Path, beside: Path, probe: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lay them beside the probe of a run that is to hold them; gives what the probe is told."""
    if "network" in probe.get("hold", {}):
        shutil.copytree(folder, beside / FOLDER)
    return RECORDING
