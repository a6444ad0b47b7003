"""`attest` and `attest --verify`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..archive import holding, statement
from ..archive.holding import Here
from ..archive.kept import read_kept
from ..errors import ProjectError
from ..facts.generated import NAME as REPORT
from ..flow import Selection, audit
from ..origin import open_project
from ..project import Project
from ..text import clean, count, one_line
from . import kept_trial, show
from .progress import Progress

AGAIN = "Commit them, and run it again: repro-audit score --run"


def write(target: str, output: str | None, evidence: str | None) -> int:
    """Print the statement, or write it; only what is committed can be named by its commit."""
    with _opened(target, evidence) as here:
        made = _statement(here)
    show.text(statement.to_text(made), output)
    about = count(len(made["subject"]) - 1, "output")
    how = f"and {about} of its run" if "run" in made["predicate"] else "by reading only: no run of it is kept"
    _say(f"about commit {made['subject'][0]['digest']['gitCommit'][:10]} {how}; not signed")
    return 0


def verify(file: str, target: str, evidence: str | None) -> int:
    """1 where the statement does not hold for what is here, with each difference on standard output."""
    claimed = holding.read_statement(Path(file))
    with _opened(target, evidence) as here:
        found = holding.check(claimed, here)
    for words in found.differences:
        show.text(one_line(words) + "\n")
    for words in found.notes:
        _say(f"note: {words}")
    number = count(len(found.differences), "difference")
    verdict = f"does not hold here: {number}" if found.differences else "holds here"
    _say(f"{file} {verdict} ({found.looked})")
    return 1 if found.differences else 0


def _statement(here: Here) -> dict[str, Any]:
    info = here.result.project
    if info.commit is None:
        raise ProjectError("the project has no commit that a statement could name", "Commit it to Git first.")
    if here.content is None:
        raise ProjectError("files differ from what is committed, so no statement can name them", AGAIN)
    if here.kept.altered:
        altered = ", ".join(here.kept.altered[:3])
        raise ProjectError(f"the evidence is not what the runs left: {one_line(altered)}", "Run it again.")
    return statement.statement(here.result, here.kept, here.content)


@contextmanager
def _opened(target: str, evidence: str | None) -> Iterator[Here]:
    """The project as it is judged now, with the run that is kept where it still counts."""
    with open_project(target) as origin:
        trial = kept_trial(origin, evidence)
        with Progress(target) as progress:
            result = audit(origin, Selection(), progress.step, trial)
            kept = read_kept(trial.kept_in, result.experiments)
        project = Project(origin.path)
        tracked = frozenset(clean(path) for path in project.files.paths) if project.repository else frozenset()
        yield Here(result, kept, _content(project), origin.path, tracked)


def _content(project: Project) -> str | None:
    return project.repository.content(project.root, REPORT) if project.repository else None


def _say(line: str) -> None:
    print(one_line(line), file=sys.stderr)
