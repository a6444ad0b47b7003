"""The pages below docs/: links lead somewhere, commands are ones that the program takes, what is shown is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from shown import LINK, ROOT, pages
from typer.main import get_command

from repro_audit.cli import app
from repro_audit.project import Project
from repro_audit.rule import Rule

PAGES = pages()
FENCE = re.compile(r"^```(?:bash|console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"\s*(?:\||>|&&|;|#\s).*")  # what follows a command on its line
TUTORIAL = ROOT / "docs" / "tutorial"
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    prose = CODE.sub("", page.read_text("utf-8"))
    assert not [target for target in LINK.findall(prose) if not (page.parent / target).exists()]


def commands(page: Path) -> list[str]:
    """Each line that calls the program, as it is typed."""
    text = "\n".join(FENCE.findall(page.read_text("utf-8"))).replace("\\\n", " ")
    lines = [line.strip().removeprefix("$ ") for line in text.splitlines()]
    return [SHELL.sub("", line) for line in lines if re.match(r"repro-audit\s", line)]


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=named)
def test_every_command_is_one_that_the_program_takes(page: Path) -> None:
    group: Any = get_command(app)
    for line in commands(page):
        name, *words = shlex.split(line)[1:]
        if not {"-h", "--help", "--version"} & {name, *words}:
            assert name in group.commands, line
            group.commands[name].make_context(name, words)


def test_the_tutorial_shows_the_whole_program_that_it_starts_from() -> None:
    program = (TUTORIAL / "project" / "frost.py").read_text("utf-8")
    assert f"```python\n{program}```" in (TUTORIAL / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("has_card", "answer"), [(True, "yes"), (False, "no")])
def test_the_rule_of_the_how_to_works_as_it_stands(has_card: bool, answer: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print(1)\n", "utf-8")
    if has_card:
        (tmp_path / "MODEL_CARD.md").write_text("# For toys\n", "utf-8")
    page = (ROOT / "docs" / "how-to" / "write-a-rule.md").read_text("utf-8")
    code = next(iter(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)))
    names: dict[str, Any] = {}
    exec(code, names)
    found = next(value for value in names.values() if isinstance(value, Rule))
    assert found(Project(tmp_path)).answer == answer
