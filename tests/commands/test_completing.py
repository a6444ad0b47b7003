"""A shell asks through environment variables, as typer's scripts do, and gets words that the program takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repro_audit.diagnose.model import CauseName
from repro_audit.loader import load_rules

PROGRAM = [sys.executable, "-c", "import sys; from repro_audit.cli import main; main()"]
CRITERIA = [rule.id for rule in load_rules()]


def asked(shell: str, line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """What the script of a shell asks for, with the cursor at the end of the line."""
    variables = {"_REPRO_AUDIT_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line, "COLUMNS": "40"}
    if shell == "bash":
        variables |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    if shell == "powershell":
        variables["_TYPER_COMPLETE_WORD_TO_COMPLETE"] = line.rpartition(" ")[2]
    env = {**os.environ, **variables, **more}
    return subprocess.run(PROGRAM, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def words(line: str, folder: Path) -> list[str]:
    done = asked("bash", line, folder)
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("repro-audit expl", ["explain"]),
        ("repro-audit explain env-", [c for c in CRITERIA if c.startswith("env-")]),
        ("repro-audit explain unseeded-", [c.value for c in CauseName if c.value.startswith("unseeded-")]),
        ("repro-audit score --require data", [*(c for c in CRITERIA if c.startswith("data")), "data"]),
        ("repro-audit score --select code-run", ["code-runs"]),
        ("repro-audit score --ignore environ", ["environment"]),
        ("repro-audit fix --only re", ["report"]),
        ("repro-audit score --format s", ["sarif"]),
        ("repro-audit score --runner d", ["docker"]),
        ("repro-audit run --depth d", ["deep"]),
        ("repro-audit score --fail", ["--fail-under", "--fail-on"]),
        ("repro-audit completion f", ["fish"]),
        ("repro-audit compare rep", ["repeat-1", "repeat-2"]),
        ("repro-audit score --env REPRO_AUDIT_SAMP", ["REPRO_AUDIT_SAMPLE"]),
        ("repro-audit score no-such", []),  # files are the shell's own matter
    ],
)
def test_words_come_from_where_they_are_defined(
    line: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPRO_AUDIT_SAMPLE", "1")
    for name in ("repeat-1", "repeat-2", "stress-1"):
        (tmp_path / ".repro-audit" / "runs" / name).mkdir(parents=True)
    assert words(line, tmp_path) == expected


def test_a_baseline_is_a_branch_or_tag_that_no_shell_takes_for_a_command(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q", "-b", "trunk"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    subprocess.run([*git, "tag", "v1"], check=True)
    for hostile in ("x$(touch${IFS}pwned)", "x`id`", "x;id", "x'", 'x"', "x&", "x|id", "x>y", "x!1", "x#y"):
        subprocess.run([*git, "branch", hostile], check=True)
    (tmp_path / ".repro-audit" / "runs" / "repeat;id").mkdir(parents=True)
    assert words("repro-audit compare re", tmp_path) == []
    assert words("repro-audit score --baseline ", tmp_path) == ["trunk", "v1"]


def test_every_shell_gets_a_line_for_each_word(tmp_path: Path) -> None:
    """Also in a narrow terminal, where typer would break what a word means into lines."""
    line, count = "repro-audit explain env-", sum(c.startswith("env-") for c in CRITERIA)
    fish = asked("fish", line, tmp_path, _TYPER_COMPLETE_FISH_ACTION="get-args").stdout.splitlines()
    assert [offer.split("\t")[0] for offer in fish] == [c for c in CRITERIA if c.startswith("env-")]
    assert len(asked("powershell", line, tmp_path).stdout.splitlines()) == count
    assert asked("zsh", line, tmp_path).stdout.count("\n") == count
    assert asked("fish", line, tmp_path, _TYPER_COMPLETE_FISH_ACTION="is-args").returncode == 0
    assert asked("fish", "repro-audit score x", tmp_path, _TYPER_COMPLETE_FISH_ACTION="is-args").returncode == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_is_told_how_to_ask(shell: str, tmp_path: Path) -> None:
    done = subprocess.run([*PROGRAM, "completion", shell], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"complete_{shell}" in done.stdout
    assert "_REPRO_AUDIT_COMPLETE" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_a_line(tmp_path: Path) -> None:
    """The real shell with the real script: its function fills COMPREPLY."""
    program = tmp_path / "repro-audit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{PROGRAM[2]}" "$@"\n')
    program.chmod(0o755)
    session = (
        'eval "$(repro-audit completion bash)"; COMP_WORDS=(repro-audit explain data-s); COMP_CWORD=2; '
        '_repro_audit_completion repro-audit; echo "${COMPREPLY[@]}"; complete -p repro-audit'
    )
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "--norc", "-c", session], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "data-swappable data-stages"
    assert "-F _repro_audit_completion" in done.stdout
