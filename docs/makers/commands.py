"""Every command with its help text, as a terminal of 80 columns shows it."""

from __future__ import annotations

from typer.main import get_command
from typer.testing import CliRunner

from repro_audit.cli import app

HEAD = """\
# The commands

The help text of every command. Options stand anywhere after the command, and `-h` is short for `--help`.
"""
WIDTH = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}


def page() -> str:
    names = get_command(app).commands  # type: ignore[attr-defined]
    return "\n".join([HEAD, _block([]), *(f"## {name}\n\n{_block([name])}" for name in names)])


def _block(words: list[str]) -> str:
    shown = CliRunner().invoke(app, [*words, "--help"], env=WIDTH, prog_name="repro-audit")
    if shown.exit_code:
        raise RuntimeError(f"repro-audit {' '.join(words)} --help: {shown.output}")
    lines = "\n".join(line.rstrip() for line in shown.output.strip("\n").splitlines())
    return f"```text\n{lines}\n```\n"
