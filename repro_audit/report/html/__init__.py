"""`score --format html`: one file that opens anywhere, needs no network, and is read without a script.

page.py         templates, escaping, and the policy that the browser holds the page to
project.py      a result as the templates take it
experiments.py  an experiment with what can be looked at
sources.py      lines of the project and files of the evidence, read with care
textdiff.py     two texts side by side; curves.py, pictures.py and tree.py likewise
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from ...result import Result
from ..told import sound
from .page import page
from .pictures import Room
from .project import project_view
from .sources import Sources

__all__ = ["Sources", "render"]


def render(results: Sequence[Result], sources: Sequence[Sources] = ()) -> str:
    """The page of one project, or of several below each other; `sources` are theirs, in the same order."""
    room = Room()
    pairs = zip_longest(results, sources[: len(results)], fillvalue=None)
    views = [
        project_view(
            replace(result, experiments=tuple(sound(e) for e in result.experiments)),
            f"p{number}",
            replace(where or Sources(), kept=result.excerpts),
            room,
        )
        for number, (result, where) in enumerate(pairs, 1)
        if result is not None
    ]
    return page(projects=views)
