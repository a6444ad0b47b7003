"""`--format ro-crate` and `--format codecheck`: what an archive or a journal keeps of an audit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import UsageError
from ..result import Result, to_json
from ..text import count, one_line
from .whereabouts import Whereabouts

CRATE, CODECHECK = "ro-crate", "codecheck"
FORMATS = (CRATE, CODECHECK)


def check(format: str, output: str | None, further: Sequence[tuple[str, str]], projects: int) -> None:
    """Refuse what cannot be written, before anything is read or run."""
    wanted = [(format, output), *further]
    if projects != 1 and any(name in FORMATS for name, _ in wanted):
        raise UsageError("an archive is of one project", "Score them one by one.")
    for name, place in wanted:
        if name == CRATE:
            from ..archive import crate, pack

            pack.check_target(place)
            crate.check_available()


def check_run(format: str) -> None:
    """`run` shows what it found, and keeps it for `score` to archive."""
    if format == CRATE:
        raise UsageError("`run` writes no crate", "Afterwards: repro-audit score --format ro-crate -o audit.zip")


def write_crate(result: Result, origin: Whereabouts, output: str | None) -> None:
    """The result, its page and the evidence of its runs, as a folder or a zip file."""
    from ..archive import crate, pack
    from ..archive.kept import read_kept

    target = pack.check_target(output)
    kept = read_kept(_evidence(origin), result.experiments)
    for name in kept.altered:
        print(f"note: {one_line(name)} is no longer what its run left, so it is left out", file=sys.stderr)
    documents = {"result.json": to_json([result]), "report.html": origin.page([result])}
    made = crate.Crate(result, kept, documents)
    pack.pack(lambda folder: crate.write(made, folder), target)
    runs = f"with the evidence of {count(len(kept.runs), 'run')}" if kept.runs else "without runs: none is kept"
    print(f"wrote {one_line(str(target))}, {runs}", file=sys.stderr)


def codecheck(result: Result, origin: Whereabouts) -> str:
    """A draft of codecheck.yml."""
    from ..archive import codecheck as draft
    from ..archive.kept import read_kept

    return draft.render(result, read_kept(_evidence(origin), result.experiments))


def _evidence(origin: Whereabouts) -> Path | None:
    return origin.evidence_of(origin.targets[0]) if origin.targets else None
