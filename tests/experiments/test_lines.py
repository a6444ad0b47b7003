"""Where no probe sees a cause from inside, the line to look at is one of the code that ran."""

from __future__ import annotations

from pathlib import Path

from repro_audit.diagnose.model import CauseName
from repro_audit.experiments.lines import first_line
from repro_audit.project import Project


def test_a_line_is_looked_for_in_the_files_that_the_run_opened(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("    python advanced.py\n")
    (tmp_path / "advanced.py").write_text("names = list(set(['a', 'b']))\n")
    (tmp_path / "simple.py").write_text("import json\n\nprint(list(set('ab')))\n")
    project = Project(tmp_path)
    assert str(first_line(CauseName.HASH_SEED, project)[0]) == "advanced.py:1"
    assert str(first_line(CauseName.HASH_SEED, project, frozenset({"simple.py"}))[0]) == "simple.py:3"
    assert str(first_line(CauseName.HASH_SEED, project, frozenset({"data.csv"}))[0]) == "advanced.py:1"
