"""One project as the page shows it: every value that the templates need, so that they only lay out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...model import Answer, Evidence, Place, Star
from ...result import Criterion, Line, Result
from ...score import next_steps
from .. import told
from ..changes import Row, headline, rows_of
from ..findings import Finding, findings, refuted_claims
from ..told import Told
from ..words import answer_words, mark
from .experiments import ExperimentView, tone, view
from .page import slug
from .pictures import Room
from .sources import EXCERPTS, Sources
from .timeline import Timeline, timeline
from .verdict import StarView, run_sentence, stars, verdict

EVIDENCE = 12  # places of a criterion
IN_TABLES = ("seed", "config", "claims")
EXPERIMENTS = 80  # in full
ROWS = 200  # of a table
GOOD, BAD, HALF, OPEN = "good", "bad", "half", "open"
TONES = {
    Answer.YES: GOOD, Answer.VERIFIED: GOOD, Answer.PARTIAL: HALF, Answer.NO: BAD, Answer.REFUTED: BAD,
    Answer.NA: OPEN, Answer.UNKNOWN: OPEN, Answer.INCONCLUSIVE: OPEN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvidenceView:
    text: str
    at: Place | None
    experiment: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    of: Criterion
    anchor: str
    mark: str
    answer: str
    tone: str
    evidence: tuple[EvidenceView, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A row of a table: one value of one parameter."""

    parameter: str
    at: Place | None
    before: str
    after: str
    outcome: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectView:
    result: Result
    id: str
    verdict: str
    run: str
    warnings: tuple[str, ...]
    stars: tuple[StarView, ...]
    steps: tuple[CriterionView, ...]
    changes: tuple[str, tuple[Row, ...]] | None  # against a baseline: in a sentence, and one by one
    findings: tuple[Finding, ...]
    criteria: tuple[tuple[Star, tuple[CriterionView, ...]], ...]
    timeline: Timeline
    experiments: tuple[ExperimentView, ...]
    trials: tuple[Trial, ...]
    metrics: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, Any], ...]
    environment: Mapping[str, Any]
    packages: tuple[tuple[str, str], ...]


def project_view(result: Result, id: str, sources: Sources, room: Room) -> ProjectView:
    experiments = result.experiments
    judged = {c.id: criterion_view(c, f"{id}-{slug(c.id)}", sources) for c in result.criteria}
    environment = _environment(experiments)
    full = [e for e in experiments if e["kind"] not in IN_TABLES and e["outcome"] != "skipped"]
    return ProjectView(
        result=result,
        id=id,
        verdict=verdict(result),
        run=run_sentence(result),
        warnings=tuple(refuted_claims(experiments)),
        stars=stars(result),
        steps=tuple(judged[c.id] for c in next_steps(result.criteria)),
        changes=_changes(result.baseline),
        findings=tuple(findings(experiments)),
        criteria=tuple((s.star, tuple(judged[c.id] for c in result.of(s.star))) for s in result.stars),
        timeline=timeline(experiments),
        experiments=tuple(view(e, sources, room) for e in full[:EXPERIMENTS]),
        trials=tuple(_trials(experiments))[:ROWS],
        metrics=tuple(m for e in experiments for m in told.parts(e, "metrics"))[:ROWS],
        claims=tuple(c for e in experiments if e["kind"] == "claims" for c in told.parts(e, "claims"))[:ROWS],
        environment=environment,
        packages=tuple(_package(p) for p in told.texts(environment, "packages")[:2000]),
    )


def criterion_view(criterion: Criterion, anchor: str, sources: Sources) -> CriterionView:
    shown = criterion.evidence[:EVIDENCE]
    return CriterionView(
        criterion, anchor, mark(criterion), answer_words(criterion), TONES[criterion.answer],
        tuple(_evidence(e, sources if n < EXCERPTS else Sources()) for n, e in enumerate(shown)),
        len(criterion.evidence) - len(shown),
    )  # fmt: skip


def _evidence(evidence: Evidence, sources: Sources) -> EvidenceView:
    return EvidenceView(evidence.text, evidence.at, evidence.experiment or "", sources.excerpt(evidence.at))


def _changes(baseline: Told | None) -> tuple[str, tuple[Row, ...]] | None:
    if baseline is None:
        return None
    rows = rows_of(baseline)
    return f"Against {baseline['source']}, by {baseline['compared']}: {headline(baseline, rows)}.", tuple(rows[:ROWS])


def _trials(experiments: tuple[Told, ...]) -> Iterator[Trial]:
    for one in experiments:
        if one["kind"] in ("seed", "config") and one.get("parameter"):
            yield Trial(
                told.words(one, "parameter"), told.place(one), told.words(one, "from"), told.words(one, "to"),
                one["outcome"], tone(one["outcome"]), told.words(one, "reason"),
            )  # fmt: skip


def _environment(experiments: tuple[Told, ...]) -> Mapping[str, Any]:
    """As installed: of the build that worked, else of the runs."""
    found = [e["environment"] for e in experiments if isinstance(e.get("environment"), Mapping)]
    return next((e for e in found if e.get("packages") or e.get("python")), {})


def _package(text: str) -> tuple[str, str]:
    name, _, version = text.partition("==")
    return name, version
