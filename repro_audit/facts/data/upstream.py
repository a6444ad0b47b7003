"""Scripts of the project that make what the main experiment reads: their input is its input."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..commands.model import Step, StepKind
from ..program import Program, trace
from ..regex import regex
from ..sources import Sources
from .reads import Read, ReadKind

MAX_UPSTREAM = 2  # scripts that are followed
WRITES = regex(r"to_csv|to_pickle|to_parquet|to_json|dump|save|write|[\"'][wax]b?\+?[\"']")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The scripts that make what the main experiment reads and the tree lacks."""

    program: Program
    makers: frozenset[str]
    made: frozenset[str]  # names of files

    def makes(self, read: Read) -> bool:
        """By name alone, but what a maker reads itself may have the name of what it makes of it."""
        return read.path not in self.makers and read.what.rpartition("/")[2] in self.made


def upstream_program(
    sources: Sources, program: Program, reads: tuple[Read, ...], exists: frozenset[str]
) -> Upstream | None:
    """The makers of what is read and not there, followed through the code that they reach."""
    reached = {s.path for s in program.sources}
    names = {
        r.what.rpartition("/")[2]
        for r in reads
        if r.kind is ReadKind.FILE and "." in r.what and "*" not in r.what.rpartition("/")[2]
    }
    names -= exists
    if not names or program.is_whole_project:
        return None
    others = [
        p for p in (*sources.python, *sources.notebooks) if p not in reached and not re.search(r"(^|/)tests?/", p)
    ][:200]
    made = {p: found for p in others for found in [_makes(sources, p, names)] if found}
    makers = list(made)[:MAX_UPSTREAM]
    if not makers:
        return None
    kinds = {True: StepKind.NOTEBOOK, False: StepKind.PYTHON}
    at = program.steps[0].at if program.steps else reads[0].at
    steps = tuple(Step(p, (), kinds[p.endswith(".ipynb")], ".", at) for p in makers)
    return Upstream(trace(sources, steps), frozenset(makers), frozenset(n for p in makers for n in made[p]))


def _makes(sources: Sources, path: str, names: set[str]) -> frozenset[str]:
    """Those of the names that a line of the file writes; its text alone is looked at."""
    text = sources.tree.text(path) or ""
    named = [n for n in names if n in text]
    lines = text.split("\n") if named else []
    return frozenset(n for n in named if any(n in line and WRITES.search(line[:2000]) for line in lines))
