"""Which commit a report speaks of: the last one that changed anything but the report itself."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import PurePosixPath

from ..facts.git import Repository
from ..project import Project
from .document import Stamp


def read_stamp(project: Project, report: str) -> Stamp:
    """`report` is the path of the report relative to the project's root."""
    repository = project.repository
    if repository is None:
        return Stamp(None, None, False)
    commit = _last_change(repository, repository.prefix(project.root), report) or repository.commit
    dirty = any(PurePosixPath(p) != PurePosixPath(report) for p in repository.changed(project.root))
    return Stamp(commit, _day(repository, commit) if commit else None, dirty)


def _last_change(repository: Repository, prefix: str, report: str) -> str | None:
    scope = f":(top,literal){prefix.rstrip('/')}" if prefix else ":(top)"
    output = repository.run("rev-list", "-1", "HEAD", "--", scope, f":(top,exclude,literal){prefix}{report}")
    return output.decode("ascii", "replace").strip() or None if output else None


def _day(repository: Repository, commit: str) -> str | None:
    """The day of the commit, in UTC."""
    output = repository.run("cat-file", "commit", commit) or b""
    match = re.search(rb"^committer .*> (\d{1,11}) [+-]\d{4}$", output.split(b"\n\n", 1)[0], re.MULTILINE)
    try:
        return datetime.fromtimestamp(int(match.group(1)), timezone.utc).date().isoformat() if match else None
    except (OverflowError, ValueError, OSError):
        return None
