"""The evidence folder: what each run was, said and left, safe to publish.

`.repro-audit/` in the project (git-ignored by its own .gitignore) or the folder that `--evidence` names.
Paths in it are the sandbox's; the host's own never enter, and large outputs stay as their digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ..errors import ProjectError
from ..sandbox import copying
from ..sandbox.model import MIB, Environment, Run
from ..sandbox.store import file_digest
from . import unfinished
from .jsonfile import write_json
from .model import RunRecord

FOLDER = ".repro-audit"  # in the project, unless `--evidence` names another
FOUND = "found.json"  # what the audit found, once it has come to its end
KEPT = 16 * MIB  # bytes: a larger output is kept as its digest only
README = "Evidence of repro-audit: one folder a run, with its log, what it changed, and a manifest with digests.\n"
MARKED = len("Evidence of repro-audit")  # how much of it tells that a folder is ours


@dataclass(frozen=True)
class Evidence:
    """The folder that the runs of an audit are kept in."""

    folder: Path
    began: str = field(default_factory=unfinished.now)
    lock: IO[bytes] | None = None  # held for as long as the audit lives

    @classmethod
    def open(cls, folder: Path) -> Evidence:
        """Make the folder, ignored by git, and mark it as partial until the findings are kept.

        What an earlier audit left in it goes; whatever else somebody keeps there is not touched, and a link
        in its place is the project's doing and not followed. Raises ProjectError.
        """
        with told_of(folder):
            if folder.is_symlink() or (folder / "runs").is_symlink():
                raise ProjectError(f"{folder.name} is a link", "Remove it, or give another folder with --evidence.")
            if not _is_ours(folder):
                raise ProjectError(f"{folder.name} holds other things", "Give a new folder with --evidence.")
            folder.mkdir(parents=True, exist_ok=True)
            lock = unfinished.locked(folder)
            if lock is None:
                hint = "Wait for it, or give another folder with --evidence."
                raise ProjectError(f"another audit is writing to {folder.name}", hint)
            for name, text in (("README.txt", README), (".gitignore", "*\n")):
                (folder / name).unlink(missing_ok=True)
                (folder / name).write_text(text, "utf-8")
            evidence = cls(folder, lock=lock)
            evidence._begin()
            return evidence

    def _begin(self) -> None:
        """The earlier findings go first, so that they never stand beside runs that they do not tell of."""
        (self.folder / FOUND).unlink(missing_ok=True)
        unfinished.mark(self.folder, self.began, "the environment")
        copying.remove(self.folder / "runs")
        (self.folder / "runs").mkdir(exist_ok=True)

    def place_for(self, name: str) -> Path:
        """An empty folder for a run."""
        target = self.folder / "runs" / name
        with told_of(self.folder):
            unfinished.mark(self.folder, self.began, name)
            if target.is_symlink() or target.is_file():
                target.unlink()
            copying.remove(target)
            target.mkdir(parents=True)
        return target

    def moved(self, name: str, to: str) -> Path:
        """Keep a run under another name, and give where it is now."""
        target = self.folder / "runs" / to
        with told_of(self.folder):
            copying.remove(target)
            (self.folder / "runs" / name).rename(target)
        return target

    def record(self, name: str, run: Run) -> RunRecord:
        """Write the manifest of a run, and tell of it as the result does."""
        manifest = {
            "argv": list(run.argv), "exit": run.exit, "ending": run.ending.value, "seconds": round(run.seconds, 3),
            "ended": unfinished.now(), "peak_memory_bytes": run.peak_memory, "deleted": list(run.deleted),
            "files": [_file(run.folder, p) for p in run.changed],
        }  # fmt: skip
        with told_of(self.folder):
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


def _file(folder: Path, path: str) -> dict[str, Any]:
    file = folder / path
    if file.is_symlink() or not file.is_file():
        return {"path": path, "link": True}
    return {"path": path, "bytes": file.stat().st_size, "sha256": file_digest(file)}


def _is_ours(folder: Path) -> bool:
    """Whether it is new, empty, or the evidence of an earlier audit: `--evidence .` must not cost anyone a file."""
    readme = folder / "README.txt"
    if readme.is_file() and not readme.is_symlink():
        with readme.open("rb") as file:
            return file.read(len(README)).startswith(README[:MARKED].encode())
    return not folder.exists() or not any(folder.iterdir())


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """A full disk or a missing permission in one line."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "Give a folder that can be written to, with enough room, with --evidence."
        raise ProjectError(f"the evidence cannot be kept in {folder.name}: {reason}", hint) from error
