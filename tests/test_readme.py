"""What the README shows is what a user gets. With REPRO_AUDIT_UPDATE=1 the pages are rewritten instead."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repro_audit.loader import load_rules
from repro_audit.report.reference import reference

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RULES = ROOT / "rules" / "README.md"
IS_UPDATE = os.environ.get("REPRO_AUDIT_UPDATE") == "1"
SHOWN = re.compile(r"```console\n\$ repro-audit (?P<arguments>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)


def blocks() -> list[str]:
    return [found["arguments"] for found in SHOWN.finditer(README.read_text("utf-8"))]


def output_of(arguments: str, folder: Path) -> str:
    """What the command prints, 80 columns wide, in a folder with the fixtures and without git."""
    if not (folder / "fixtures").exists():
        shutil.copytree(ROOT / "fixtures" / "five-stars", folder / "fixtures" / "five-stars")
    code = "import sys; sys.argv[0] = 'repro-audit'; from repro_audit.cli import main; sys.exit(main())"
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", code, *shlex.split(arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.decode("utf-8").splitlines()).strip("\n")


@pytest.mark.parametrize("arguments", blocks())
def test_the_readme_shows_what_the_command_prints(arguments: str, tmp_path: Path) -> None:
    text = README.read_text("utf-8")
    shown = next(found for found in SHOWN.finditer(text) if found["arguments"] == arguments)
    real = output_of(arguments, tmp_path)
    if IS_UPDATE:
        README.write_text(text[: shown.start("output")] + real + "\n" + text[shown.end("output") :], "utf-8")
        return
    assert shown["output"].strip("\n") == real


def test_the_page_of_the_rules_is_what_the_rules_say() -> None:
    real = reference(load_rules())
    if IS_UPDATE:
        RULES.write_text(real, "utf-8")
    assert RULES.read_text("utf-8") == real


def test_links_of_the_readme_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8"))
    assert targets and all((ROOT / target).exists() for target in targets)


def test_every_criterion_is_named_in_the_readme() -> None:
    text = README.read_text("utf-8")
    assert not [rule.id for rule in load_rules() if f"`{rule.id}`" not in text]
