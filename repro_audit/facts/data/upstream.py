"""Scripts of the project that make what the main experiment reads: their input is its input."""

from __future__ import annotations

import re

from ..commands.model import Step, StepKind
from ..program import Program, trace
from ..sources import Sources
from .reads import Read, ReadKind

MAX_UPSTREAM = 2  # scripts that are followed
WRITES = re.compile(r"to_csv|to_pickle|to_parquet|to_json|dump|save|write|[\"'][wax]b?\+?[\"']")


def upstream_program(
    sources: Sources, program: Program, reads: tuple[Read, ...], exists: frozenset[str]
) -> Program | None:
    """The program of the scripts that write files which the main experiment reads and the tree lacks."""
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
    makers = [p for p in others if _makes(sources, p, names)][:MAX_UPSTREAM]
    if not makers:
        return None
    kinds = {True: StepKind.NOTEBOOK, False: StepKind.PYTHON}
    at = program.steps[0].at if program.steps else reads[0].at
    return trace(sources, tuple(Step(p, (), kinds[p.endswith(".ipynb")], ".", at) for p in makers))


def _makes(sources: Sources, path: str, names: set[str]) -> bool:
    """Whether a line of the file writes one of these names; its text alone is looked at."""
    text = sources.tree.text(path) or ""
    found = [n for n in sorted(names) if n in text]
    return any(WRITES.search(line) for n in found for line in text.split("\n") if n in line)
