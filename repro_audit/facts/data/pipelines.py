"""Steps that a pipeline declares, with what they write: DVC, Snakemake, targets, Kedro, MLproject, Guild, Make, Dud,
Nextflow, Ploomber; those written in Python are read in `orchestrators`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..yamls import Entry, read_yaml
from .model import Stage
from .orchestrators import orchestrated_stages

MOST_OF_A_COMMAND = 600  # characters
MAX_KEDRO = 60  # files of pipelines
CHORES = regex(
    r"^(?:_.*|all|(?:clean|install|test|env|setup|docker|build|dev|sync|deploy|serve|start|stop)[\w-]*|help|lint|"
    r"format|requirements|venv|create_environment|docs?|style|push|update|init|check|"
    r"(?:\w+[-_])*(?:release\w*|[sb]?dist|wheels?|changelog|upload|bump\w*|bash|shell|sh|notebook|"
    r"jupyter|lab|ui|docs?|container|publish|coverage|profile|"
    r"tensorboard|mypy|flake8|pylint|black|isort|pre[-_]?commit)(?:[-_]\w+)*)$"
)
PROGRAM = regex(r"python|Rscript|julia|guild|jupyter|dvc|curl|wget|\$\(PY\w*\)|bash|\bsh |\./")
TARGET = regex(r"^([\w./$(){}%-]+)[ \t]*:(?!=)([^=\n]*)\n((?:\t[^\n]*\n?)+)", re.MULTILINE)
NODE_ARGUMENT = r"(?:\[[^\]]*\]|\{[^}]*\}|[\"'][^\"']+[\"']|None)"
NODE_WORDS = rf"\s*=\s*({NODE_ARGUMENT})"
NODE_THIRD = regex(rf"\s*[\w.]+\s*,\s*(?:inputs\s*=\s*)?{NODE_ARGUMENT}\s*,\s*({NODE_ARGUMENT})")


def declared_stages(files: Tree) -> Iterator[Stage]:
    """Every step of every pipeline of the project; those that keep what they write are declared."""
    yield from _dvc(files)
    yield from _snakemake(files)
    yield from _targets(files)
    yield from _kedro(files)
    yield from _mlproject(files)
    yield from _guild(files)
    yield from _make(files)
    yield from _dud(files)
    yield from _nextflow(files)
    yield from _ploomber(files)
    yield from orchestrated_stages(files)


def _yaml(files: Tree, path: str) -> Entry:
    return read_yaml(files.text(path))


def _names(entry: Entry) -> tuple[str, ...]:
    """Paths of a list whose items are texts or mappings of one key."""
    return tuple(i.text or next(iter(i.values), "") for i in entry.items)[:50] or entry.texts


def _dvc(files: Tree) -> Iterator[Stage]:
    for path in files.named("dvc.yaml"):
        for name, stage in _yaml(files, path).get("stages").values.items():
            body = stage.get("do") or stage
            outputs = _names(body.get("outs")) + _names(body.get("metrics"))
            command = " ".join(body.get("cmd").texts)[:MOST_OF_A_COMMAND]
            yield Stage(name, command, Place(path, stage.line), outputs, True)


def _snakemake(files: Tree) -> Iterator[Stage]:
    for path in (*files.named("snakefile"), *files.suffixed(".smk")):
        for number, line in enumerate(files.lines(path), 1):
            found = re.match(r"\s*(?:rule|checkpoint)\s+(\w+)\s*:", line)
            if found and found.group(1) != "all":
                yield Stage(found.group(1), f"snakemake {found.group(1)}", Place(path, number), (), True)


def _targets(files: Tree) -> Iterator[Stage]:
    for path in files.named("_targets.r"):
        text = files.text(path) or ""
        for found in re.finditer(r"\b(?:tar_target|tar_file\w*|tar_render|tar_quarto)\(\s*(?:name\s*=\s*)?(\w+)", text):
            line = text.count("\n", 0, found.start()) + 1
            yield Stage(found.group(1), "targets::tar_make()", Place(path, line), (), True)


def _kedro(files: Tree) -> Iterator[Stage]:
    """Nodes of Kedro pipelines; declared where the catalog keeps at least half of what passes in their file."""
    entries = frozenset(_catalog_entries(files))
    paths = [p for p in files.suffixed(".py") if "pipeline" in p] if entries else []
    for path in paths[:MAX_KEDRO]:
        yield from _kedro_nodes(path, (files.text(path) or "")[:200_000], entries)


def _catalog_entries(files: Tree) -> Iterator[str]:
    """Names of a catalog, in YAML or in Python."""
    for path in files.named("catalog.yml", "catalog.yaml"):
        yield from (m.group(1) for m in (re.match(r"([\w.{}@-]+):\s*$", line) for line in files.lines(path)) if m)
    for path in files.named("catalog.py"):
        yield from re.findall(r"[\"']([\w.@:-]+)[\"']\s*:\s*\w*Data[Ss]et\(", files.text(path) or "")


def _kedro_nodes(path: str, text: str, entries: frozenset[str]) -> Iterator[Stage]:
    nodes = list(re.finditer(r"\b[nN]ode\(", text))
    ends = [*(n.start() for n in nodes[1:]), len(text)]
    written = [_node_outputs(text[n.end() : end]) for n, end in zip(nodes, ends)]
    outputs = frozenset().union(*written)
    is_declared = len(outputs & entries) * 2 >= len(outputs) > 0
    for node, end, names in zip(nodes, ends, written):
        called = re.compile(r"\s*(?:func\s*=\s*)?(\w+)").match(text, node.end(), end)
        name = called.group(1) if called else "node"
        line = text.count("\n", 0, called.start(1) if called else node.start()) + 1
        yield Stage(name, f"kedro run --nodes {name}", Place(path, line), tuple(sorted(names & entries)), is_declared)


def _node_outputs(text: str) -> frozenset[str]:
    """The names in the text, list or mapping that is given as outputs, by the keyword or in the third place."""
    found = re.search("outputs" + NODE_WORDS, text) or NODE_THIRD.match(text)
    return frozenset(re.findall(r"[\"']([\w.@:-]+)[\"']", found.group(1)) if found else ())


def _mlproject(files: Tree) -> Iterator[Stage]:
    for path in files.named("mlproject"):
        entries = _yaml(files, path).get("entry_points").values
        for name, entry in entries.items() if len(entries) > 1 else ():
            yield Stage(name, f"mlflow run . -e {name}", Place(path, entry.line), (), True)


def _guild(files: Tree) -> Iterator[Stage]:
    for path in files.named("guild.yml"):
        root = _yaml(files, path)
        for model in root.items or (root,):
            operations = model.get("operations") or model
            for name, body in operations.values.items():
                if any(body.get(k) for k in ("main", "requires", "steps", "exec", "notebook")):
                    yield Stage(name, f"guild run {name}", Place(path, body.line), (), True)


def _make(files: Tree) -> Iterator[Stage]:
    """Targets that are files declare what they write; phony ones declare nothing."""
    for path in files.named("makefile", "gnumakefile"):
        text = (files.text(path) or "")[:200_000]
        phony = {w for line in re.findall(r"^\.PHONY\s*:\s*(.*)$", text, re.MULTILINE) for w in line.split()}
        for found in TARGET.finditer(text):
            name, _, recipe = found.groups()
            if CHORES.match(name) or not PROGRAM.search(recipe):
                continue
            is_file = name not in phony and ("/" in name or "." in name)
            line = text.count("\n", 0, found.start()) + 1
            yield Stage(name, f"make {name}", Place(path, line), (name,) if is_file else (), is_file)


def _dud(files: Tree) -> Iterator[Stage]:
    """Every stage of the index; one without a command is data that were added."""
    for path in files.matching(".dud/index", "*/.dud/index"):
        base = path[: -len(".dud/index")]
        for name in (line.strip() for line in files.lines(path)):
            if name and base + name in files:
                stage = _yaml(files, base + name)
                command = f"dud run {name}" if stage.get("command") else f"dud fetch {name}"
                yield Stage(base + name, command, Place(base + name, 1), tuple(stage.get("outputs").values), True)


def _nextflow(files: Tree) -> Iterator[Stage]:
    """Processes; their outputs are declared in a block of that name."""
    for path in files.suffixed(".nf"):
        for number, line in enumerate(files.lines(path), 1):
            found = re.match(r"\s*process\s+[\"']?(\w+)[\"']?\s*\{", line)
            if found:
                yield Stage(found.group(1), "nextflow run", Place(path, number), (), True)


def _ploomber(files: Tree) -> Iterator[Stage]:
    """Tasks that name a source and a product."""
    for path in files.named("pipeline.yaml", "pipeline.yml"):
        for task in _yaml(files, path).get("tasks").items:
            source, product = task.get("source").text, task.get("product")
            if source and product:
                name = task.get("name").text or source
                yield Stage(name, f"ploomber task {name}", Place(path, task.line), product.texts[:50], True)
