"""Committed figures beside those of the same name that a run made elsewhere: what a page shows, and what came out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath

from ..compare.folders import compare
from ..compare.model import Difference, Likeness, Tolerances
from ..model import Place
from ..project import Project
from ..sandbox.model import Run
from .bench import Bench

ENDINGS = (".png", ".jpg", ".jpeg", ".svg", ".pdf", ".gif")
PAGES = (".md", ".rst", ".ipynb")
FOLDERS = frozenset("docs doc figures figs fig plots images img imgs assets results reports media".split())
SHOWN = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?([^)\s>]+)|<img\b[^>\n]*\bsrc\s*=\s*[\"']([^\"'\n]+)|^\.\. (?:image|figure)::\s*(\S+)",
    re.MULTILINE,
)
PIXELS = re.compile(r"(\d+) of (\d+) pixels differ")
MOST = 100  # figures
FEW = 0.02  # share of the pixels in which two figures may differ and be close: another version draws letters anew


@dataclass(frozen=True, slots=True)
class Figure:
    """A committed figure, where it is shown, and what the run made under its name."""

    path: str
    at: Place
    made: str
    node: Difference


def claimed_figures(bench: Bench, project: Project, first: Run, tolerances: Tolerances) -> Iterator[Figure]:
    """Those that the run did not write itself; a name that the run gave to several figures tells nothing."""
    made = _made(first)
    shown = dict(_shown(project))
    candidates = [
        p for p in bench.snapshot.paths if p.lower().endswith(ENDINGS) and f"project/{p}" not in first.changed
    ]
    for path in sorted(p for p in candidates if p in shown or FOLDERS & set(p.lower().split("/")[:-1]))[:MOST]:
        found = made.get(path.rpartition("/")[2].lower(), ())
        committed = bench.snapshot.root / path
        if len(found) != 1 or committed.is_symlink() or (first.folder / found[0]).is_symlink():
            continue
        node = compare(committed, first.folder / found[0], tolerances)
        if not any(r.startswith("install ") for r in node.remarks):
            yield Figure(path, shown.get(path, Place(path)), found[0].removeprefix("project/"), node)


def is_close(node: Difference) -> bool:
    """Whether two pictures differ in few of their pixels."""
    found = PIXELS.search(node.why)
    return node.likeness is Likeness.DIFFERENT and bool(found) and int(found[1]) <= FEW * int(found[2])  # type: ignore[index]


def _made(run: Run) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for path in run.changed:
        if path.startswith("project/") and path.lower().endswith(ENDINGS):
            found[path.rpartition("/")[2].lower()] += (path,)
    return found


def _shown(project: Project) -> Iterator[tuple[str, Place]]:
    """Committed figures that a page shows, each with the first line that does; later ones are listed first."""
    lines = []
    for document in project.documents.all:
        if not document.path.endswith(PAGES):
            continue
        folder = document.path.rpartition("/")[0]
        for number, line in enumerate(project.files.lines(document.path), 1):
            for groups in SHOWN.findall(line[:5000]) if "." in line else ():
                target = next(g for g in groups if g).partition("?")[0].partition("#")[0]
                lines.append((normpath(f"{folder}/{target}".lstrip("/")), Place(document.path, number)))
    yield from reversed([(path, at) for path, at in lines if path in project.files])
