"""What ZenML's own store kept of the runs of a pipeline, in the tables of old and new versions."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from repro_audit.experiments.outputs import is_cache
from repro_audit.experiments.systems.zenml_store import STORE, pipeline_runs
from repro_audit.sandbox.model import Run

from .written import run_of

STEP, OTHER = "49cb8804-0136-44b7-abd3-18cc031d8d45", "de7d4ed2-39ea-4abf-bf6f-2dac968edd25"
STORES = "home/.config/zenml/local_stores/5991e6c0-476a-4be7-adf5-3d66d81031ce"
FILES = {
    f"{STORES}/score/accuracy/{STEP}/7a7a6f67/data.json": "0.75",
    f"{STORES}/score/kept/{STEP}/0ed24ffb/data.json": "[1.5, 2]",
    f"{STORES}/fit/model/{STEP}/0ed24ffa/artifact.pkl": "no pickle",
    f"{STORES}/score/accuracy/{OTHER}/0ed24ffc/data.json": "0.5",
    f"{STORES}/score/logs/c23a02b4-665b-48bb-a8aa-50281b506e2b.log": "0.5",
}


def stored(folder: Path, plan: str, spec: str) -> Run:
    """A run of two pipelines, the first with the given specification in a table of its version's name."""
    (folder / STORE).parent.mkdir(parents=True)
    with closing(sqlite3.connect(folder / STORE)) as connection:
        connection.executescript(
            f"CREATE TABLE pipeline (id, name); CREATE TABLE pipeline_{plan} (id, pipeline_spec);"
            f"CREATE TABLE pipeline_run (id, status, created, pipeline_id, {plan}_id);"
            "CREATE TABLE step_run (id, pipeline_run_id); INSERT INTO pipeline VALUES ('p', 'pears');"
            "INSERT INTO pipeline_run VALUES ('r', 'completed', 1, 'p', 's'), ('x', 'failed', 2, 'q', 't');"
        )
        connection.execute(f"INSERT INTO pipeline_{plan} VALUES ('s', ?)", (spec,))
        connection.execute("INSERT INTO step_run VALUES (?, 'r')", (STEP.replace("-", ""),))
        connection.commit()
    return run_of(folder, FILES)


@pytest.mark.parametrize("plan", ["snapshot", "deployment"])
def test_a_run_is_read_with_what_it_was_given_and_what_its_steps_made(plan: str, tmp_path: Path) -> None:
    spec = json.dumps({"parameters": {"rate": 0.1, "model": {"depth": 2}}})
    one, two = pipeline_runs(stored(tmp_path, plan, spec))
    assert (one.folder, one.status, one.parameters) == ("pipeline pears", "completed", {"rate": 0.1, "model.depth": 2})
    assert one.metrics == {"score.accuracy": 0.75} and set(one.artifacts) == {
        "score.accuracy",
        "score.kept",
        "fit.model",
    }
    assert (two.status, two.parameters, two.metrics, two.artifacts) == ("failed", {}, {}, ())


@pytest.mark.parametrize("spec", ["", "[1]", '{"parameters": [1]}', "[" * 100_000])
def test_a_specification_of_another_form_gives_no_parameters(spec: str, tmp_path: Path) -> None:
    assert next(pipeline_runs(stored(tmp_path, "snapshot", spec))).parameters == {}


def test_what_is_no_store_holds_no_runs(tmp_path: Path) -> None:
    run = stored(tmp_path, "snapshot", "")
    (tmp_path / STORE).write_bytes(b"SQLite format 3\0 and no more")
    assert list(pipeline_runs(run)) == []
    (tmp_path / STORE).unlink()
    assert list(pipeline_runs(run)) == []


def test_what_steps_made_is_compared_and_the_rest_of_the_store_is_not() -> None:
    below = [p.removeprefix("home/") for p in (*FILES, STORE)]
    assert [is_cache(p) for p in below] == [False, False, False, False, True, True]
    assert is_cache(".cache/pip/a") and not is_cache("pears.csv")
