"""The other tools, each run on a tree and read into the same words: check -> (status, what it says).

Statuses are the tool's own, in lower case (`pass`, `partial`, `fail`, `failed`, `20/20`, ...). Nothing of the audited
project runs: the one tool that could be told to run things by a project's settings is given settings of ours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120  # for one tool on one tree
SILENT = "silent"  # the tool says nothing about this check for this project


@dataclass(frozen=True)
class Check:
    status: str
    says: str = ""


Checks = dict[str, Check]


@dataclass(frozen=True)
class Tool:
    name: str
    arguments: tuple[str, ...]  # run in the project's folder
    read: Callable[[str], Checks]
    settings: tuple[str, str] = ("", "")  # a file written into the copy first: name, text


def run(tool: Tool, executable: str, tree: Path) -> Checks:
    """What the tool says of a tree, from a copy. No checks where it fails or takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(tree, copy, symlinks=True)
        if tool.settings[0]:
            (copy / tool.settings[0]).write_text(tool.settings[1], "utf-8")
        try:
            done = subprocess.run(
                [executable, *tool.arguments], cwd=copy, env=plain_environment(), timeout=SECONDS, check=False,
                stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
            )  # fmt: skip
            return tool.read(done.stdout)
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
            return {}


def plain_environment() -> dict[str, str]:
    """Wide and without colors, since one of the tools can only be read from its table."""
    return {**os.environ, "COLUMNS": "220", "NO_COLOR": "1"}


def read_adduce(text: str) -> Checks:
    return {f["rule_id"]: Check(f["status"], f["message"]) for f in json.loads(text)["findings"]}


def read_doctor(text: str) -> Checks:
    report = json.loads(text)
    says: dict[str, str] = {}
    for finding in report["findings"]:
        says[finding["check_id"]] = f"{says.get(finding['check_id'], '')} {finding['message']}".strip()
    return {c["check_id"]: Check(c["status"], says.get(c["check_id"], "")) for c in report["checks"]}


def read_reprolint(text: str) -> Checks:
    """Its scores are the finest that it tells. Findings follow the table, unassigned, so each check gets them all."""
    rows = re.findall(r"^│ ([^│]+?) +│[^│]+│[^│]+│ +(\d+/\d+) │$", text, re.MULTILINE)
    findings = text.partition("\nFindings\n")[2]
    return {name: Check(score, findings) for name, score in rows}


def read_mllint(text: str) -> Checks:
    rows = re.findall(r"^\S+ \| ([\d.]+)% \| \d+ \| .*? \| `([^`]+)`$", text, re.MULTILINE)
    return {slug: Check(f"{float(score):.0f}%") for score, slug in rows}


TOOLS = (
    Tool("adduce", ("check", ".", "--mode", "reviewer", "--format", "json"), read_adduce),
    Tool("ml-project-doctor", (".", "--format", "json"), read_doctor),
    Tool("reprolint", (".",), read_reprolint),
    # Settings of a project may name commands to run as checks of its own, and linters run plug-ins: neither here.
    Tool(
        "mllint", ("run", ".", "--quiet", "--output", "-"), read_mllint,
        (".mllint.yml", "rules:\n  disabled: [code-quality, custom]\n"),
    ),
)  # fmt: skip
