"""What is typed to run one step of a pipeline alone, with what the main command gives to all of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ..compare.folders import compare
from ..facts.data.model import Stage
from ..facts.yamls import read_yaml
from ..project import Project
from ..sandbox.model import Run
from .job import shown
from .lab import Lab
from .model import Output
from .outputs import told
from .parameters.rendering import in_words
from .systems.carried import INSIDE
from .systems.guild_runs import RunFolder, run_folders

WORD = r"(?:'[^']*'|\"[^\"]*\"|[^\s;&|'\"]+)"
VARIABLE = re.compile(rf"(?<=\s)[A-Za-z_]\w*=(?:{WORD})+")
SNAKE_OPTION = re.compile(
    rf"\s(?:(?:--config|-C)(?:\s+(?:'[A-Za-z_]\w*=[^']*'|[A-Za-z_]\w*=(?:{WORD})+))+|"
    rf"(?:--configfiles?|-s|--snakefile|-d|--directory)[= ]{WORD})"
)
KEDRO_OPTION = re.compile(rf"\s(?:--params|--env|-e|--pipeline|-p|--conf-source)(?:=|\s+){WORD}")
NODE_NAME = re.compile(r"\bname\s*=\s*[\"']([^\"']+)[\"']")
NODE = re.compile(r"\b[nN]ode\(")
CATALOGS = ("catalog.yml", "catalog.yaml")
LONGEST_NODE = 15  # lines


def make_alone(lab: Lab, target: str) -> str:
    """The variables that the command gives are given to the target too."""
    return " ".join(["make", *VARIABLE.findall(shown(lab.job.argv)), target])


def snakemake_alone(lab: Lab, rule: str) -> str:
    """The configuration that the command gives; its targets are replaced."""
    given = "".join(SNAKE_OPTION.findall(shown(lab.job.argv)))
    return f"snakemake --cores 1{given} --allowed-rules {rule} --force {rule}"


def guild_alone(lab: Lab, operation: str) -> str:
    """The flags with which the pipeline ran it, by Guild's own notes."""
    ran = _ran(lab.reference, operation)
    flags = [shlex.quote(f"{k}={in_words(v)}") for k, v in ran.flags.items() if not isinstance(v, list)] if ran else []
    return " ".join(["guild run", operation, *flags, "-y"])


def guild_ran(run: Run, operation: str) -> bool:
    return _ran(run, operation) is not None


def _ran(run: Run, operation: str) -> RunFolder | None:
    return next((f for f in run_folders(run) if f.operation == operation.rpartition(":")[2]), None)


def guild_outputs(lab: Lab, run: Run, operation: str) -> tuple[Output, ...]:
    """What the operation left in its run folder alone, beside what it left there in the whole run."""
    before = {f.path for f in run_folders(lab.reference)}
    old = _ran(lab.reference, operation)
    new = next((f for f in run_folders(run) if f.path not in before and old and f.operation == old.operation), None)
    if old is None or new is None:
        return ()
    tree = compare(lab.reference.folder / old.path, run.folder / new.path, lab.tolerances)
    return tuple(told(f"{operation}/{path}", node) for path, node in tree.files() if path in {*old.own, *new.own})


def kedro_name(project: Project, stage: Stage) -> str | None:
    """The name of the node itself, which a command has to give; None for one that has none of its own."""
    lines = project.files.lines(stage.at.path)
    start = (stage.at.line or 1) - 1
    while start > 0 and not NODE.search(lines[start]):
        start -= 1
    text = "\n".join(lines[start : start + LONGEST_NODE])
    first = NODE.search(text)
    after = NODE.search(text, first.end()) if first else None
    found = NODE_NAME.search(text[: after.start() if after else len(text)])
    return found.group(1) if found else None


def kedro_alone(lab: Lab, node: str) -> str:
    """The long name of the option was another before Kedro 0.18."""
    return f"kedro run{_kedro_given(lab)} -n {shlex.quote(node)}"


def kedro_function_alone(lab: Lab, function: str) -> str:
    """A node that has no name of its own, by its function, through a script that travels into the run."""
    return f"python {INSIDE}/kedro_node.py {shlex.quote(function)} run{_kedro_given(lab)}"


def _kedro_given(lab: Lab) -> str:
    return "".join(KEDRO_OPTION.findall(shown(lab.job.argv)))


def kedro_files(project: Project, names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of data sets, by the catalog."""
    return tuple(path for path in _catalog_paths(project, names) if path)


def _catalog_paths(project: Project, names: tuple[str, ...]) -> Iterator[str]:
    for path in project.files.named(*CATALOGS):
        entries = read_yaml(project.files.text(path))
        yield from (entries.get(name).get("filepath").text for name in names)
