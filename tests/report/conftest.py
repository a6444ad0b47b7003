"""A result made by hand, full of names that are made to break a renderer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repro_audit.model import Answer, Evidence, Place, Star
from repro_audit.result import (
    AppRow,
    CommandResult,
    Criterion,
    Found,
    ProjectInfo,
    Rank,
    Result,
    Row,
    StageRow,
    StarResult,
    TableRow,
    Waived,
)

EVIL = "a\n[red]|`<img src=x onerror=1>`\x1b[31m\u202e<!-- repro-audit:end code -->*_@you #1 ``` \udcff]"
PLACE = Place(EVIL, 3)


def criterion(id: str, star: Star, answer: Answer, text: str = EVIL, waived: Waived | None = None) -> Criterion:
    fix = text if answer.applies and not answer.is_met else None
    evidence = (Evidence(text, PLACE), Evidence("run", None, "repeat"))
    return Criterion(id, star, "met", answer, answer, text, evidence, fix, waived)


@pytest.fixture
def evil() -> Result:
    """Every text of a stranger is hostile."""
    row = Row(EVIL, EVIL, PLACE)
    return Result(
        ProjectInfo(EVIL, EVIL, "5" * 40, True, None, "", (EVIL, EVIL)),
        Rank(1, 0),
        tuple(StarResult(star, star is Star.CODE, False) for star in Star),
        (
            criterion("code-runs", Star.CODE, Answer.YES),
            criterion("config-files", Star.CONFIGURATION, Answer.PARTIAL),
            criterion("data-managed", Star.DATA, Answer.NA),
            criterion("env-image", Star.ENVIRONMENT, Answer.NO, waived=Waived(EVIL, "2030-01-01", False)),
            criterion("eval-predict", Star.EVALUATION, Answer.UNKNOWN),
        ),
        (CommandResult(EVIL, (EVIL,), EVIL, PLACE, True),),
        ("docker",),
        Found(
            EVIL, (row,), (row,), (row,), (row,), (TableRow(EVIL, ((EVIL, "text"),)),),
            (StageRow(EVIL, EVIL, (EVIL,), PLACE),), (row,), (row,), (row,), (row,),
            (AppRow(EVIL, EVIL, PLACE),), (row,),
        ),
    )  # fmt: skip


@pytest.fixture
def plain(evil: Result) -> Result:
    """The same with harmless words."""
    evidence = (Evidence("x = 1", Place("a.py", 1)),)
    criteria = tuple(replace(c, message="told so", fix="do it", evidence=evidence, waived=None) for c in evil.criteria)
    return replace(evil, project=ProjectInfo(".", "demo"), criteria=criteria, commands=(), found=Found())
