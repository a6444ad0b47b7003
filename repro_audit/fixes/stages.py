"""The steps that were found, with what each reads and writes: as dvc.yaml where DVC is used, else as a Makefile."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from ..facts.commands.model import Command
from ..facts.files import normalise
from ..facts.program.nodes import dotted
from ..project import Project
from .model import Case, Declined, Proposal

_PLAIN = re.compile(r"[A-Za-z0-9_][\w./-]*")  # a path that neither make nor a shell reads as more

_ENDING = re.compile(r"\.[A-Za-z]\w{0,9}$")
_SAVES = re.compile(r"to_(csv|pickle|parquet|json|feather|hdf|excel)|save\w*|dump|write_(csv|text|bytes|parquet)")


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
    """The scripts that the page of the main command runs one after another; words where they are not plain enough."""
    steps: list[Step] = []
    made: set[str] = set()
    for command in _lines(project):
        script = (command.argv or ("", ""))[1]
        if not re.fullmatch(r"[\w ./=,:@+-]+", command.text) or not _PLAIN.fullmatch(script):
            return f"the command of {script} is no plain line"
        reads, writes = _files(project, script)
        if not set(reads) & made and steps:
            continue  # it takes nothing from the steps before it: another thing to do, and no step of this
        steps.append(
            Step(_name(script), command.text, script, _given(project, reads, made), tuple(sorted(writes - made)))
        )
        made |= writes
    if len(steps) < 2 or not any(s.path == step.script for s in project.commands.steps for step in steps):
        return "no scripts that name the files they pass on below the project are stated one after another"
    if len({s.name for s in steps}) < len(steps) or any(not s.writes for s in steps[:-1]):
        return "two steps have one name, or one of them writes nothing that could be declared"
    return steps


def _lines(project: Project) -> list[Command]:
    """Commands that run a script of the project from its root, in the order of the page that states the main one."""
    commands = project.commands
    pages = {c.at.path for c in commands.chosen}
    stated = [c for c in commands.all if c.at.path in pages and c.cwd == "." and c.argv and len(c.argv) > 1]
    runs = [c for c in stated if c.argv and c.argv[0] in ("python", "python3") and c.argv[1] in project.files]
    first = {c.argv[1]: c for c in sorted(runs, key=lambda c: c.at, reverse=True) if c.argv}
    return sorted(first.values(), key=lambda c: c.at)


def _given(project: Project, reads: set[str], made: set[str]) -> tuple[str, ...]:
    return tuple(sorted(r for r in reads if r in made or r in project.files))


def _files(project: Project, script: str) -> tuple[set[str], set[str]]:
    """(paths that its code names without writing them, paths that it writes), both below the project."""
    source = project.sources.get(script)
    reads: set[str] = set()
    writes: set[str] = set()
    for node in ast.walk(source.tree) if source else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_file(node.value):
            reads.add(normalise(node.value))
        elif isinstance(node, ast.Call) and _writes(node):
            writes |= {normalise(p) for p in _named(node) if _is_file(p)}
    return reads - writes, writes


def _is_file(text: str) -> bool:
    plain = text.removeprefix("./")
    return bool(_PLAIN.fullmatch(plain) and _ENDING.search(plain)) and not normalise(plain).startswith("..")


def _named(call: ast.Call) -> list[str]:
    """Texts that a call is given, or that stand in what it is called on: `Path("a.json").write_text(...)`."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    parts = [*call.args, *(k.value for k in call.keywords), *([owner] if isinstance(owner, ast.Call) else [])]
    inner = [n for p in parts if isinstance(p, (ast.Constant, ast.Call)) for n in (p, *getattr(p, "args", ()))]
    return [n.value for n in inner if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _writes(call: ast.Call) -> bool:
    """Whether a call writes the file that it names: opened to be written, or a method that saves."""
    name = (dotted(call.func) or str(getattr(call.func, "attr", ""))).rpartition(".")[2]
    if name == "open":
        mode = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "mode"), None)
        return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value[:1] in ("w", "x")
    return bool(_SAVES.fullmatch(name))


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
