"""What two runs left, compared, and the worst of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from ..compare.folders import compare
from ..compare.model import Difference, Likeness, Tolerances
from ..compare.runs import is_drawn, is_interleaved
from ..sandbox.model import Run
from .model import Outcome, Output

# The last holds the database of Prefect's own server.
CACHES = tuple(f".{name}/" for name in "cache config local ipython jupyter nv keras matplotlib triton prefect".split())
STEPS = re.compile(r"\.config/zenml/local_stores/[0-9a-f-]{36}/[^/]+/[^/]+/[0-9a-f-]{36}/")  # what ZenML's steps made
SAID = "standard output"
HANDED_ON = {"/cout.txt": "Sacred", "/.guild/output": "Guild"}  # the files in which they keep what was said
PLACES = 20  # of one output
LAST_WORDS = 4 * 1024 * 1024  # bytes of a log


def compare_runs(first: Run, second: Run, tolerances: Tolerances) -> tuple[Output, ...]:
    """What both runs left in the project and at home, and what they said; caches are no results."""
    found = [*_compared(first.folder / "project", second.folder / "project", "", tolerances)]
    at_home = _compared(first.folder / "home", second.folder / "home", "~/", tolerances)
    found += [o for o in at_home if not is_cache(o.path[2:])]
    said = _compared(first.log, second.log, "", tolerances)
    found += [_by_chance(replace(o, path=SAID), first, second) for o in said]
    return tuple(found)


def is_cache(path: str) -> bool:
    """Whether a file of the home folder, by its path below it, is no result of the run."""
    return path.startswith(CACHES) and not STEPS.match(path)


def _by_chance(said: Output, first: Run, second: Run) -> Output:
    """Where Sacred or Guild records a run, it hands words and errors on one beside the other: which of them comes
    first is chance, and none of the project's doing."""
    recorder = next((name for end, name in HANDED_ON.items() if any(p.endswith(end) for p in first.changed)), None)
    if Likeness(said.verdict).is_same or recorder is None:
        return said
    one, two = (run.log.read_bytes()[-LAST_WORDS:].decode("utf-8", "replace") for run in (first, second))
    if not is_interleaved(one, two):
        return said
    return replace(
        said,
        verdict=Likeness.EQUIVALENT.value,
        why=f"only the order in which {recorder} handed it on differs",
        places=(),
    )


def wanted_only(outputs: tuple[Output, ...], globs: tuple[str, ...]) -> tuple[Output, ...]:
    """The outputs that the settings name; all of them where they name none."""
    if not globs:
        return outputs
    return tuple(o for o in outputs if any(fnmatchcase(o.path, g) for g in globs))


def unlike(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """The results that differ in meaning; what a system draws for each run and notes beside it is none."""
    return tuple(o for o in outputs if not Likeness(o.verdict).is_same and not is_drawn(o.path))


def outcome_of(outputs: tuple[Output, ...]) -> Outcome:
    """The worst of all outputs."""
    verdicts = {Likeness(o.verdict) for o in outputs}
    if not all(v.is_same for v in verdicts):
        return Outcome.DIFFERS
    return Outcome.SAME if verdicts <= {Likeness.IDENTICAL} else Outcome.EQUIVALENT


def _compared(first: Path, second: Path, prefix: str, tolerances: Tolerances) -> list[Output]:
    tree = compare(first, second, tolerances)
    return [told(prefix + path, node) for path, node in tree.files()]


def told(path: str, node: Difference) -> Output:
    """A compared file as the result tells of it."""
    return Output(path, node.likeness.value, node.why, node.remarks, tuple(islice(_places(node), PLACES)))


def _places(node: Difference, above: str = "") -> Iterator[tuple[str, str]]:
    """The places in a file that differ, the deepest ones that say how."""
    for part in sorted(node.details, key=lambda d: d.likeness.is_same):
        if part.likeness.is_same:
            return
        where = f"{above} › {part.name}" if above else part.name
        if part.details:
            yield from _places(part, where)
        else:
            yield where, part.why or part.likeness.sentence
