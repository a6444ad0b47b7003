"""Files that a page says to run one after the other, in the order of the numbers in their names."""

from __future__ import annotations

import re
from collections import defaultdict

from ...model import Place
from ..documents.model import Block, BlockKind
from ..regex import regex
from .ground import Choice, Ground
from .model import Origin
from .stated import RUN_WORD, run_file

MAX_FILES = 40
IN_ORDER = regex(
    r"\bin (?:\w+ ){0,3}(?:order|sequence)\b(?! (?:to|that|for)\b)|\bsequentially\b"
    r"|\bone (?:by|after) (?:one|another|the other)\b|按顺序|依次|順番"
    r"|\ben orden\b|\bdans l.ordre\b|\bder Reihe nach\b",
    re.IGNORECASE,
)
FILES = regex(r"\.ipynb|\.py\b|\.R\b|notebook|script|\bfiles?\b|\bsteps?\b|\bcodes?\b", re.IGNORECASE)
NUMBER = regex(r"^(\d{1,3})[a-z]?[-_. ]")


def in_order(ground: Ground) -> Choice | None:
    """All of them, where a sentence of the root's pages says so."""
    for document in (d for d in ground.pages if d.path in ground.root_pages):
        for block in document.blocks:
            if _says_so(block):
                paths = _numbered(ground, block.text)
                at = Place(block.at.path, block.at.line)
                commands = tuple(run_file(p, at, Origin.README) for p in paths)
                why = f"chosen because {document.path} says to run them in the order of their numbers"
                return Choice(commands, why) if commands else None
    return None


def _says_so(block: Block) -> bool:
    is_prose = block.kind is not BlockKind.CODE and len(block.text) < 1_500
    return is_prose and all(p.search(block.text) for p in (IN_ORDER, FILES, RUN_WORD))


def _numbered(ground: Ground, words: str) -> list[str]:
    """The numbered files of one folder, or of its numbered folders, in their order: the most that are found."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path in ground.tree.suffixed(".py", ".ipynb", ".r"):
        folder, _, name = path.rpartition("/")
        above, _, inner = folder.rpartition("/")
        for home, numbered in ((folder, NUMBER.match(name)), (above, NUMBER.match(inner + "_"))):
            if numbered and not name.startswith("__"):
                groups[home].append((int(numbered.group(1)), path))
                break
    fits = {home: found for home, found in groups.items() if len({number for number, _ in found}) > 1}
    named = {
        h: f for h, f in fits.items() if h and re.search(rf"(?<!\w){re.escape(h.rpartition('/')[2])}(?!\w)", words)
    }
    best = max((named or fits).items(), key=lambda g: (len(g[1]), -g[0].count("/"), g[0]), default=("", []))
    return [path for _, path in sorted(best[1])][:MAX_FILES]
