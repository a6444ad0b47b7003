"""Where the program keeps what outlives a run: built environments and downloads; and what it may leave behind."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LABEL = "org.repro-audit"  # on every image and container


def cache_folder() -> Path:
    """`$REPRO_AUDIT_CACHE`, else `repro-audit` in the user's cache folder."""
    own = os.environ.get("REPRO_AUDIT_CACHE")
    if own:
        return Path(own)
    usual = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_CACHE_HOME")
    return Path(usual or os.path.join(os.path.expanduser("~"), ".cache")) / "repro-audit"


def environments_folder() -> Path:
    return cache_folder() / "environments"


def images_folder() -> Path:
    """What was seen in images, one file each."""
    return cache_folder() / "images"


def write(path: Path, text: str) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text, "utf-8")
    os.replace(partial, path)


def scratch_folder() -> Path:
    """Runs under way; a folder that is found here belongs to a process, or was left by one that died."""
    return cache_folder() / "scratch"


def digest(value: Any) -> str:
    """A short stable name for a value of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sha256(path)


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def is_alive(pid: int) -> bool:
    """Whether a process of this machine lives; on Windows, where asking would interrupt it, it may."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone with a folder of the cache, which need not exist: two audits may want to build one environment."""
    import fcntl

    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system lets go of it when the process dies
        yield


def leftovers() -> list[Path]:
    """Scratch folders whose process is gone. Their names end in the process's number."""
    folder = scratch_folder()
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        pid = path.name.rpartition("-")[2]
        if pid.isdigit() and not is_alive(int(pid)):
            found.append(path)
    return found
