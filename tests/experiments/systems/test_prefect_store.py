"""What Prefect's server kept of the runs of a flow is read from its database and the log beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from repro_audit.experiments.systems.orchestrated import patient
from repro_audit.experiments.systems.prefect_store import STORE, flow_runs
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

PATIENCE = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
TABLES = "CREATE TABLE flow (id, name); CREATE TABLE flow_run (flow_id, parameters, state_type, start_time);"


def run_of(folder: Path, rows: list[tuple[str, str]]) -> Any:
    """A run whose server was stopped before it put its log into its database."""
    file = folder / "whole.db"
    store = folder / STORE
    store.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
        connection.execute("INSERT INTO flow VALUES (1, 'pears')")
        connection.executemany("INSERT INTO flow_run VALUES (1, ?, ?, 0)", rows)
        connection.commit()
        for end in ("", "-wal"):
            Path(f"{store}{end}").write_bytes(Path(f"{file}{end}").read_bytes())
    return SimpleNamespace(folder=folder)


def test_a_run_is_read_that_is_only_in_the_log(tmp_path: Path) -> None:
    run = run_of(tmp_path, [('{"rate": 0.1, "model": {"depth": 2}}', "COMPLETED"), ("no json", "FAILED")])
    before = sorted(p.name for p in (tmp_path / STORE).parent.iterdir())
    found = {r.status: dict(r.parameters) for r in flow_runs(run)}
    assert found == {"completed": {"rate": 0.1, "model.depth": 2}, "failed": {}}
    assert sorted(p.name for p in (tmp_path / STORE).parent.iterdir()) == before


def test_what_is_no_database_holds_no_runs(tmp_path: Path) -> None:
    assert list(flow_runs(SimpleNamespace(folder=tmp_path))) == []  # type: ignore[arg-type]
    (tmp_path / STORE).parent.mkdir(parents=True)
    (tmp_path / STORE).write_bytes(b"SQLite format 3\0 and no more")
    assert list(flow_runs(SimpleNamespace(folder=tmp_path))) == []  # type: ignore[arg-type]


def test_a_server_gets_more_time_to_come_up_than_prefect_gives_it(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("    python flow.py\n")
    (tmp_path / "flow.py").write_text("from prefect import flow\n\n\n@flow\ndef pears():\n    pass\n\n\npears()\n")
    project, job = Project(tmp_path), Job(("python", "flow.py"))
    given = patient(project, job)
    assert given.argv == job.argv and int(given.variables[PATIENCE]) > 20
    wished = Job(job.argv, variables={PATIENCE: "60"})
    assert patient(project, wished) == wished
    (tmp_path / "flow.py").write_text("print('pears')\n")
    assert patient(Project(tmp_path), job) == job
