"""Help has examples that work, headings, and the nearest right word for a wrong one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from repro_audit.cli import app

from .conftest import Run

PROGRAM: Any = typer.main.get_command(app)
COMMANDS = sorted(PROGRAM.commands)
EXAMPLE = re.compile(r"repro-audit (?P<rest>[^|>#\"]+)")


def examples(name: str) -> list[str]:
    _, _, below = (PROGRAM.commands[name].help or "").partition("Examples:\n")
    return [match["rest"].strip(" )") for line in below.splitlines() for match in EXAMPLE.finditer(line)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_examples_that_it_takes(name: str) -> None:
    assert examples(name)
    for example in examples(name):
        called, *words = shlex.split(example)
        assert called == name
        with PROGRAM.commands[name].make_context(name, words):  # raises for an option that there is not
            pass


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_terminal_and_has_headings(name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run(name, "--help").out
    assert "\nOptions:\n" in text
    assert not [line for line in text.splitlines() if len(line) > 80 and "repro-audit" not in line]


def test_options_and_commands_stand_below_their_headings(run: Run) -> None:
    text = run("score", "--help").out
    order = [
        "Arguments:\n  PATH_OR_URL", "Options:\n", "--format FORMAT", "What is judged:\n", "--select NAME",
        "When it fails:\n", "--require NAME", "Options of a run:\n  --run ",
        "--runner <", "What is asked of a run:\n", "--depth <",
    ]  # fmt: skip
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    assert all(f"\n  {name} " in run("--help").out for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["scroe"], "Did you mean score?"),
        (["demo"], "Did you mean repro-audit score demo?"),
        (["https://example.org/x"], "Did you mean repro-audit score https://example.org/x?"),
        (["xyzzy"], "Try repro-audit --help."),
        (["score", "--formt", "json"], "Did you mean --format?"),
        (["score", "--format", "jsn"], "Did you mean json?"),
        (["score", "--format", "x"], "Try repro-audit score --help."),
        (["score", "--also", "sarf=x"], "Did you mean sarif?"),
        (["score", "--runner", "dokcer"], "Did you mean docker?"),
        (["score", "--depth", "standart"], "Did you mean standard?"),
        (["score", "--fail-on", "regresion"], "Did you mean regression?"),
        (["score", "--select", "env-imag"], "Did you mean env-image?"),
        (["score", "--require", "enviroment"], "Did you mean environment?"),
        (["fix", "--only", "reprt"], "Did you mean report?"),
        (["badge", "--as", "endpont"], "Did you mean endpoint?"),
        (["rules", "--format", "markdwon"], "Did you mean markdown?"),
        (["explain", "code-run"], "Did you mean code-runs?"),
        (["explain", "unseeded-nupy"], "Did you mean unseeded-numpy?"),
        (["completion", "bsh"], "Did you mean bash?"),
        (["score", "dmo"], "Did you mean demo?"),
        (["compare", "repeat1", "repeat-2"], "Did you mean repeat-1?"),
        (["score", "--run", "--env", "REPRO_AUDIT_SAMPEL"], "Did you mean REPRO_AUDIT_SAMPLE?"),
        (
            ["score", "--baseline", "mian"],
            "Did you mean main? Else fetch it: git fetch --depth=1 origin mian:refs/remotes/origin/mian",
        ),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_right_one(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], hint: str
) -> None:
    import subprocess

    monkeypatch.setenv("REPRO_AUDIT_SAMPLE", "1")
    (project / "demo").mkdir()
    for name in ("repeat-1", "repeat-2"):
        (project / ".repro-audit" / "runs" / name).mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *author, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    done = run(*arguments)
    assert done.status == 2
    assert done.err.splitlines()[1:] == [f"hint: {hint}"]
