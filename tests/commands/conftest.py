"""The command line over stand-in rules: what a rule finds is tested elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from called import Program, program_of

from repro_audit.rule import Place as At
from repro_audit.rule import Project, Verdict, at, na, no, rule, unknown, yes

Run = Program


def stand_ins() -> ModuleType:
    """A criterion per answer; `data-managed` is met where data.csv is there."""
    module = ModuleType("stand_ins")

    def declare(id: str, star: int, verdict: Callable[[Project], Verdict]) -> None:
        def check(project: Project) -> Verdict:
            """Why it matters."""
            return verdict(project)

        made = rule(id, star=star, criterion=f"{id} is met.", article="It asks for that.", fix=f"Meet {id}.")(check)
        setattr(module, id.replace("-", "_"), made)

    place = at(At("train.py", 1), "x = 1")
    declare("code-runs", 1, lambda project: yes("it runs", [place]))
    declare("config-files", 2, lambda project: no("none", [place], "Write train.py:1 anew."))
    declare("config-repeatable", 2, lambda project: unknown("only a run can tell"))
    declare("data-managed", 3, lambda project: yes("there") if project.files.has("data.csv") else no("gone"))
    declare("env-image", 4, lambda project: na("not needed"))
    declare("eval-predict", 5, lambda project: yes("there"))
    return module


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    package, module = ModuleType("repro_audit.rules"), stand_ins()
    package.MODULES = (module,)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "repro_audit.rules", package)
    return module


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: ModuleType) -> Path:
    """A folder with a script, which is the working directory."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "train.py").write_text("x = 1\n")
    (folder / "data.csv").write_text("a,b\n1,2\n")
    (folder / "README.md").write_text("# Demo\n\n```\npython train.py\n```\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return program_of(monkeypatch, capfdbinary)
