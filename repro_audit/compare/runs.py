"""Run folders of MLflow, Sacred and Guild: which of their small files tell of the run and not of its result."""

from __future__ import annotations

import re
from collections import Counter

from . import masks
from .content import WHOLE, Content
from .model import Difference, Tolerance
from .scope import Scope
from .tally import Tally, short
from .text import compare_lines, decoded

LARGEST = 1 << 20
OWN_LOGS = "logs that a tracker keeps of itself"
AIM = "stores of Aim, whose content is compared as Aim tells it,"

_RECORDS = (
    (masks.TIMESTAMPS, r"\.guild/attrs/(?:started|stopped|initialized|timestamp|exit_time)$"),
    (masks.TIMESTAMPS, r"\.guild/output\.index$"),
    (masks.DURATIONS, r"(?:^|/)catboost_info/(?:.*/)?time_left\.tsv$"),
    (masks.IDS, r"\.guild/attrs/(?:id|run_id|comp_id)$"),
    (masks.IDS, r"(?:^|/)tags/mlflow\.(?:runName|parentRunId|rootRunId|loggedArtifacts|log-model\.history)$"),
    (masks.IDS, r"(?:^|/)\.snakemake/metadata/[\w=-]+$"),  # how a file was made; the file itself is compared
    (masks.IDS, r"(?:^|/)\.metaflow/(?:[^/]+/)+_meta/[^/]+\.json$"),  # the digests of artifacts stand elsewhere
    (masks.HOSTS, r"\.guild/attrs/(?:host|user|platform)$"),
    (masks.HOSTS, r"(?:^|/)tags/mlflow\.user$"),
    (masks.HOSTS, r"(?:^|/)wandb/[^/]*run-[^/]+/files/wandb-metadata\.json$"),
    (OWN_LOGS, r"(?:^|/)wandb/(?:[^/]*run-[^/]+/logs/|debug)[^/]+\.log$"),
    (AIM, r"(?:^|/)\.aim/(?!repro-audit/)"),
    (masks.PROCESSES, r"\.guild/(?:proc|LOCK)|(?:^|/)[\w.-]+\.pid$"),
)
# What a system writes down of how a run was asked for, which changes with every parameter and is no result.
_ASKED = re.compile(
    r"(?:^|/)\.guild/attrs/[^/]+$|(?:^|/)\.hydra/(?:config|overrides|hydra)\.yaml$|(?:^|/)mlruns/.+/params/[^/]+$|"
    r"(?:^|/)\d+/config\.json$|(?:^|/)wandb/[^/]*run-[^/]+/files/(?:config\.yaml|wandb-metadata\.json)$|"
    r"(?:^|/)\.aim/repro-audit/\d+/run\.json$"
)
# A number that a system draws anew for each run, notes beside it, and uses for none of what the run does itself.
_DRAWN = re.compile(r"(?:^|/)\.guild/attrs/random_seed$")
_CAPTURED = re.compile(r"(?:^|/)(?:\d+/cout\.txt|\.guild/output)$")  # Sacred's and Guild's copy of what the run said
_PIECES = re.compile(r"\d[\d.]*|\S")
_COMPILED = [(kind, re.compile(pattern)) for kind, pattern in _RECORDS]


def record_kind(name: str, other: str) -> str | None:
    """What a file of a run folder records; both names must say the same."""
    for kind, pattern in _COMPILED:
        if pattern.search(name) and pattern.search(other):
            return kind
    return None


def is_asked(name: str) -> bool:
    """Whether a file of a run folder tells how the run was asked for."""
    return _ASKED.search(name) is not None


def is_drawn(name: str) -> bool:
    """Whether a file of a run folder keeps a number that the system drew for the run, as Guild does for its trials."""
    return _DRAWN.search(name) is not None


def compare_records(first: Content, second: Content, kind: str) -> Difference | None:
    """None where the files are too large to be the short record that their names promise."""
    if max(first.size, second.size) > LARGEST and kind not in (OWN_LOGS, AIM):
        return None
    tally = Tally(Tolerance())
    one, two = (content.read(0, LARGEST).decode("utf-8", "backslashreplace") for content in (first, second))
    tally.masked(kind, "content", short(one), short(two))
    return tally.result("")


def is_captured(name: str, other: str) -> bool:
    return bool(_CAPTURED.search(name) and _CAPTURED.search(other))


def compare_captured(first: Content, second: Content, scope: Scope) -> Difference:
    """Sacred copies the words now and then and stops before the run does: how far a copy goes is chance, and
    lines that only one has are not compared. Output and errors are copied by two processes, so that it is
    chance as well which of two lines comes first: lines that both have are not compared, wherever they stand."""
    tally = Tally(scope.tolerance)
    whole = [decoded(content.whole(WHOLE)) for content in (first, second)]
    one, two = (text.split("\n") for text in whole)
    if one == two or is_interleaved(*whole):
        tally.masked("the order in which words and errors were recorded")
        return tally.result("")
    if len(one) != len(two):
        del min(one, two, key=len)[-1]  # the last line of the shorter may be half a line
        tally.masked("ends of the recorded words")
    common = Counter(one) & Counter(two)
    left, right = (_without(lines, common) for lines in (one, two))
    least = min(len(left), len(right))
    compare_lines(tally, "\n".join(left[:least]), "\n".join(right[:least]))
    return tally.result("only line ends or spacing differ")


def is_interleaved(one: str, two: str) -> bool:
    """Whether both consist of the same numbers and signs: two streams that came together in another order."""
    return Counter(_PIECES.findall(one)) == Counter(_PIECES.findall(two))


def _without(lines: list[str], common: Counter[str]) -> list[str]:
    """The lines but the common ones, each as often as it is common."""
    spare, left = Counter(common), []
    for line in lines:
        if spare[line]:
            spare[line] -= 1
        else:
            left.append(line)
    return left
