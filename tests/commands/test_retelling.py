"""`report --check` in a checkout that has the report and not the evidence, as in CI."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from repro_audit.commands.retelling import Told, comment, read_comment
from repro_audit.experiments.answers.said import Said
from repro_audit.experiments.kept import keep
from repro_audit.flow import digest_of
from repro_audit.model import Answer, Evidence, Place
from repro_audit.project import Project
from repro_audit.settings import read_settings

from .conftest import Run

NAME = "REPRODUCIBILITY.md"
RAN = "it ran to its end in 1.0 s"
EXPERIMENTS: list[dict[str, Any]] = [
    {"id": "repeat", "kind": "repeat", "outcome": "same", "outputs": [{"path": "m.json"}], "failure": None},
    {
        "id": "config:a.yaml:b",
        "kind": "config",
        "outcome": "dead",
        "reason": "nothing changes",
        "parameter": "a.yaml:b",
    },
    {"id": "app", "kind": "app", "outcome": "failed", "failure": {"class": "crashed", "message": "it went down"}},
]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def checkout(project: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shallow clone, which is the working directory, of a project whose report tells a run."""
    git(project, "init", "-q")
    at = commit(project)
    said = Said("code-runs", Answer.VERIFIED, RAN, (Evidence(experiment="repeat"),))
    settings = digest_of(read_settings(project, ("code-runs",)))
    content = Project(project).repository.content(project, NAME)  # type: ignore[union-attr]
    keep(project / ".repro-audit", at, settings, EXPERIMENTS, [said], content)
    assert run("report", "-o", NAME).status == 0
    assert RAN in (project / NAME).read_text("utf-8")
    commit(project)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "checkout")
    monkeypatch.chdir(tmp_path / "checkout")
    return tmp_path / "checkout"


def test_a_run_that_is_not_here_is_said_to_be_so_and_the_rest_is_checked(checkout: Path, run: Run) -> None:
    done = run("report", "--check")
    assert done.status == 0, done.out
    assert "whose evidence is not here" in done.err


def test_renewing_the_report_there_changes_nothing(checkout: Path, run: Run) -> None:
    git(checkout, "fetch", "-q", "--unshallow")  # the stamp names a commit of the history
    before = (checkout / NAME).read_bytes()
    assert run("report", "-o", NAME).status == 0
    assert (checkout / NAME).read_bytes() == before


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_run_of_another_content_is_no_longer_told(checkout: Path, run: Run, is_committed: bool) -> None:
    (checkout / "train.py").write_text("x = 2\n")
    if is_committed:
        commit(checkout)
    done = run("report", "--check")
    assert done.status == 1
    assert RAN in done.out
    assert "the project has changed since: run it again" in done.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RAN, "it ran to its end in 0.1 s"),
        ("nothing changes", "all is well"),
        ("1 verified", "2 verified"),
        ('"verified"', '"yes"'),
        ('"verified"', '"refuted"'),
        ("<!-- repro-audit:run {", "<!-- repro-audit:run {{"),
    ],
)
def test_a_report_that_was_changed_by_hand_is_found_out(checkout: Path, run: Run, old: str, new: str) -> None:
    text = (checkout / NAME).read_text("utf-8")
    assert old in text
    (checkout / NAME).write_text(text.replace(old, new, 1), "utf-8")
    assert run("report", "--check").status == 1


def test_what_can_be_read_is_read_again(checkout: Path, run: Run) -> None:
    text = (checkout / NAME).read_text("utf-8")
    (checkout / NAME).write_text(text.replace("- [ ] The parameters", "- [x] The parameters"), "utf-8")
    done = run("report", "--check")
    assert done.status == 1
    assert "configuration: the report says" in done.out


@pytest.mark.parametrize("words", ["a --> b <!-- c", "--", "}  -->\n<!-- repro-audit:end stamp -->", "--->", "é\x1b"])
def test_whatever_a_run_said_it_does_not_end_the_comment(words: str) -> None:
    said = Said("code-runs", Answer.REFUTED, words, (Evidence(words, Place(words, 3), None),), words)
    told = Told("c0ffee", "abc", (said, said), ({"id": words, "kind": words, "outcome": words},))
    text = comment(told)
    assert text.count("-->") == 1 and text.index("-->") == len(text) - 4
    assert "--" not in text[4:-4]
    assert read_comment(f"Written by hand.\n{text}") == told


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"said": 1}', '{"said": [{}], "commit": 1, "content": 1}', "{" * 9999]
)
def test_a_broken_comment_tells_nothing(text: str) -> None:
    assert read_comment(f"<!-- repro-audit:run {text} -->\n") is None
