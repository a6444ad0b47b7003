"""Where a script or notebook starts its work: the line to open of a file that is run as a whole."""

from __future__ import annotations

import re

from ...model import Place
from ..files import Tree
from ..regex import regex

MAX_TEXT = 400_000
# Of the first kind that is there, the first line.
STARTS = tuple(
    regex(pattern, re.MULTILINE)
    for pattern in (
        r"^if\s+__name__\s*==",
        r"^@(?:hydra\.main|click\.command|ex\.(?:auto)?main)|^[^#\n]{0,40}\b(?:tf\.app|app)\.run\(",
        r"^(?:main|train|run)\(|^[^#\n]{0,80}(?:\.fit|fit_generator|\.backward)\(",
        r'^ *"(?:import|from) ',  # the code of a notebook
        r"^(?![#%/\"'{])\S",  # no comment, no docstring, no part of a notebook's frame
    )
)


def start_of(files: Tree, path: str) -> Place:
    """The line that a reader is shown; the first where no line stands out."""
    text = (files.text(path) or "")[:MAX_TEXT]
    for pattern in STARTS:
        found = pattern.search(text)
        if found:
            return Place(path, text.count("\n", 0, found.start()) + 1)
    return Place(path, 1)
