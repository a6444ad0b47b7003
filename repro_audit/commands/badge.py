"""`badge` and `badge --check`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ..errors import UsageError
from ..facts.generated import NAME as REPORT
from ..facts.git import Repository
from ..flow import Selection, audit
from ..origin import open_project
from ..report import badge
from ..report.badge import Standing
from ..result import Result
from ..text import one_line
from . import kept_trial, show
from .progress import Progress

FORMS = {"svg": badge.svg, "endpoint": badge.endpoint, "markdown": badge.markdown}
LARGEST = 1024 * 1024  # bytes


def write(target: str, form: str, output: str | None) -> int:
    """Print the badge, or write it."""
    result, standing = _audited(target, output)
    show.text(FORMS[form](result, standing), output)
    return 0


def check(target: str, form: str, file: str | None) -> int:
    """1 where the badge in a file is not the one that is true now."""
    if file is None:
        raise UsageError("--check needs the file of the badge", "Name it with -o badge.svg.")
    result, standing = _audited(target, file)
    is_true = _content(Path(file)) == FORMS[form](result, standing)
    print(f"{one_line(file)} is true" if is_true else f"{one_line(file)} no longer tells the truth", file=sys.stderr)
    return 0 if is_true else 1


def _audited(target: str, file: str | None) -> tuple[Result, Standing]:
    """The result by reading and by the run that is kept, and whether both are of the state that is committed."""
    stale: list[str] = []
    with Progress(target) as progress, open_project(target) as origin:
        trial = kept_trial(origin)

        def warn(line: str) -> None:
            stale.append(line)
            trial.warn(line)

        result = audit(origin, Selection(), progress.step, replace(trial, warn=warn))
        is_changed = _is_changed(origin.path, file)
    if stale:
        return result, Standing.OUTDATED
    return result, Standing.CHANGED if is_changed else Standing.AUDITED


def _is_changed(root: Path, file: str | None) -> bool:
    """Whether files differ from the commit, the report and the badge itself set aside: they tell of it."""
    repository = Repository.around(root)
    changed = repository.changed(root) if repository else ()
    own = Path(file).resolve() if file else None
    return any(path.rpartition("/")[2] != REPORT and (root / path).resolve() != own for path in changed)


def _content(file: Path) -> str | None:
    try:
        return file.read_text("utf-8") if file.is_file() and file.stat().st_size <= LARGEST else None
    except (OSError, ValueError):
        return None
