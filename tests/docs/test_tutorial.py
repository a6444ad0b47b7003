"""The tutorial holds: whoever types its commands sees what it shows. REPRO_AUDIT_UPDATE=1 rewrites what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shown import IS_UPDATE, ROOT

from .replay import Reader, Typed, rewritten

FIRST, SECOND = (ROOT / "docs" / "tutorial" / name for name in ("README.md", "verified.md"))
STARS = re.compile(r"^(?:[★☆·] ){4}[★☆·] .*$|^[★☆·] \d .*$", re.MULTILINE)
ANSWERS = re.compile(r"^  (\S) ([a-z]+(?:-[a-z]+)+)", re.MULTILINE)


def test_each_step_of_the_first_part_prints_what_the_page_shows(tmp_path: Path) -> None:
    held_true(FIRST, list(Reader(tmp_path).follow(FIRST)))


@pytest.mark.sandbox
def test_the_runs_of_the_second_part_give_the_stars_and_answers_that_the_page_shows(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    list(reader.follow(FIRST, lambda line: not line.startswith("repro-audit") or "git apply" in line))
    held_true(SECOND, list(reader.follow(SECOND)))


def held_true(page: Path, commands: list[Typed]) -> None:
    if IS_UPDATE:
        page.write_text(rewritten(page.read_text("utf-8"), commands), "utf-8")
        return
    assert commands
    for command in commands:
        assert seen(command, command.shown) == seen(command, command.real), command.line


def seen(command: Typed, output: str) -> object:
    """What counts of an output: of a run the stars and the answers, since its times and numbers change."""
    return (STARS.findall(output), ANSWERS.findall(output)) if command.is_run else output
