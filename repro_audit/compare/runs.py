"""Run folders of MLflow, Sacred and Guild: which of their small files tell of the run and not of its result."""

from __future__ import annotations

import re

from . import masks
from .content import WHOLE, Content
from .model import Difference, Tolerance
from .scope import Scope
from .tally import Tally, short
from .text import compare_lines, decoded

LARGEST = 1 << 20

_RECORDS = (
    (masks.TIMESTAMPS, r"\.guild/attrs/(?:started|stopped|initialized|timestamp|exit_time)$"),
    (masks.TIMESTAMPS, r"\.guild/output\.index$"),
    (masks.DURATIONS, r"(?:^|/)catboost_info/(?:.*/)?time_left\.tsv$"),
    (masks.IDS, r"\.guild/attrs/(?:id|run_id|comp_id)$"),
    (masks.IDS, r"(?:^|/)tags/mlflow\.(?:runName|parentRunId|rootRunId|loggedArtifacts|log-model\.history)$"),
    (masks.HOSTS, r"\.guild/attrs/(?:host|user|platform)$"),
    (masks.HOSTS, r"(?:^|/)tags/mlflow\.user$"),
    (masks.PROCESSES, r"\.guild/(?:proc|LOCK)|(?:^|/)[\w.-]+\.pid$"),
)
_CAPTURED = re.compile(r"(?:^|/)\d+/cout\.txt$")  # Sacred's copy of what the run said
_COMPILED = [(kind, re.compile(pattern)) for kind, pattern in _RECORDS]


def record_kind(name: str, other: str) -> str | None:
    """What a file of a run folder records; both names must say the same."""
    for kind, pattern in _COMPILED:
        if pattern.search(name) and pattern.search(other):
            return kind
    return None


def compare_records(first: Content, second: Content, kind: str) -> Difference | None:
    """None where the files are too large to be the short record that their names promise."""
    if max(first.size, second.size) > LARGEST:
        return None
    tally = Tally(Tolerance())
    one, two = (content.read().decode("utf-8", "backslashreplace") for content in (first, second))
    tally.masked(kind, "content", short(one), short(two))
    return tally.result("")


def is_captured(name: str, other: str) -> bool:
    return bool(_CAPTURED.search(name) and _CAPTURED.search(other))


def compare_captured(first: Content, second: Content, scope: Scope) -> Difference:
    """Sacred copies the words now and then and stops before the run does: how far a copy goes is chance, and
    lines that only one has are not compared."""
    tally = Tally(scope.tolerance)
    one, two = (decoded(content.whole(WHOLE)).split("\n") for content in (first, second))
    least = min(len(one), len(two))
    if len(one) != len(two):
        least -= 1  # the last line of the shorter may be half a line
        tally.masked("ends of the recorded words")
    compare_lines(tally, "\n".join(one[:least]), "\n".join(two[:least]))
    return tally.result("only line ends or spacing differ")
