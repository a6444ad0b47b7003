"""Strangers' repositories may be broken, huge or set as a trap: the answer is a score or one clear line,
in bounded time and memory, and nothing of the project is ever run.

Each trap would create the canary file if anything in it were executed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import BUILDERS

SECONDS = 60  # a runaway, not a slow machine
MEMORY = 2 * 1024**3  # bytes of address space


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """The command as a user starts it; what would otherwise be caught and explained fails here."""
    code = "import sys; from repro_audit.cli import main; sys.exit(main())"
    environment = {**os.environ, "REPRO_AUDIT_DEBUG": "1", "HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        timeout=SECONDS,
        cwd=home,
        env=environment,
        preexec_fn=limit_memory,
    )


@pytest.fixture(autouse=True)
def _leave_nothing(tmp_path: Path) -> Iterator[None]:
    """Python's own removal of temporary folders gives up on deep ones."""
    yield
    subprocess.run(["chmod", "-R", "u+rwx", str(tmp_path)], capture_output=True)
    subprocess.run(["rm", "-rf", str(tmp_path / "project")], check=True)


def place(tmp_path: Path, name: str) -> tuple[Path, Path]:
    """(the project, the canary)"""
    root, canary = tmp_path / "project", tmp_path / "canary"
    root.mkdir()
    BUILDERS[name](root, f"touch {canary}")
    canary.unlink(missing_ok=True)  # making a trap with git may spring it
    return root, canary


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_hostile_repository_gets_an_answer_and_nothing_of_it_runs(name: str, tmp_path: Path) -> None:
    root, canary = place(tmp_path, name)
    done = run("score", str(root), "--format", "json", home=tmp_path)
    errors = done.stderr.decode("utf-8", "replace")
    assert not canary.exists()
    assert "Traceback" not in errors
    assert b"SECRET-WORDS" not in done.stdout
    assert done.returncode in (0, 2), errors
    if done.returncode == 2:
        assert 1 <= len(errors.strip().splitlines()) <= 2, errors  # what is wrong, and a hint
    else:
        assert json.loads(done.stdout)["criteria"]


@pytest.mark.parametrize("output", ["terminal", "markdown"])
def test_names_reach_the_reader_as_text_and_never_as_markup(output: str, tmp_path: Path) -> None:
    root, _ = place(tmp_path, "names-with-every-character")
    options = ["--verbose"] if output == "terminal" else ["--format", "markdown"]
    done = run("score", str(root), *options, home=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert b"\x1b" not in done.stdout and b"\x07" not in done.stdout
    if output == "markdown":
        assert b"<script>" not in done.stdout and b"<b>" not in done.stdout


@pytest.mark.parametrize("name", ["git-fsmonitor", "git-filters", "git-hooks", "git-lazy-fetch-from-a-remote"])
def test_a_clone_of_a_hostile_repository_runs_nothing(name: str, tmp_path: Path) -> None:
    root, canary = place(tmp_path, name)
    done = run("score", root.as_uri(), "--format", "json", home=tmp_path)
    assert not canary.exists()
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)


@pytest.mark.parametrize("given", ["missing", "file.txt", "ext::sh -c 'touch canary'", "--upload-pack=touch canary"])
def test_what_is_no_project_gets_one_clear_line(given: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    done = run("score", "--", given, home=tmp_path)
    assert done.returncode == 2
    assert not (tmp_path / "canary").exists()
    assert 1 <= len(done.stderr.decode().strip().splitlines()) <= 2, done.stderr.decode()
