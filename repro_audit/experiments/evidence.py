"""The evidence folder: what each run was, said and left, safe to publish.

`.repro-audit/` in the project (git-ignored by its own .gitignore) or the folder that `--evidence` names.
Paths in it are the sandbox's; the host's own never enter, and large outputs stay as their digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ProjectError
from ..sandbox import copying
from ..sandbox.model import MIB, Environment, Run
from ..sandbox.store import file_digest
from .model import RunRecord

KEPT = 16 * MIB  # bytes: a larger output is kept as its digest only
README = "Evidence of repro-audit: one folder a run, with its log, what it changed, and a manifest with digests.\n"


@dataclass(frozen=True)
class Evidence:
    """The folder that the runs of an audit are kept in."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Evidence:
        """Make the folder, ignored by git; a link in its place is the project's doing, and not followed."""
        try:
            if folder.is_symlink() or (folder / "runs").is_symlink():
                raise ProjectError(f"{folder.name} is a link", "Remove it, or give another folder with --evidence.")
            (folder / "runs").mkdir(parents=True, exist_ok=True)
            for name, text in ((".gitignore", "*\n"), ("README.txt", README)):
                (folder / name).unlink(missing_ok=True)
                (folder / name).write_text(text, "utf-8")
        except OSError as error:
            reason = error.strerror or str(error)
            hint = "Give a folder that can be written to with --evidence."
            raise ProjectError(f"the evidence cannot be kept in {folder.name}: {reason}", hint) from error
        return cls(folder)

    def place_for(self, name: str) -> Path:
        """An empty folder for a run."""
        target = self.folder / "runs" / name
        if target.is_symlink() or target.is_file():
            target.unlink()
        copying.remove(target)
        target.mkdir(parents=True)
        return target

    def record(self, name: str, run: Run) -> RunRecord:
        """Write the manifest of a run, and tell of it as the result does."""
        manifest = {
            "argv": list(run.argv), "exit": run.exit, "ending": run.ending.value, "seconds": round(run.seconds, 3),
            "peak_memory_bytes": run.peak_memory, "deleted": list(run.deleted),
            "files": [_file(run.folder, p) for p in run.changed],
        }  # fmt: skip
        write_json(run.folder / "manifest.json", manifest)
        log = f"{self.folder.name}/runs/{name}/log.txt"
        return RunRecord(run.argv, run.ending.value, run.exit, run.seconds, run.peak_memory, log)

    def thin(self) -> None:
        """Drop the large outputs of all runs once they were compared; their digests stay in the manifests."""
        for path, (size, _, _) in list(copying.stamps(self.folder / "runs")):
            file = self.folder / "runs" / path
            if size > KEPT and file.is_file() and not file.is_symlink():
                file.unlink()


def environment_record(environment: Environment) -> dict[str, Any]:
    """The environment as installed."""
    return {
        "python": environment.python, "packages": list(environment.packages), "image": environment.image,
        "system": environment.system, "cpu": cpu_name(),
    }  # fmt: skip


def cpu_name() -> str:
    """The processor's model, as the system names it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            return next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "")
    except OSError:
        import platform

        return platform.processor()


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", "utf-8")
    os.replace(partial, path)


def _file(folder: Path, path: str) -> dict[str, Any]:
    file = folder / path
    if file.is_symlink() or not file.is_file():
        return {"path": path, "link": True}
    return {"path": path, "bytes": file.stat().st_size, "sha256": file_digest(file)}
