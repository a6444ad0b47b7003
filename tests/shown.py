"""What a page shows is what a user gets: commands that pages show, and what the program prints for them.

With REPRO_AUDIT_UPDATE=1 the pages are rewritten instead.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IS_UPDATE = os.environ.get("REPRO_AUDIT_UPDATE") == "1"
BLOCK = re.compile(r"```console\n\$ repro-audit (?P<arguments>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")  # of a link or picture that is no address
PROGRAM = "import sys; sys.argv[0] = 'repro-audit'; from repro_audit.cli import main; sys.exit(main())"
ENVIRONMENT = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}


def pages() -> list[Path]:
    """README.md and every page below docs/, but for the projects there."""
    found = [p for p in (ROOT / "docs").rglob("*.md") if not {"project", "example"} & set(p.parts)]
    return [ROOT / "README.md", *sorted(found)]


def tidy(printed: bytes) -> str:
    """As a page shows it."""
    return "\n".join(line.rstrip() for line in printed.decode("utf-8").splitlines()).strip("\n")


def output_of(arguments: str, folder: Path) -> str:
    """What the command prints in that folder, 80 columns wide."""
    command = [sys.executable, "-c", PROGRAM, *shlex.split(arguments)]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, check=True)
    return tidy(done.stdout)


def install(folder: Path) -> Path:
    """Put the command `repro-audit` into the folder, for a shell that has it on its path."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "repro-audit"
    command.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-c", PROGRAM])} "$@"\n', "utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return folder


def commands_of(page: Path) -> list[str]:
    """The arguments of each command that the page shows with what it prints."""
    return [found["arguments"] for found in BLOCK.finditer(page.read_text("utf-8"))]


def hold_true(page: Path, arguments: str, folder: Path) -> None:
    """Compare what a page shows for a command with what it prints, or write it into the page."""
    text = page.read_text("utf-8")
    shown = next(found for found in BLOCK.finditer(text) if found["arguments"] == arguments)
    real = output_of(arguments, folder)
    if IS_UPDATE:
        page.write_text(text[: shown.start("output")] + real + "\n" + text[shown.end("output") :], "utf-8")
        return
    assert shown["output"].strip("\n") == real
