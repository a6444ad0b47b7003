"""A run that was never made: its folder is written by hand."""

from __future__ import annotations

from pathlib import Path

from repro_audit.sandbox.model import Ending, Run


def run_of(root: Path, files: dict[str, str], log: str = "", exit: int = 0) -> Run:
    """One that left these files, by their path in its folder."""
    for name, text in {"log.txt": log, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return Run(("x",), Ending.EXITED, exit, 1.0, None, root, root / "log.txt", tuple(sorted(files)))
