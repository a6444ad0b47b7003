"""What trackers keep of a run, in files, databases and logs of their own; nothing is run."""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from repro_audit.experiments import database as databases
from repro_audit.experiments import mlflow_db
from repro_audit.experiments.logged import in_log, sacred_metrics
from repro_audit.experiments.metrics import in_file
from repro_audit.experiments.systems.aim import BEHIND, Aim, read_behind
from repro_audit.experiments.systems.mlflow_store import in_database, in_files
from repro_audit.experiments.systems.trackers import Wandb
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

from .written import run_of


def test_a_file_store_of_mlflow_is_read(tmp_path: Path) -> None:
    base = "project/mlruns/0/ab"
    files = {
        "project/mlruns/0/meta.yaml": "experiment_id: 0\n",
        f"{base}/meta.yaml": "run_id: ab\nstatus: 3\n",
        f"{base}/metrics/mae": "1 0.5 0\n2 0.25 1\n",
        f"{base}/params/rate": "0.1",
        f"{base}/artifacts/model/MLmodel": "flavors: {}\n",
    }
    (record,) = in_files(run_of(tmp_path, files))
    assert (record.folder, record.status, record.parameters) == ("mlruns/0/ab", "finished", {"rate": 0.1})
    assert (record.metrics, record.artifacts) == ({"mae": 0.25}, ("model/MLmodel",))
    measured = list(in_file(tmp_path / base / "metrics/mae", f"{base}/metrics/mae"))
    assert [(m.where, m.value) for m in measured] == [("mae", 0.25)]


def database(path: Path, statements: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)
        connection.commit()


TABLES = """
    CREATE TABLE runs (run_uuid, status, lifecycle_stage, start_time);
    CREATE TABLE params (key, value, run_uuid);
    CREATE TABLE latest_metrics (key, value, is_nan, run_uuid);
    INSERT INTO runs VALUES ('ab', 'FINISHED', 'active', 2), ('cd', 'FAILED', 'active', 3), ('ef', '', 'deleted', 1);
    INSERT INTO params VALUES ('rate', '0.1', 'ab');
    INSERT INTO latest_metrics VALUES ('mae', 0.25, 0, 'ab'), ('mae', 0.5, 0, 'cd'), ('mse', 0.0, 1, 'ab');
"""


def test_a_database_of_mlflow_is_read_as_its_files_are(tmp_path: Path) -> None:
    database(tmp_path / "project/mlflow.db", TABLES)
    names = ("project/mlflow.db", "project/mlruns/0/ab/artifacts/plot.png")
    run = replace(run_of(tmp_path, {}), changed=names)
    one, two = in_database(run)
    assert (one.folder, one.status, one.parameters) == ("mlflow.db: ab", "finished", {"rate": 0.1})
    assert (one.metrics, one.artifacts, two.status, two.metrics) == (
        {"mae": 0.25}, ("plot.png",), "failed", {"mae": 0.5},
    )  # fmt: skip
    values = {m.where: m.value for m in in_file(tmp_path / names[0], "mlflow.db")}
    assert values == {"mae [run 1]": 0.25, "mae [run 2]": 0.5}


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE runs (a)",
        TABLES.replace("CREATE TABLE runs (", "CREATE TABLE was (").replace("INTO runs", "INTO was")
        + "CREATE VIEW runs AS WITH RECURSIVE n(run_uuid) AS (SELECT 1 UNION ALL SELECT run_uuid + 1 FROM n) "
        "SELECT run_uuid, 1 AS status, 'active' AS lifecycle_stage, 1 AS start_time FROM n;",
    ],
)
def test_a_database_of_others_or_made_to_take_for_ever_gives_nothing(
    tmp_path: Path, statements: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "SECONDS", 0.2)
    database(tmp_path / "a.db", statements)
    assert mlflow_db.runs_in(tmp_path / "a.db") == ()
    (tmp_path / "b.db").symlink_to(tmp_path / "a.db")
    (tmp_path / "c.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    assert [mlflow_db.runs_in(tmp_path / name) for name in ("b.db", "c.db", "absent.db")] == [(), (), ()]


def piece(data: bytes, kind: int) -> bytes:
    return struct.pack("<IHB", 0, len(data), kind) + data


def field(number: int, data: bytes) -> bytes:
    tag = number << 3 | 2
    return (bytes([tag]) if tag < 128 else bytes([tag & 127 | 128, tag >> 7])) + bytes([len(data)]) + data


def logged(name: str, value: str) -> bytes:
    return field(2, field(1, field(2, name.encode()) + field(16, value.encode())))


def test_an_offline_run_of_weights_and_biases_is_read_in_pieces_too(tmp_path: Path) -> None:
    file = tmp_path / "run-x.wandb"
    second = logged("loss", "0.25")
    body = (
        piece(logged("loss", "0.5"), 1) + piece(second[:5], 2) + piece(second[5:], 4) + piece(logged("_step", "1"), 1)
    )
    file.write_bytes(b":W&B\xe1\xbe\x00" + body)
    assert in_log(file, "wandb/run-x.wandb") == {"loss": 0.25}
    assert [(m.where, m.value) for m in in_file(file, "run-x.wandb")] == [("loss", 0.25)]


def test_an_offline_run_is_kept_with_its_configuration(tmp_path: Path) -> None:
    config = field(17, field(4, field(1, field(1, b"rate") + field(16, b"0.1"))))
    body = b":W&B\xe1\xbe\x00" + piece(config, 1) + piece(logged("loss", "0.5"), 1)
    names = [f"project/wandb/offline-run-1-{id}/run-{id}.wandb" for id in ("a", "b")]
    for name, data in zip(names, (body, body[:9]), strict=True):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(data)
    one, two = Wandb().kept(replace(run_of(tmp_path, {}), changed=tuple(names)))
    assert (one.folder, one.parameters, one.metrics) == ("wandb/offline-run-1-a", {"rate": 0.1}, {"loss": 0.5})
    assert (two.parameters, two.metrics) == ({}, {})


ABOUT = '{"experiment": "pears", "is_finished": true, "parameters": {"hparams": {"rate": 0.1}}}'
SERIES = '{"loss": {"steps": [0, 1], "values": [0.5, 0.25]}, "acc [subset=val]": {"steps": [0], "values": [0.75]}}'


def test_what_aim_told_of_its_runs_is_read_in_their_order(tmp_path: Path) -> None:
    base = "project/logs/.aim/repro-audit"
    files = {
        f"{base}/{n}/{name}": text for n in (2, 10) for name, text in (("run.json", ABOUT), ("metrics.json", SERIES))
    }
    one, two = Aim().kept(run_of(tmp_path, {**files, f"{base}/10/run.json": "[1]"}))
    assert (one.folder, one.status, one.parameters) == ("logs/.aim: pears 2", "finished", {"hparams.rate": 0.1})
    assert (two.status, two.parameters) == ("running", {}) and two.metrics == one.metrics
    assert one.metrics == {"loss": 0.25, "acc [subset=val]": 0.75}
    file = f"{base}/2/metrics.json"
    assert {m.where: m.value for m in in_file(tmp_path / file, file)} == dict(one.metrics)


def test_parameters_without_end_are_cut_off(tmp_path: Path) -> None:
    path = "project/.aim/repro-audit/1/run.json"
    (record,) = Aim().kept(run_of(tmp_path, {path: '{"parameters": ' + '{"a": ' * 900 + "1" + "}" * 901}))
    assert len(record.parameters) <= 1 and len(str(record.to_dict())) < 1000


def test_aim_is_asked_behind_a_program_that_records_with_it_and_behind_no_other(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("    python train.py\n")
    (tmp_path / "train.py").write_text("from aim import Run\n\nRun()\n")
    job = Job(("python", "train.py"))
    asked = read_behind(Project(tmp_path), job)
    assert asked.argv[-2:] == job.argv and "aim_read.py" in asked.argv[2] and len(asked.carried) == 1
    (tmp_path / "train.py").write_text("print(1)\n")
    assert read_behind(Project(tmp_path), job) == job


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_that_something_is_read_behind_ends_as_it_would(code: int, tmp_path: Path) -> None:
    argv = ["sh", "-c", BEHIND, str(tmp_path), sys.executable, "-c", f"print('pears'); raise SystemExit({code})"]
    ended = subprocess.run(argv, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "pears\n", "")


def test_where_aim_could_not_be_asked_the_list_of_its_runs_is_read(tmp_path: Path) -> None:
    tables = """
        CREATE TABLE run (hash, experiment_id, finalized_at); INSERT INTO run VALUES ('ab', 1, 'then'), ('cd', 1, NULL);
        CREATE TABLE experiment (id, name); INSERT INTO experiment VALUES (1, 'pears');
    """
    path = "project/.aim/run_metadata.sqlite"
    database(tmp_path / path, tables)
    run = replace(run_of(tmp_path, {}), changed=(path,))
    assert [(r.folder, r.status) for r in Aim().kept(run)] == [
        (".aim: pears ab", "finished"),
        (".aim: pears cd", "running"),
    ]
    (tmp_path / path).write_bytes(b"no database")
    assert list(Aim().kept(run)) == []


@pytest.mark.parametrize("data", [b"", b":W&B", b":W&B\xe1\xbe\x00" + piece(b"\xff" * 9, 1), b"\x00" * 64, b"[" * 5000])
@pytest.mark.parametrize("name", ["run.wandb", "events.out.tfevents.1", "mlruns/0/a/metrics/mae"])
def test_a_log_that_is_none_gives_no_numbers(data: bytes, name: str, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(data)
    assert in_log(file, name) == {}
    assert in_log(tmp_path / "absent", name) == {}


@pytest.mark.parametrize(
    "text", ['{"loss": %s}', '{"loss": {"steps": [0], "values": [%s]}}', "loss\n%s\n", "loss: %s\n"]
)
@pytest.mark.parametrize("ending", ["json", "csv", "yaml"])
def test_a_number_larger_than_any_float_is_no_metric(text: str, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"a.{ending}"
    file.write_text(text % ("1" + "0" * 400))
    assert list(in_file(file, file.name)) == []


def test_only_documents_in_the_form_of_sacred_are_taken_for_its_metrics() -> None:
    assert sacred_metrics({"a": {"steps": [0], "values": [1.5]}}) is not None
    assert sacred_metrics({"a": 1}) is None and sacred_metrics([]) is None
