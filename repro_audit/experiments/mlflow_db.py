"""The runs that MLflow keeps in a SQLite database, as MLflow 3 does where nothing else is told.

The database comes from a run: rows are bounded, as are its size and the time that it is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .database import asked

ENDINGS = (".db", ".sqlite", ".sqlite3")
MOST_RUNS, MOST_ROWS = 50, 5000
RUNS = """
    SELECT run_uuid, status FROM runs WHERE lifecycle_stage = 'active' ORDER BY start_time, run_uuid LIMIT ?
"""
PARAMS = "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key LIMIT ?"
METRICS = "SELECT key, value FROM latest_metrics WHERE run_uuid = ? AND NOT is_nan ORDER BY key LIMIT ?"


@dataclass(frozen=True, slots=True)
class DatabaseRun:
    """One run as the database has it; of a series of a metric, the last value."""

    id: str
    status: str
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]


def is_database(path: str) -> bool:
    """Whether a file's name promises a SQLite database."""
    return path.lower().endswith(ENDINGS)


def runs_in(file: Path) -> tuple[DatabaseRun, ...]:
    """Its runs in the order of their start; none of a file that is no database of MLflow's."""
    return asked(file, _runs)


def _runs(connection: sqlite3.Connection) -> Iterator[DatabaseRun]:
    for id, status in connection.execute(RUNS, (MOST_RUNS,)).fetchall():
        given = connection.execute(PARAMS, (id, MOST_ROWS))
        logged = connection.execute(METRICS, (id, MOST_ROWS))
        yield DatabaseRun(
            str(id), str(status).lower(), {str(k): str(v) for k, v in given},
            {str(k): float(v) for k, v in logged if isinstance(v, (int, float))},
        )  # fmt: skip


def named_metrics(runs: tuple[DatabaseRun, ...]) -> Iterator[tuple[str, float]]:
    """Of several runs, each with the number of its run."""
    for number, run in enumerate(runs, 1):
        for name, value in run.metrics.items():
            yield (name if len(runs) == 1 else f"{name} [run {number}]"), value
