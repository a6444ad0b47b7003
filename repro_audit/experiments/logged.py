"""The numbers that trackers keep of a run in files of their own: TensorBoard, Weights & Biases, MLflow, Sacred.

Each gives (name, last value). What cannot be read gives nothing: a stranger's file is never worth an error.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..compare.content import Content, Unreadable, opened
from ..compare.events import series_of
from ..compare.wandb_log import read_wandb
from .mlflow_db import is_database, named_metrics, runs_in

LARGEST = 64 * 1024 * 1024  # bytes of a log that is read
MLFLOW = re.compile(r"(?:^|/)mlruns/(?:[^/]+/){2}metrics/(.+)$")
Named = Iterator[tuple[str, float]]


def is_log(output: str) -> bool:
    """Whether a file's name says that a tracker keeps numbers in it."""
    name = output.rpartition("/")[2]
    is_named = ".tfevents." in name or name.endswith(".wandb") or is_database(name)
    return is_named or MLFLOW.search(output) is not None


def in_log(file: Path, output: str) -> dict[str, float]:
    """The last value of each name."""
    found = MLFLOW.search(output)
    if is_database(output):
        return dict(named_metrics(runs_in(file)))
    try:
        with opened(file, output) as content:
            if content.size > LARGEST:
                return {}
            if found:
                value = last_logged(content.whole().decode("utf-8", "replace"))
                return {} if value is None else {found.group(1): value}
            return dict(_wandb(content) if output.endswith(".wandb") else _events(content))
    except (OSError, ValueError, RecursionError, struct.error, Unreadable):
        return {}


def _events(content: Content) -> Named:
    for tag, series in series_of(content).items():
        numbers = [value for _, value in series if isinstance(value, float)]
        if numbers:
            yield tag, numbers[-1]


def last_logged(text: str) -> float | None:
    """The value of the last line of an MLflow metric file: time, value, step."""
    lines = [line.split() for line in text.strip().splitlines()]
    try:
        return float(lines[-1][1]) if lines and len(lines[-1]) >= 2 else None
    except ValueError:
        return None


def sacred_metrics(value: Any) -> Named | None:
    """The last of each series of Sacred's metrics.json; None for any other document."""
    if not isinstance(value, dict) or not value:
        return None
    if not all(isinstance(s, dict) and isinstance(s.get("values"), list) and "steps" in s for s in value.values()):
        return None
    last = ((str(name), as_float(s["values"][-1])) for name, s in value.items() if s["values"])
    return ((name, number) for name, number in last if number is not None)


def _wandb(content: Content) -> Named:
    """An offline run keeps nothing but this log until it is synced; the summary is what counts in the end."""
    run = read_wandb(content)
    last = {**{name: series[-1] for name, series in run.history.items()}, **run.summary}
    for name, value in last.items():
        number = as_float(value)
        if number is not None:
            yield name, number


def as_float(value: Any) -> float | None:
    """None for what is no number, and for a whole one that is larger than any float."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
