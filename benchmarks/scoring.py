"""The program's side of the comparison: what it answers for one tree."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from repro_audit.loader import collect
from repro_audit.loader import load_rules as load_all
from repro_audit.project import Project
from repro_audit.rule import Rule

STARS = ("code", "configuration", "data", "environment", "evaluation")


@dataclass(frozen=True)
class Scored:
    """Answers by criterion (`answer`, `message`, `evidence`), and what went wrong on the way."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    commands: tuple[str, ...] = ()  # the chosen ones
    command_at: str = ""
    uses: dict[str, str] = field(default_factory=dict)  # slug to place
    errors: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def score(tree: Path) -> Scored:
    """Answer every criterion for a tree. A rule that raises costs its own answer, not the others'."""
    began = time.perf_counter()
    project = Project(tree)
    answers: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for rule in load_rules(errors):
        try:
            verdict = rule(project)
        except Exception as error:
            errors[rule.id] = last_line(error)
            continue
        evidence = [f"{e.at}: {e.text}" if e.at else e.text for e in verdict.evidence]
        answers[rule.id] = {"answer": str(verdict.answer), "message": verdict.message, "evidence": evidence}
    commands, command_at = chosen_commands(project, errors)
    uses = used_systems(project, errors)
    return Scored(answers, commands, command_at, uses, errors, time.perf_counter() - began)


def load_rules(errors: dict[str, str]) -> tuple[Rule, ...]:
    """All rules; where one module is broken, those of the others, so that they can still be measured."""
    try:
        return load_all()
    except Exception:
        spec = find_spec("repro_audit.rules")
        folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    rules: list[Rule] = []
    for star in STARS:
        try:
            rules += collect([load_file(folder / f"{star}.py")])
        except Exception as error:
            errors[f"rules/{star}.py"] = last_line(error)
    return tuple(rules)


def load_file(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"lone_rules_{path.stem}", path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chosen_commands(project: Project, errors: dict[str, str]) -> tuple[tuple[str, ...], str]:
    try:
        chosen = project.commands.chosen
    except Exception as error:
        errors["command"] = last_line(error)
        return (), ""
    return tuple(c.text for c in chosen), str(chosen[0].at) if chosen else ""


def used_systems(project: Project, errors: dict[str, str]) -> dict[str, str]:
    try:
        systems = project.systems
        places = {name: str(at) for name, at, _ in systems.places}
        return {name: places.get(name, "") for name in systems.names}
    except Exception as error:
        errors["uses"] = last_line(error)
        return {}


def last_line(error: Exception) -> str:
    """What went wrong, and the last place in the program where it did."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} " if frames else ""
    return f"{where}{type(error).__name__}: {error}"
