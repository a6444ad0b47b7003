"""`fix`: a patch to read first, or applied with `--write`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..errors import UsageError
from ..facts.generated import NAME
from ..fixes.model import Declined, Proposal, installed_of
from ..fixes.overlay import Patched
from ..fixes.patch import patch
from ..fixes.propose import BY_HAND, Plan, propose_all
from ..fixes.writing import write_all
from ..flow import Trial, ask, audit, expand
from ..loader import load_rules
from ..model import Answer
from ..origin import Origin, open_project
from ..project import Project
from ..result import Result
from ..settings import read_settings
from ..text import clean, count, one_line
from . import kept_trial
from .progress import Progress

REPORT = "report"


@dataclass(frozen=True, slots=True)
class Fixes:
    """What would be committed, and why."""

    files: dict[str, bytes]
    proposals: tuple[Proposal, ...]
    declined: tuple[Declined, ...]


def fix(target: str, write: bool, only: Sequence[str]) -> int:
    """Print the patch, or apply it; what it is for and what is left goes to standard error."""
    wanted = _wanted(only)
    with Progress(target) as progress, open_project(target) as origin:
        if write and origin.is_clone:
            raise UsageError("an address cannot be written to", "Clone it, or read the patch without --write.")
        fixes = _fixes(origin, wanted, progress.step)
        project = Project(origin.path)
        before = {path: _old(project, path) for path in fixes.files}
        if write and fixes.files:
            _tell_of_changes(project, fixes.files)
            write_all(origin.path, fixes.files, before)
        else:
            _show(project, fixes.files, before)
    _tell(fixes, write)
    return 0


def _wanted(only: Sequence[str]) -> set[str]:
    rules = load_rules()
    named = [name for name in only if name != REPORT]
    found = expand(named, rules, [REPORT]) if only else {r.id for r in rules}
    return found | ({REPORT} if not only or REPORT in only else set())


def _fixes(origin: Origin, wanted: set[str], step: Callable[[str], None]) -> Fixes:
    trial = kept_trial(origin)
    settings = read_settings(origin.path, tuple(r.id for r in load_rules()))
    result = audit(origin, progress=step, trial=trial)
    final = {c.id: c.answer for c in result.criteria if not c.is_set_aside}
    project = Project(origin.path, settings.hints)
    step("fixes")
    in_order = [c.id for c in result.criteria if c.id in wanted]
    plan = propose_all(project, final, installed_of(result.experiments), _judge, in_order)
    plan = replace(plan, declined=tuple(_with_advice(d, result) for d in plan.declined))
    files = dict(plan.files)
    if REPORT not in wanted:
        return Fixes(files, plan.proposals, plan.declined)
    told = _report(origin, plan, result)
    if isinstance(told, Declined):
        return Fixes(files, plan.proposals, (*plan.declined, told))
    files |= {path: text.encode("utf-8", "surrogateescape") for path, text in told.files.items()}
    return Fixes(files, (*plan.proposals, told), plan.declined)


def _with_advice(declined: Declined, result: Result) -> Declined:
    """What is to be done by hand, in the words of the criterion's own fix."""
    criterion = result.criterion(declined.criterion)
    advice = criterion.fix if criterion and declined.why == BY_HAND else None
    return replace(declined, why=f"{declined.why}: {advice}") if advice else declined


def _judge(project: Project) -> dict[str, Answer]:
    return {rule.id: ask(rule, project).answer for rule in load_rules()}


def _report(origin: Origin, plan: Plan, result: Result) -> Proposal | Declined:
    """A first report, true of the project as the other fixes leave it; one that is there is `report`'s to renew."""
    from ..report import document
    from ..report.stamp import read_stamp

    project = Patched(origin.path, plan.project.hints, plan.files)
    if NAME in project.files:
        return Declined(REPORT, f"{NAME} is there already: `repro-audit report -o {NAME}` renews it")
    if plan.files:
        result = audit(origin, trial=Trial(), project=project)
    stamp = read_stamp(project, NAME)
    stamp = replace(stamp, dirty=stamp.dirty or bool(plan.files))
    text = document.new_document(document.blocks(result, stamp))
    return Proposal(REPORT, {NAME: text}, f"{NAME} tells what was found, and what the fixes above make of it")


def _old(project: Project, path: str) -> bytes | None:
    return project.files.open_bytes(path, project.files.size(path)) if path in project.files else None


def _show(project: Project, files: dict[str, bytes], before: dict[str, bytes | None]) -> None:
    """The patch, byte for byte where a program reads it; fit to be looked at on a terminal."""
    prefix = project.repository.prefix(project.root) if project.repository else ""
    whole = b"".join(patch(prefix + path, before[path], files[path]) for path in sorted(files))
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        sys.stdout.write(clean(whole.decode("utf-8", "replace")))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(whole)
    sys.stdout.buffer.flush()


def _tell_of_changes(project: Project, files: dict[str, bytes]) -> None:
    changed = set(project.repository.changed(project.root)) if project.repository else set()
    for path in sorted(changed & set(files)):
        _say(f"note: {path} has changes that are not committed; they are kept, and the fix comes on top of them")


def _tell(fixes: Fixes, written: bool) -> None:
    for proposal in fixes.proposals:
        _say(f"{proposal.criterion}: {proposal.why}")
    for declined in fixes.declined:
        _say(f"{declined.criterion}: nothing is proposed; {declined.why}")
    if written and fixes.files:
        _say(f"wrote {count(len(fixes.files), 'file')}: {', '.join(sorted(fixes.files))}; read `git diff`, then commit")
    elif fixes.files:
        _say("read it, then apply it: `repro-audit fix --write`, or `repro-audit fix | git apply`")
    else:
        _say("there is nothing to apply")


def _say(line: str) -> None:
    print(one_line(line), file=sys.stderr)
