"""The whole flow: a folder in, a result out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .discovery import other_projects
from .errors import ReproAuditError, UsageError
from .facts.generated import NAME as REPORT
from .found import commands, look
from .loader import load_rules
from .model import Answer, Star, Verdict
from .origin import Origin
from .project import Project
from .result import Criterion, ProjectInfo, Result, Waived
from .rule import Rule
from .score import judge_stars, rank
from .settings import Settings, Waiver, read_settings
from .text import nearest

if TYPE_CHECKING:
    from .experiments.answers.said import Said
    from .experiments.verify import RunOptions
    from .sandbox.model import Watch

T = TypeVar("T")
D = TypeVar("D")
DEBUG = "REPRO_AUDIT_DEBUG"
REPORT_IT = f"Please report it to the authors of repro-audit; {DEBUG}=1 shows where it happened."


@dataclass(frozen=True, slots=True)
class Selection:
    """Which criteria are judged, by id or star; empty `select` is all."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A run that is asked for (`options`), or the findings of an earlier one (`kept_in`), and who watches."""

    options: RunOptions | None = None
    watch: Watch = lambda step, line="": None
    kept_in: Path | None = None
    warn: Callable[[str], None] = lambda line: None


def audit(
    origin: Origin,
    selection: Selection = Selection(),
    progress: Callable[[str], None] = lambda step: None,
    trial: Trial = Trial(),
    project: Project | None = None,
) -> Result:
    """Judge one project by reading it, and by running it where `trial` says so; `project` is it with changes."""
    rules = load_rules()
    settings = read_settings(origin.path, tuple(r.id for r in rules))
    project = project or Project(origin.path, settings.hints)
    info = describe(origin, project)
    chosen = select(rules, selection)
    criteria = []
    for rule in chosen:
        progress(rule.id)
        criteria.append(judge(rule, project, settings))
    experiments: tuple[Mapping[str, Any], ...] = ()
    if trial.options is not None:
        criteria, experiments = _tried(project, info, settings, criteria, trial)
    elif trial.kept_in is not None:
        criteria, experiments = _told_again(project, info, settings, criteria, trial)
    stars = judge_stars(criteria, {r.id: r.star for r in rules})
    return Result(
        project=info,
        rank=rank(stars),
        stars=stars,
        criteria=tuple(criteria),
        commands=guarded(lambda: commands(project), ()),
        uses=guarded(lambda: project.systems.names, ()),
        found=look(project, guarded),
        experiments=experiments,
    )


Tried = tuple[list[Criterion], tuple[Mapping[str, Any], ...]]


def _tried(project: Project, info: ProjectInfo, settings: Settings, criteria: list[Criterion], trial: Trial) -> Tried:
    """Run the project, and let the experiments speak to the criteria."""
    from .experiments.answers import answers
    from .experiments.kept import keep
    from .experiments.verify import evidence_folder, verify

    assert trial.options is not None
    content = _content(project)
    verified = verify(project, trial.options, trial.watch)
    said = answers(project, verified, {c.id: c.declared for c in criteria})
    experiments = tuple(e.to_dict() for e in verified.experiments)
    keep(evidence_folder(project, trial.options), info.commit, digest_of(settings), experiments, said, content)
    return [with_experiments(c, said) for c in criteria], experiments


def _told_again(
    project: Project, info: ProjectInfo, settings: Settings, criteria: list[Criterion], trial: Trial
) -> Tried:
    """The findings of an earlier run, where they belong to this commit and these settings.

    A report that is being renewed is no change of the project.
    """
    from .experiments.kept import load

    assert trial.kept_in is not None
    changed = project.repository.changed(project.root) if project.repository else ()
    is_dirty = any(path.rpartition("/")[2] != REPORT for path in changed)
    kept = load(trial.kept_in, info.commit, is_dirty, digest_of(settings), _content(project))
    if kept.stale:
        trial.warn(f"{kept.stale}; it is left out (`repro-audit score --run` makes a new one)")
    return [with_experiments(c, kept.said) for c in criteria], kept.experiments


def _content(project: Project) -> str | None:
    """A name for what the project holds but for its report, so that a commit that adds the report changes nothing."""
    return project.repository.content(project.root, REPORT) if project.repository else None


def with_experiments(criterion: Criterion, said: Sequence[Said]) -> Criterion:
    """The criterion with what a run said to it; what is declared stays beside it."""
    word = next((s for s in said if s.criterion == criterion.id), None)
    if word is None:
        return criterion
    fix = word.fix or criterion.fix
    if word.answer is Answer.VERIFIED:
        fix = None
    evidence = (*word.evidence, *criterion.evidence)
    return replace(criterion, answer=word.answer, message=word.message, evidence=evidence, fix=fix)


def digest_of(settings: Settings) -> str:
    """A name for what the settings say of the run; waivers do not change what a run finds."""
    from hashlib import sha256

    return sha256(repr(settings.hints).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def select(rules: Sequence[Rule], selection: Selection) -> tuple[Rule, ...]:
    """The rules to ask; raises UsageError for a name that is no criterion and no star."""
    wanted = expand(selection.select, rules) or {r.id for r in rules}
    wanted -= expand(selection.ignore, rules)
    if not wanted:
        raise UsageError("no criterion is left to judge", "Take something out of --ignore.")
    return tuple(r for r in rules if r.id in wanted)


def expand(names: Sequence[str], rules: Sequence[Rule], others: Sequence[str] = ()) -> set[str]:
    """The ids that the names stand for: ids themselves, or a star by name or number; `others` may be meant as well."""
    found: set[str] = set()
    for name in names:
        ids = {r.id for r in rules if name.lower() in (r.id, r.star.title.lower(), str(r.star.value))}
        if not ids:
            known = [*(r.id for r in rules), *(s.title.lower() for s in Star), *others]
            raise UsageError(f"there is no criterion {name}", nearest(name, known))
        found |= ids
    return found


def judge(rule: Rule, project: Project, settings: Settings) -> Criterion:
    """One criterion; a rule that fails unexpectedly answers `unknown` and never ends the audit."""
    verdict = ask(rule, project)
    answer = verdict.answer
    needs_fix = answer.applies and not answer.is_met
    waiver = next((w for w in settings.waivers if w.criterion == rule.id), None)
    return Criterion(
        id=rule.id,
        star=rule.star,
        criterion=rule.criterion,
        declared=answer,
        answer=answer,
        message=verdict.message,
        evidence=verdict.evidence,
        fix=(verdict.fix or rule.fix) if needs_fix else None,
        waived=_waived(waiver) if waiver else None,
    )


def ask(rule: Rule, project: Project) -> Verdict:
    try:
        return rule(project)
    except ReproAuditError:
        raise
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        reason = f"could not be judged: {type(error).__name__}: {error}"
    return Verdict(Answer.UNKNOWN, reason, fix=REPORT_IT)


def guarded(read: Callable[[], T], otherwise: D) -> T | D:
    """The value, or `otherwise` where reading it fails; a rule that needs it has said so already."""
    try:
        return read()
    except Exception:
        if os.environ.get(DEBUG):
            raise
        return otherwise


def describe(origin: Origin, project: Project) -> ProjectInfo:
    repository = project.repository
    info = ProjectInfo(origin.label, origin.name, others=guarded(lambda: other_projects(project.files), ()))
    if repository is None:
        return info
    dirty, prefix = bool(repository.changed(project.root)), repository.prefix(project.root)
    info = replace(info, commit=repository.commit, dirty=dirty, web=repository.remote_url, prefix=prefix)
    info = replace(info, committed=repository.commit_time)
    return replace(info, files=_remote_files(info, prefix)) if origin.is_clone else info


def _remote_files(info: ProjectInfo, prefix: str) -> str:
    """Where a forge shows the files of the commit; "" where the address is none of a forge."""
    if info.web is None or info.commit is None:
        return ""
    host = info.web.split("/")[2]
    view = "-/blob" if "gitlab" in host else "src" if "bitbucket" in host else "blob"
    return f"{info.web}/{view}/{info.commit}/{prefix}"


def _waived(waiver: Waiver) -> Waived:
    until = waiver.until.isoformat() if waiver.until else None
    return Waived(waiver.reason, until, waiver.is_expired(date.today()))
