"""Writing a patch: whole or not at all, inside the project, through no link."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import ProjectError


def write_all(root: Path, files: Mapping[str, bytes], before: Mapping[str, bytes | None]) -> None:
    """Write every file, or put back what was there; `before` is what each held when it was read (None: absent).

    Raises ProjectError where a file has changed since, leads out of the project, or cannot be written.
    """
    for path in sorted(files):
        _check(root, path, before[path])
    ready: list[tuple[Path, Path]] = []
    done: list[str] = []
    made: list[Path] = []
    try:
        for path in sorted(files):
            made += _folders(root, path)
            ready.append((_temporary(root / path, files[path]), root / path))
        for (temporary, target), path in zip(ready, sorted(files)):
            os.replace(temporary, target)
            done.append(path)
    except OSError as error:
        _undo(root, done, before)
        raise ProjectError(f"the fixes cannot be written: {error.strerror or error}", "Nothing was changed.") from error
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
        if len(done) < len(files):
            _remove_empty(made)


def _check(root: Path, path: str, before: bytes | None) -> None:
    """A regular file of the project that still holds what was read, or a free place."""
    target = root / path
    real = os.path.realpath(root)
    parts = path.split("/")
    if path.startswith("/") or not set(parts).isdisjoint(("", ".", "..", ".git")) or "\\" in path:
        raise ProjectError(f"{path} is no path of the project")
    if os.path.realpath(target.parent) != os.path.join(real, *parts[:-1]) or target.is_symlink():
        raise ProjectError(f"{path} leads through a link", "Apply the patch by hand: repro-audit fix > fix.patch")
    now = target.read_bytes() if target.is_file() else None
    if now != before or (before is None and os.path.lexists(target)):
        raise ProjectError(f"{path} has changed while the fixes were made", "Run it again.")


def _folders(root: Path, path: str) -> list[Path]:
    """Make the folders of a new file; those that were made, deepest last."""
    missing = [p for p in reversed(Path(path).parents) if not (root / p).is_dir()]
    for folder in missing:
        (root / folder).mkdir()
    return [root / p for p in missing]


def _temporary(target: Path, data: bytes) -> Path:
    """A file beside the target with its content, and the target's permissions."""
    mode = target.stat().st_mode & 0o777 if target.is_file() else 0o644
    handle, name = tempfile.mkstemp(prefix=".repro-audit-", dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(name, mode)
    return Path(name)


def _undo(root: Path, done: list[str], before: Mapping[str, bytes | None]) -> None:
    for path in done:
        old = before[path]
        if old is None:
            (root / path).unlink(missing_ok=True)
        else:
            (root / path).write_bytes(old)


def _remove_empty(made: list[Path]) -> None:
    for folder in reversed(made):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
