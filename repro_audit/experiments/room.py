"""A project that writes beside its own folder, as `../results` does, gets a place where it may.

Usually the folder above is the system's, where nobody writes: a run that is refused there is tried once more with
the project in the home folder, so that what it writes is a result like any other.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from ..sandbox.model import PROJECT, Job
from .model import Failure

REFUSED = re.compile(
    r"(?:Permission denied|Read-only file system): b?['\"]([^'\"]+)['\"]|"  # Python
    r"['‘\"]([^'’\"]+)['’\"]: (?:Permission denied|Read-only file system)|"  # coreutils
    r"([^\s:'’]+): (?:Permission denied|Read-only file system)"  # shells
)
SYSTEM = frozenset(
    "bin boot dev env etc home lib lib32 lib64 media mnt opt proc python repro-audit root run sbin srv sys tmp usr var"
    .split()
)  # fmt: skip


def with_room(job: Job, failure: Failure | None) -> Job | None:
    """The job where it may write beside its project; None where that would be no help."""
    if failure is None or job.surroundings.has_room:
        return None
    found = (next(g for g in m.groups() if g) for line in failure.last_lines for m in REFUSED.finditer(line))
    if not any(_is_beside(path, job.cwd) for path in found):
        return None
    return replace(job, surroundings=replace(job.surroundings, has_room=True))


def _is_beside(path: str, cwd: str) -> bool:
    """Whether it leads to the folder above the project, or below that one, and to nothing that a system has there."""
    parts = posixpath.normpath(posixpath.join(PROJECT, cwd, path)).split("/")
    return len(parts) > 1 and parts[0] == "" and parts[1] not in {"", PROJECT.strip("/"), *SYSTEM}
