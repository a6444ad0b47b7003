"""`score --watch` scores again when a file of the project changes, and for nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from repro_audit.commands.watching import _changes, _Watched

from .conftest import Run

PROGRAM = [sys.executable, "-c", "import sys; from repro_audit.cli import main; main()", "score", "--watch"]
PATIENCE = 60  # seconds


class Session:
    """The program at work, whose output grows in a file."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.shown = folder.parent / "shown.txt"
        with self.shown.open("wb") as output:
            self.process = subprocess.Popen(
                [*PROGRAM, *options], cwd=folder, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    def wait_for(self, words: str, times: int = 1) -> str:
        until = time.monotonic() + PATIENCE
        while (text := self.shown.read_text("utf-8")).count(words) < times:
            assert self.process.poll() is None, text
            assert time.monotonic() < until, text
            time.sleep(0.05)
        return text

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "README.md").write_text("# Demo\n\n```\npython train.py\n```\n")
    (folder / "train.py").write_text("import random\n\nprint(random.random())\n")
    return folder


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    made = Session(folder, "--also", "json=result.json")
    yield made
    made.process.kill()
    made.process.wait()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_a_change_is_told_with_what_it_did(folder: Path, session: Session) -> None:
    session.wait_for("watching for changes")
    (folder / "train.py").write_text("import random\n\nrandom.seed(1)\nprint(random.random())\n")
    text = session.wait_for("watching for changes", 2)
    assert "Since the last score (train.py): star 1 won, 1 better" in text
    assert "better  code-repeatable  no → yes" in text
    (folder / "repro-audit.toml").write_text("comand = 1\n")
    text = session.wait_for("watching for changes", 3)
    assert "hint: Did you mean command?" in text
    (folder / "repro-audit.toml").unlink()
    session.wait_for("Since the last score (repro-audit.toml): nothing changed")
    (folder / ".repro-audit").mkdir()
    (folder / ".repro-audit" / "log.txt").write_text("")
    time.sleep(1)
    assert session.end() == 0
    text = session.shown.read_text("utf-8")
    assert text.count("watching for changes") == 4
    assert (folder / "result.json").is_file()  # and its change was none of the project
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("train.py", True),
        ("new.py", True),
        ("gone-before-anyone-looked.tmp", False),
        (".train.py.swp", False),
        ("src/.#train.py", False),
        (".repro-audit/runs/a.txt", False),
        ("__pycache__/train.cpython-311.pyc", False),
        ("report.html", False),
    ],
)
def test_without_git_every_file_counts_that_is_in_no_cache(folder: Path, name: str, counts: bool) -> None:
    project = _Watched(folder, frozenset({str(folder.resolve() / "report.html")}))
    project.look_again()
    if "gone" not in name:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    assert project.name(str(folder / name)) == (name if counts else None)


def test_with_git_a_file_counts_once_it_is_tracked(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "train.py"], cwd=folder, check=True)
    (folder / "checkpoint.bin").write_text("")
    project = _Watched(folder, frozenset())
    project.look_again()
    names = ["train.py", "checkpoint.bin", "repro-audit.toml", ".git/index", ".git/index.lock", ".git/objects/ab/x"]
    found = [project.name(str(folder / name)) for name in names]
    assert found == ["train.py", None, "repro-audit.toml", "git", None, None]


def test_where_the_system_takes_no_more_watches_files_are_looked_at_in_turn(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def watched(*folders: Path, force_polling: bool | None, **options: object) -> Iterator[set[tuple[int, str]]]:
        if not force_polling:
            raise OSError("OS file watch limit reached")
        yield set()
        yield {(1, str(folder / "train.py"))}

    monkeypatch.setattr("watchfiles.watch", watched)
    assert list(_changes(_Watched(folder, frozenset()))) == [(), ("train.py",)]
    assert capsys.readouterr().err.startswith("note: ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--run"], "reads and does not run"),
        (["--fail-under", "1"], "--fail-under"),
        (["--require", "code-runs"], "--require"),
        (["--format", "json"], "--format"),
        (["-o", "x"], "--output"),
        (["--show-diff"], "--show-diff"),
        ([".", "."], "one folder"),
        (["https://example.org/a/b"], "one folder"),
        (["nowhere"], "no folder nowhere"),
    ],
)
def test_what_does_not_go_together_is_refused(project: Path, run: Run, arguments: list[str], error: str) -> None:
    done = run("score", "--watch", *arguments)
    assert done.status == 2
    assert error in done.err.splitlines()[0]
    assert done.err.splitlines()[1].startswith("hint: ")
