"""A result as a notebook shows it: the stars, the criteria, and what to do next."""

from __future__ import annotations

from ...result import Result
from ...score import next_steps
from ..words import answer_words, mark, rank_words, stars
from .page import environment

STEPS = 5


def cell(result: Result) -> str:
    """A piece of HTML in which every text of the project is escaped; it loads nothing and runs nothing."""
    return (
        environment()
        .get_template("cell.html.j2")
        .render(
            result=result, signs=stars(result), headline=rank_words(result), mark=mark, answer=answer_words,
            steps=next_steps(result.criteria)[:STEPS],
        )
    )  # fmt: skip
