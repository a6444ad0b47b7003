"""`score --baseline`: what a change did to the stars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..baseline import kept, state
from ..baseline.compare import compare
from ..baseline.lines import lines_of
from ..baseline.model import Side
from ..errors import ProjectError, ReproAuditError, UsageError
from ..facts.git import Repository
from ..flow import Selection, audit
from ..origin import Origin, from_path, parse_address
from ..result import Rank, Result
from .progress import Progress


def check(targets: Sequence[str], baseline: str | None, fail_on: str | None) -> None:
    """Refuse what cannot be compared, before anything is read or run."""
    if baseline is None:
        if fail_on:
            raise UsageError(f"--fail-on {fail_on} needs --baseline", "Name the commit or result to compare with.")
        return
    if not baseline.strip():
        raise UsageError("--baseline is empty", "Name a branch, a tag, a commit, or a file of --format json.")
    for target in targets:
        if Path(baseline).is_file():
            kept.read(Path(baseline), target)
        elif parse_address(target) is not None:
            raise UsageError("an address has no earlier commits here", "Give a clone of it, or a result as a file.")
        else:
            state.find(_repository(from_path(target)), baseline)


def against(result: Result, target: str, baseline: str, selection: Selection) -> Result:
    """The result, with what became of the baseline."""
    if Path(baseline).is_file():
        return _against_file(result, target, baseline)
    origin = from_path(target)
    repository = _repository(origin)
    point = state.find(repository, baseline)
    with state.laid_out(repository, point.commit) as top:
        folder = top / repository.prefix(origin.path)
        before = _audited(Origin(folder, baseline, origin.name), selection, point)
        return _told(result, baseline, before, _side(origin, result))


def _against_file(result: Result, target: str, baseline: str) -> Result:
    """An earlier result; its lines are those of its commit, where that is at hand."""
    before = kept.read(Path(baseline), result.project.root)
    if parse_address(target) is not None:
        return _told(result, baseline, before, Side.of(result))
    origin = from_path(target)
    repository, now = Repository.around(origin.path), _side(origin, result)
    if repository is None or before.commit is None or not state.has(repository, before.commit):
        return _told(result, baseline, before, now)
    try:
        with state.laid_out(repository, before.commit) as top:
            lines = lines_of(top / repository.prefix(origin.path))
            return _told(result, baseline, replace(before, lines=lines, has_files=True), now)
    except ProjectError:  # a partial clone, which lacks its files
        return _told(result, baseline, before, now)


def _told(result: Result, baseline: str, before: Side, now: Side) -> Result:
    return replace(result, baseline=compare(baseline, before, now).to_dict())


def _side(origin: Origin, result: Result) -> Side:
    return Side.of(result, lines_of(origin.path))


def _audited(origin: Origin, selection: Selection, point: state.Point) -> Side:
    """The earlier state by reading; a change that adds the project, or mends its settings, has nothing to compare."""
    notes = (point.note,) if point.note else ()
    nothing = Side(Rank(0, 0), (), commit=point.commit)
    if not origin.path.is_dir():
        return replace(nothing, notes=(*notes, "the project was not there"))
    try:
        with Progress(origin.label) as progress:
            earlier = audit(origin, selection, progress.step)
    except ReproAuditError as error:
        return replace(nothing, notes=(*notes, f"it cannot be judged: {error}"))
    return Side.of(earlier, lines_of(origin.path), notes)


def _repository(origin: Origin) -> Repository:
    repository = Repository.around(origin.path)
    if repository is None:
        raise UsageError(f"{origin.label} is in no Git repository", "Give a file of `score --format json` instead.")
    return repository
