"""The steps that were found, with what each reads and writes: as dvc.yaml where DVC is used, else as a Makefile."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..facts.commands.model import StepKind
from ..facts.data.passing import PATH_LITERAL, WRITE_CALL
from ..facts.files import normalise
from ..project import Project
from .model import Case, Declined, Proposal

_PLAIN = re.compile(r"[A-Za-z0-9_][\w./-]*")  # a path that neither make nor a shell reads as more


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: str
    script: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def propose(case: Case) -> Proposal | Declined:
    """Only where every step is a script of one line, and names the files that it passes on."""
    project = case.project
    steps = _steps(project)
    if isinstance(steps, str):
        return Declined(case.criterion, steps)
    if "dvc" in project.systems.names:
        if "dvc.yaml" in project.files:
            return Declined(case.criterion, "there is a dvc.yaml already: declare the outputs of its stages")
        return Proposal(case.criterion, {"dvc.yaml": _dvc(steps)}, f"dvc.yaml declares the {len(steps)} steps")
    if project.files.named("Makefile", "GNUmakefile"):
        return Declined(case.criterion, "there is a Makefile already: add targets for what each step writes")
    return Proposal(case.criterion, {"Makefile": _makefile(steps)}, f"a Makefile declares the {len(steps)} steps")


def _steps(project: Project) -> list[Step] | str:
    """The steps of the stated commands, in their order; words where they are not plain enough to be declared."""
    commands = project.commands
    lines = [c for c in (*commands.preparation, *commands.chosen) if c.argv]
    planned = [s for s in (*commands.preparation_steps, *commands.steps) if s.kind is StepKind.PYTHON and s.path]
    if len(planned) < 2 or len({s.path for s in planned}) < len(planned) or any(s.cwd != "." for s in planned):
        return "the main experiment is not stated as several scripts that run one after another"
    written: dict[str, str] = {}
    steps: list[Step] = []
    for step in planned:
        script = step.path or ""
        command = next((c.text for c in lines if c.argv and script in c.argv and c.cwd == "."), None)
        if command is None or not re.fullmatch(r"[\w ./=,:@+-]+", command) or not _PLAIN.fullmatch(script):
            return f"the command of {script} is no plain line"
        text = project.files.text(script) or ""
        writes = [w for w in _inside(m.group(1) for m in WRITE_CALL.finditer(text)) if w not in written]
        reads = [r for r in _inside(m.group(1) for m in PATH_LITERAL.finditer(text)) if r not in writes]
        given = tuple(r for r in dict.fromkeys(reads) if r in written or r in project.files)
        steps.append(Step(_name(script), command, script, given, tuple(dict.fromkeys(writes))))
        written |= dict.fromkeys(writes, script)
    silent = [s.script for s in steps[:-1] if not s.writes]
    if silent:
        return f"{silent[0]} does not name the files that it writes below the project"
    if len({s.name for s in steps}) < len(steps):
        return "two steps have one name"
    return steps


def _inside(paths: object) -> list[str]:
    """Paths below the project, that need no quoting."""
    assert hasattr(paths, "__iter__")
    plain = [normalise(p) for p in paths if _PLAIN.fullmatch(p.removeprefix("./"))]
    return [p for p in plain if not p.startswith("..")]


def _name(script: str) -> str:
    return re.sub(r"\W+", "-", script.rpartition("/")[2].removesuffix(".py")).strip("-").lower()


def _makefile(steps: list[Step]) -> str:
    """One target for the files of each step; the last step always runs where it writes none."""
    goals = [steps[-1].writes[0]] if steps[-1].writes else [steps[-1].name]
    lines = [f"all: {' '.join(goals)}", ""]
    for step in steps:
        target = " ".join(step.writes) if step.writes else step.name
        sign = " &:" if len(step.writes) > 1 else ":"  # one run makes all of them
        folders = sorted({w.rpartition("/")[0] for w in step.writes} - {""})
        made = [f"\tmkdir -p {' '.join(folders)}"] if folders else []
        lines += [f"{target}{sign} {' '.join((step.script, *step.reads))}", *made, f"\t{step.command}", ""]
    phony = ["all", *(s.name for s in steps if not s.writes)]
    return "\n".join([*lines, f".PHONY: {' '.join(phony)}"]) + "\n"


def _dvc(steps: list[Step]) -> str:
    lines = ["stages:"]
    for step in steps:
        lines += [f"  {step.name}:", f"    cmd: {step.command}", "    deps:"]
        lines += [f"      - {path}" for path in (step.script, *step.reads)]
        lines += ["    outs:", *(f"      - {path}" for path in step.writes)] if step.writes else []
    return "\n".join(lines) + "\n"
