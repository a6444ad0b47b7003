"""Run folders of MLflow, Sacred and Guild: which of their small files tell of the run and not of its result."""

from __future__ import annotations

import re

from . import masks
from .content import Content
from .model import Difference, Tolerance
from .tally import Tally, short

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
