"""The order in which Sacred and Guild hand on words and errors is chance; any other program's is its own doing."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.compare.model import Tolerances
from repro_audit.experiments.outputs import SAID, compare_runs
from repro_audit.sandbox.model import Run

from .written import run_of


def run(folder: Path, log: str, files: tuple[str, ...]) -> Run:
    (folder / "project").mkdir(parents=True)
    return run_of(folder, dict.fromkeys(files, log), log)


@pytest.mark.parametrize(
    ("files", "second", "verdict"),
    [
        (("project/runs/1/cout.txt",), "loss 0.5\nstart\n", "equivalent"),
        (("project/runs/1/cout.txt",), "sta\nloss 0.5rt\n", "equivalent"),
        (("project/runs/1/cout.txt",), "start\nloss 5.0\n", "different"),
        (("home/.guild/runs/ab/.guild/output",), "loss 0.5\nstart\n", "equivalent"),
        ((), "loss 0.5\nstart\n", "different"),
    ],
)
def test_only_what_was_recorded_may_come_in_another_order(
    files: tuple[str, ...], second: str, verdict: str, tmp_path: Path
) -> None:
    one, two = run(tmp_path / "a", "start\nloss 0.5\n", files), run(tmp_path / "b", second, files)
    found = {o.path: o.verdict for o in compare_runs(one, two, Tolerances())}
    assert found[SAID] == verdict
