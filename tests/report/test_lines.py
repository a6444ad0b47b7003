"""What editors read: the lines themselves, and the patterns that docs/editors.md gives for them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from repro_audit.loader import load_rules
from repro_audit.model import Evidence, Place
from repro_audit.report import lines
from repro_audit.result import Result

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")
TASKS: list[dict[str, Any]] = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])["tasks"]
PATTERNS = [task["problemMatcher"]["pattern"] for task in TASKS]


def printed(folder: Path, command: str) -> list[str]:
    """Standard output of a command of the page, as it stands there."""
    program, *arguments = command.split()
    assert program == "repro-audit"
    code = "import sys; from repro_audit.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode("utf-8").splitlines()


@pytest.mark.parametrize("pattern", PATTERNS, ids=[task["label"] for task in TASKS])
def test_the_task_of_the_page_finds_every_place(pattern: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures" / "cause-numpy" / "repo", tmp_path / "project")
    shown = printed(tmp_path / "project", TASKS[0]["command"])
    assert len(shown) > 3
    for line in shown:
        found = re.match(pattern["regexp"], line)
        assert found, line
        file = tmp_path / "project" / found[pattern["file"]]
        assert 1 <= int(found[pattern["line"]]) <= len(file.read_text("utf-8").splitlines())
        assert found[pattern["severity"]] in ("error", "warning", "info")  # as VS Code has them
        assert found[pattern["code"]] in {rule.id for rule in load_rules()}
        assert found[pattern["message"]].endswith(".")
    assert any(line.startswith("train.py:6: error: unseeded: numpy. ") for line in shown)


def test_the_second_task_begins_and_ends_with_what_is_said() -> None:
    """The words of `commands/watching.py`, which its own tests see at work."""
    said = (ROOT / "repro_audit" / "commands" / "watching.py").read_text("utf-8")
    background = TASKS[1]["problemMatcher"]["background"]
    for pattern in (background["beginsPattern"], background["endsPattern"]):
        assert pattern.startswith("^") and pattern[1:] in said
    assert TASKS[1]["isBackground"] and PATTERNS[0] == PATTERNS[1]


def test_lines_are_in_the_order_of_the_files(plain: Result) -> None:
    """Those of a place the worst first; what was waived or is met has none."""
    at = [Place("b.py", 2), Place("a.py", 12), Place("a.py", 3), Place("a.py", 3), Place("a.py", 1)]
    criteria = [replace(c, evidence=(Evidence("x", place),)) for c, place in zip(plain.criteria, at)]
    shown = lines.render([replace(plain, criteria=tuple(criteria))])
    assert shown.splitlines() == [
        "a.py:1: info: told so. do it [eval-predict]",
        "a.py:3: error: told so. do it [env-image]",
        "a.py:12: warning: told so. do it [config-files]",
    ]


def test_hostile_names_stay_on_their_line(evil: Result) -> None:
    shown = lines.render([evil])
    assert shown.isprintable() is False and not set(shown) & {"\x1b", "\u202e", "\udcff", "\r"}
    assert all(re.match(PATTERNS[0]["regexp"], line) for line in shown.splitlines())


def test_nothing_to_mend_is_no_line(plain: Result) -> None:
    assert lines.render([replace(plain, criteria=plain.criteria[:1])]) == ""
