"""What the page shows beyond the result: lines of the project, and files that runs left in the evidence.

Both are read without following a link out of their folder. Of the project only files that belong to it are
shown: a place may come out of a run, and must not put a `.env` that nobody committed into a published report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import ReproAuditError
from ...facts.files import MAX_TEXT, Tree
from ...model import Place
from ...project import Project
from ...result import Line, Result
from ...text import clean
from .. import told

AROUND = 2  # lines before and after
EXCERPTS = 3  # places of a criterion that are shown with their lines
LONGEST = 240  # characters of a line


@dataclass(frozen=True)
class Sources:
    """Where to look; without a folder there is nothing to show."""

    project: Tree | None = None
    evidence: Tree | None = None
    label: str = ".repro-audit"  # how the evidence is called on the page
    kept: Mapping[Place, tuple[Line, ...]] = field(default_factory=dict)  # lines of a project that is gone

    @classmethod
    def of(cls, folder: Path | None, evidence: Path | None) -> Sources:
        """The project in `folder` (None for a clone that is gone) and the evidence of its runs."""
        tree = Project(folder).files if folder is not None and folder.is_dir() else None
        kept = evidence is not None and (evidence / "runs").is_dir()
        if evidence is None or not kept or evidence.is_symlink() or (evidence / "runs").is_symlink():
            return cls(tree)
        return cls(tree, Tree(evidence), evidence.name)

    def excerpt(self, place: Place | None) -> tuple[Line, ...]:
        """The line with its neighbours; empty where there is none to be shown."""
        if place is None or place.line is None:
            return ()
        if self.project is None or not _has(self.project, place.path):
            return self.kept.get(place, ())
        lines = self.project.lines(place.path)
        if not 1 <= place.line <= len(lines):
            return ()
        first = max(place.line - 1 - AROUND, 0)
        shown = lines[first : place.line + AROUND]
        while shown and not shown[-1].strip() and first + len(shown) > place.line:
            shown.pop()
        return tuple(Line(n, cut(text), n == place.line) for n, text in enumerate(shown, first + 1))

    def output(self, run: str, path: str, limit: int = MAX_TEXT) -> bytes | None:
        """The first `limit` bytes of what a run left; None where it was not kept or is no regular file."""
        return self._read(self.stored(run, path), limit)

    def recorded(self, path: str, limit: int = MAX_TEXT) -> bytes | None:
        """The same by the path that a result gives, which begins with the evidence's own folder."""
        return self._read(path.partition("/")[2], limit)

    def _read(self, name: str, limit: int) -> bytes | None:
        if self.evidence is None or ".." in name.split("/"):
            return None
        return self.evidence.open_bytes(name, limit)

    @staticmethod
    def stored(run: str, path: str) -> str:
        """Where the evidence has an output of the result."""
        special: Mapping[str, str] = {"standard output": "log.txt"}
        inside = special.get(path) or (f"home/{path[2:]}" if path.startswith("~/") else f"project/{path}")
        return f"runs/{run}/{inside}"


def excerpts(result: Result, folder: Path) -> dict[Place, tuple[Line, ...]]:
    """The lines that a page of this result would show, taken while the project is still there."""
    sources = Sources.of(folder, None)
    places = [e.at for c in result.criteria for e in c.evidence[:EXCERPTS]]
    for experiment in result.experiments:
        failure = experiment.get("failure")
        blamed = [*told.parts(experiment, "causes"), *([failure] if isinstance(failure, Mapping) else [])]
        places += [told.place(one) for one in blamed]
    return {place: lines for place in places if place and (lines := sources.excerpt(place))}


def _has(tree: Tree, path: str) -> bool:
    """Whether it is a file of the project; no report fails because a listing does."""
    try:
        return path in tree
    except ReproAuditError:
        return False


def cut(text: str, longest: int = LONGEST) -> str:
    """A line without what no page should show, its indentation kept."""
    head = clean(text[: longest + 1].expandtabs(4)).replace("\n", "\\n")
    return head if len(text) <= longest else head[:longest] + "…"
