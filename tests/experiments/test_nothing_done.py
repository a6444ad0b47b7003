"""A pipeline that finds its outputs up to date has shown nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.experiments.repeat import did_nothing
from repro_audit.sandbox.model import Ending, Run


@pytest.mark.parametrize(
    ("log", "changed", "expected"),
    [
        ("Stage 'train' didn't change, skipping\nData and pipelines are up to date.\n", (), True),
        ("make: Nothing to be done for 'all'.\n", (), True),
        ("make: 'model.pkl' is up to date.\n", ("home/.cache/x",), True),
        ("Nothing to be done (all requested files are present and up to date).\n", (), True),
        ("Stage 'a' didn't change, skipping\nRunning stage 'b'\n", ("project/b.json",), False),
        ("accuracy 0.9\n", (), False),
        ("pip is up to date.\n", (), False),
    ],
)
def test_up_to_date_counts_only_where_nothing_was_written(
    tmp_path: Path, log: str, changed: tuple[str, ...], expected: bool
) -> None:
    place = tmp_path / "log.txt"
    place.write_text(log, "utf-8")
    run = Run(("dvc", "repro"), Ending.EXITED, 0, 1.0, None, tmp_path, place, changed)
    assert did_nothing(run) is expected
