"""A badge says what was audited, and of which state."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from repro_audit.report.badge import COLORS, DARK_COLORS

from .conftest import Run


@pytest.fixture
def committed(project: Path) -> Path:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=project, check=True, capture_output=True)
    return project


def keep(project: Path, commit: str) -> None:
    """The findings of a run as it leaves them, of some commit."""
    folder = project / ".repro-audit"
    folder.mkdir()
    (folder / ".gitignore").write_text("*\n")
    found = {"format": 1, "commit": commit, "settings": "", "experiments": [], "said": []}
    (folder / "found.json").write_text(json.dumps(found))


def said(run: Run) -> dict[str, str]:
    shown: dict[str, str] = json.loads(run("badge", "--as", "endpoint").out)
    return shown


def test_a_badge_of_the_commit_is_plain_and_has_a_title(committed: Path, run: Run) -> None:
    assert said(run)["message"] == "☆···· 1/5"
    root = ElementTree.fromstring(run("badge").out)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text == root.get("aria-label")
    assert title.text == "reproducibility of demo: 1 of 5 stars declared, 0 verified"
    assert root.get("role") == "img"
    assert "prefers-color-scheme: dark" in run("badge").out


def test_a_badge_of_what_is_not_committed_says_so(committed: Path, run: Run) -> None:
    (committed / "train.py").write_text("x = 2\n")
    assert said(run)["message"] == "☆···· 1/5 uncommitted"
    assert said(run)["color"] == COLORS[0][1:]
    assert "with uncommitted changes</title>" in run("badge").out


def test_a_badge_beside_the_run_of_another_commit_says_so(committed: Path, run: Run) -> None:
    keep(committed, "5" * 40)
    done = run("badge", "--as", "endpoint")
    assert json.loads(done.out)["message"] == "☆···· 1/5 run outdated"
    assert "it is left out" in done.err


def test_check_tells_whether_the_badge_in_a_file_is_true(committed: Path, run: Run) -> None:
    assert run("badge", "--check").status == 2
    assert run("badge", "-o", "badge.svg", "--check").status == 1
    run("badge", "-o", "badge.svg")
    assert run("badge", "-o", "badge.svg", "--check").status == 0
    (committed / "data.csv").unlink()
    done = run("badge", "-o", "badge.svg", "--check")
    assert (done.status, done.err) == (1, "badge.svg no longer tells the truth\n")


def test_an_audit_writes_its_own_badge_and_one_only(committed: Path, run: Run) -> None:
    run("score", "--also", "badge=a.svg", "--also", "endpoint=a.json", "-o", "a.txt")
    run("badge", "-o", "b.svg")
    assert (committed / "a.svg").read_text() == (committed / "b.svg").read_text()
    assert json.loads((committed / "a.json").read_text())["message"] == "☆···· 1/5"
    assert run("score", ".", ".", "--also", "badge=a.svg").status == 2


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "colors"), [("#ffffff", COLORS), ("#0d1117", DARK_COLORS)])
def test_the_number_can_be_read_on_every_color(text: str, colors: tuple[str, ...]) -> None:
    for color in colors:
        low, high = sorted((luminance(text), luminance(color)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
