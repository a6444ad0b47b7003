"""Does the first run give what the repository says came out?

Claims are committed files that a run writes anew, hashes of outputs in `dvc.lock`, outputs of executed
notebooks, figures that pages show, and numbers that the README states beside a metric's name. None of it
changes a star: the environment may be another than the author's, and that is told with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Any

from ..compare.folders import compare
from ..compare.model import Likeness, Tolerances
from ..facts.results import Stated, stated_numbers
from ..facts.yamls import read_yaml
from ..model import Place
from ..project import Project
from ..sandbox.model import Run
from ..text import count
from .bench import Bench
from .figures import ENDINGS as FIGURES
from .figures import claimed_figures, is_close
from .metrics import Measured, measured
from .model import Experiment, Kind, Outcome
from .outputs import unlike
from .repeat import Repeated

CLOSE = 0.05  # relative: the same result for most readers, but not the number that is stated
COMMITTED = "as committed"  # what is stated of an output by having it in the repository
MOST_FILES = 200
_WORD = re.compile(r"[a-z0-9]+")
RESULT_FOLDERS = (
    "results", "result", "outputs", "output", "figures", "figs", "plots", "metrics", "reports", "predictions",
)  # fmt: skip
RESULT_WORDS = ("metric", "result", "score", "prediction", "evaluation")
RESULT_ENDINGS = (".json", ".csv", ".tsv", ".yaml", ".yml", ".png", ".svg", ".pdf", ".npy", ".npz", ".parquet")


class Verdict(Enum):
    """What became of a claim."""

    REPRODUCED = "reproduced"
    CLOSE = "close"
    NOT_REPRODUCED = "not reproduced"
    NOT_PRODUCED = "not produced by this run"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the repository says, what the run gave, and both places."""

    what: str
    verdict: Verdict
    stated: str
    found: str
    at: Place
    found_at: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "what": self.what, "verdict": self.verdict.value, "stated": self.stated, "found": self.found,
            "path": self.at.path, "line": self.at.line, "found_at": self.found_at,
        }  # fmt: skip


def claims(bench: Bench, project: Project, repeated: Repeated, tolerances: Tolerances) -> tuple[Experiment, ...]:
    """Compare what the repository states with the first of the two equal runs; nothing where it states nothing."""
    first = repeated.runs[0]
    values = measured(first)
    unsteady = {o.path for o in unlike(repeated.experiment.outputs)}
    found = [
        *(number_claim(s, values) for s in stated_numbers(project.documents)),
        *_locked(project, first),
        *_rewritten(bench, first, tolerances),
        *_figures(bench, project, first, tolerances),
        *(_compared(o.path, o.verdict, o.why) for o in repeated.experiment.committed),
        *_left(bench, first),
    ]
    if not found:
        return ()
    told = [_with_chance(c, unsteady) for c in found]
    return (
        Experiment(
            "claims", Kind.CLAIMS, bench.sandbox.name, outcome_of(told), sentence(told),
            details={"claims": [c.to_dict() for c in told]},
        ),
    )  # fmt: skip


def _with_chance(claim: Claim, unsteady: Collection[str]) -> Claim:
    """Where two equal runs differ themselves, that a third one is not met says little."""
    output = claim.found_at.partition(":")[0]
    if claim.verdict is not Verdict.NOT_REPRODUCED or output not in unsteady:
        return claim
    return replace(claim, found=f"{claim.found} (two equal runs differ there as well)")


def outcome_of(claims: Sequence[Claim]) -> Outcome:
    verdicts = {c.verdict for c in claims}
    if Verdict.NOT_REPRODUCED in verdicts:
        return Outcome.DIFFERS
    if Verdict.CLOSE in verdicts:
        return Outcome.EQUIVALENT
    return Outcome.SAME if Verdict.REPRODUCED in verdicts else Outcome.INCONCLUSIVE


def sentence(claims: Sequence[Claim]) -> str:
    """How many of each, and the first that is not reproduced with both values."""
    by_verdict = {v: [c for c in claims if c.verdict is v] for v in Verdict}
    told = ", ".join(f"{len(found)} {v.value}" for v, found in by_verdict.items() if found)
    wrong = by_verdict[Verdict.NOT_REPRODUCED]
    return f"of {count(len(claims), 'stated result')} {told}{f'; {_against(wrong[0])}' if wrong else ''}"


def _against(claim: Claim) -> str:
    """What is stated beside what came out; of a committed output, where the two are unlike."""
    if claim.stated == COMMITTED:
        return f"{claim.what} as it is committed and as this run made it: {claim.found}"
    return f"{claim.at} says {claim.what} {claim.stated}, this run gave {claim.found}"


def number_claim(stated: Stated, found: Iterable[Measured]) -> Claim:
    """Any value of the run that fits the name may be the one that is meant; a number is called wrong only
    where a single value fits and the name leaves nothing open: a table tells of many runs.
    """
    fitting = [m for m in found if stated.metric.fits(m.metric)]
    of_row = [m for m in fitting if is_of_row(m, stated.row)] if stated.row else []
    fitting = of_row or fitting
    what, text = stated.metric.name, f"{stated.value:g}{'%' if stated.is_percent else ''}"
    right = next((m for m in fitting if stated.agrees(m.value)), None)
    if right:
        return Claim(what, Verdict.REPRODUCED, text, f"{right.value:g}", stated.at, f"{right.output}: {right.where}")
    if (stated.row and not of_row) or not fitting:
        return Claim(what, Verdict.NOT_PRODUCED, text, "", stated.at)
    near = next((m for m in fitting if stated.is_close(m.value, CLOSE)), None)
    one = near or fitting[0]
    verdict = Verdict.CLOSE if near else Verdict.NOT_REPRODUCED if _are_one(fitting) else Verdict.NOT_PRODUCED
    shown = "" if verdict is Verdict.NOT_PRODUCED else f"{one.value:g}"
    return Claim(what, verdict, text, shown, stated.at, f"{one.output}: {one.where}")


def is_of_row(measured: Measured, row: str) -> bool:
    """Whether a value is told under the name of a table's row: in its file's name, its key, or its own row."""
    words = set(_WORD.findall(f"{measured.output} {measured.where}".lower()))
    wanted = _WORD.findall(row.lower())
    return bool(wanted) and any(not w.isdigit() for w in wanted) and words.issuperset(wanted)


def _are_one(found: Sequence[Measured]) -> bool:
    """Whether these are one value, told in several places with more or fewer digits."""
    values = [m.value for m in found]
    return max(values) - min(values) <= 0.01 * max(abs(v) for v in values)


def _rewritten(bench: Bench, first: Run, tolerances: Tolerances) -> Iterator[Claim]:
    """Committed files that the run wrote anew."""
    for path in sorted(_wrote(first) & set(bench.snapshot.paths))[:MOST_FILES]:
        committed, written = bench.snapshot.root / path, first.folder / "project" / path
        if committed.is_symlink() or written.is_symlink():  # a link is not followed: it may lead out of the run
            continue
        node = compare(committed, written, tolerances)
        likeness = Likeness.CLOSE if is_close(node) else node.likeness
        yield _compared(path, likeness.value, node.why)


def _figures(bench: Bench, project: Project, first: Run, tolerances: Tolerances) -> Iterator[Claim]:
    """Committed figures that a page shows, beside the ones of their name that the run made elsewhere."""
    for one in claimed_figures(bench, project, first, tolerances):
        likeness = Likeness.CLOSE if is_close(one.node) else one.node.likeness
        told = _compared(one.path, likeness.value, one.node.why)
        what = one.path if one.at.path == one.path else f"{one.path} (shown at {one.at})"
        yield replace(told, what=what, found_at=one.made)


def _left(bench: Bench, first: Run) -> Iterator[Claim]:
    """Committed results that the run did not write."""
    named = {p.rpartition("/")[2].lower() for p in _wrote(first)}
    left = (p for p in sorted(set(bench.snapshot.paths) - _wrote(first)) if is_result(p))
    left = (p for p in left if not p.lower().endswith(FIGURES) or p.rpartition("/")[2].lower() not in named)
    for path in islice(left, MOST_FILES):
        yield Claim(path, Verdict.NOT_PRODUCED, COMMITTED, "", Place(path))


def _wrote(run: Run) -> set[str]:
    return {p.removeprefix("project/") for p in run.changed if p.startswith("project/")}


def is_result(path: str) -> bool:
    """Whether a committed file looks like what a run left, by its folder or name."""
    *folders, name = path.lower().split("/")
    if not name.endswith(RESULT_ENDINGS) or {"test", "tests", "node_modules"} & set(folders):
        return False
    return any(f in RESULT_FOLDERS for f in folders) or any(w in name for w in RESULT_WORDS)


def _compared(path: str, likeness: str, why: str) -> Claim:
    verdict = {
        Likeness.IDENTICAL.value: Verdict.REPRODUCED,
        Likeness.EQUIVALENT.value: Verdict.REPRODUCED,
        Likeness.CLOSE.value: Verdict.CLOSE,
    }.get(likeness, Verdict.NOT_REPRODUCED)
    found = "the same" if verdict is Verdict.REPRODUCED else why or likeness
    return Claim(path, verdict, COMMITTED, found, Place(path), path)


def _locked(project: Project, first: Run) -> Iterator[Claim]:
    """Outputs whose hash `dvc.lock` holds, beside those that the run wrote; the files themselves are not committed."""
    for lock in project.files.named("dvc.lock"):
        folder = lock.rpartition("/")[0]
        for stage in read_yaml(project.files.text(lock)).get("stages").values.values():
            for out in stage.get("outs").items:
                path = f"{folder}/{out.get('path').text}".strip("/")
                if out.get("md5").text and path not in project.files:
                    yield _hash_claim(path, out.get("md5").text, Place(lock, out.line), first)


def _hash_claim(path: str, stated: str, at: Place, first: Run) -> Claim:
    file = first.folder / "project" / path
    if stated.endswith(".dir") or f"project/{path}" not in first.changed or file.is_symlink():
        return Claim(path, Verdict.NOT_PRODUCED, f"md5 {stated}", "", at)
    digest = hashlib.new("md5", usedforsecurity=False)
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    verdict = Verdict.REPRODUCED if digest.hexdigest() == stated else Verdict.NOT_REPRODUCED
    return Claim(path, verdict, f"md5 {stated}", f"md5 {digest.hexdigest()}", at, path)
