"""Markdown through the templates of the package; what a template shows is escaped unless it is `Safe`."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..model import Place, Star
from ..result import Result
from ..score import next_steps
from . import escape, words
from .findings import findings

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = "repro_audit.templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Every value shown goes through `finalize`, which leaves nothing to Jinja's own escaping: that writes HTML."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: files(TEMPLATES).joinpath(name).read_text("utf-8")),
        autoescape=True, finalize=escape.escape, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {f.__name__: f for f in (escape.code, escape.cell, escape.prose, escape.prose_cell)}
    return made


def render(template: str, result: Result, base: str = "", **more: Any) -> str:
    """A template filled from a result; `base` is where its links to files begin, unless they lead to a remote."""

    def link(place: Place) -> escape.Safe:
        return escape.link(place, result.project.files or base)

    text = environment().get_template(template).render(
        result=result, project=result.project, found=result.found, stars=result.stars, Star=Star, link=link,
        words=words, steps=next_steps(result.criteria), version=__version__,
        experiments=findings(result.experiments), **more,
    )  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", text.strip("\n")) + "\n"


def summary(results: list[Result]) -> str:
    """`score --format markdown`: a section per project."""
    return "\n".join(render("score.md.j2", result) for result in results)
