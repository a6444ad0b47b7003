"""The runs in the database of Prefect's own server, which a flow that is started as a script leaves in its home folder.

The server is stopped in haste, so that most of it is still in the log beside the database: a copy is put together.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ...sandbox.model import Run
from ..database import asked
from ..logged import LARGEST
from .model import Record, flat

STORE = "home/.prefect/prefect.db"
SECONDS = 5.0  # of patience with the log
FLOW_RUNS = (
    "SELECT f.name, r.parameters, r.state_type FROM flow_run r JOIN flow f ON f.id = r.flow_id "
    "ORDER BY f.name, r.start_time LIMIT 50"
)


def flow_runs(run: Run) -> Iterator[Record]:
    """Each run of a flow, with the parameters that it was given. Its tasks are noted late, if at all."""
    for name, parameters, state in _rows(run.folder / STORE):
        yield Record(f"flow {name[:100]}", state.lower()[:20], _parameters(parameters))


def _parameters(text: str) -> dict[str, object]:
    try:
        return dict(flat(json.loads(text)))
    except (ValueError, RecursionError):
        return {}


def _rows(file: Path) -> tuple[tuple[str, str, str], ...]:
    try:
        with tempfile.TemporaryDirectory(prefix="repro-audit-prefect-") as folder:
            copy = Path(folder, "prefect.db")
            for end in ("", "-wal"):
                _copy(Path(f"{file}{end}"), Path(f"{copy}{end}"))
            with closing(sqlite3.connect(copy, timeout=SECONDS)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return asked(copy, lambda c: [(str(n), str(p), str(s)) for n, p, s in c.execute(FLOW_RUNS)], 2 * LARGEST)
    except (OSError, sqlite3.Error):
        return ()


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink() or not source.is_file():
        return
    if source.stat().st_size > LARGEST:
        raise OSError("too large to be looked at")
    shutil.copyfile(source, target)
