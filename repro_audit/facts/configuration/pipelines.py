"""Parameters that pipelines and task runners hold: DVC, MLproject, Guild, Kedro, Snakemake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...model import Place
from ..commands.model import Commands
from ..files import Tree, normalise
from ..regex import regex
from .leaf import Leaf
from .leaves import leaves_of
from .model import Holder, Parameter, ParameterSet
from .words import leaf_name

TEMPLATE = regex(r"\$\{([\w.\-\[\]]+)\}")


def words_of(commands: Commands) -> str:
    """The text of the chosen commands and steps, in which tools and files are named."""
    steps = [" ".join((s.path or "", *s.arguments)) for s in commands.steps]
    return "\n".join([*(c.text for c in commands.chosen), *steps])


def runs(commands: Commands, tool: str) -> bool:
    """Whether a chosen command calls the tool."""
    return any(re.search(rf"(^|[\s/;&|]){tool}(\s|$)", c.text, re.IGNORECASE) for c in commands.chosen)


def touched(commands: Commands, name: str) -> bool:
    """Whether a chosen command or step is written in a file of that name."""
    places = [*(c.at.path for c in commands.chosen), *(s.at.path for s in commands.steps)]
    return any(p.rpartition("/")[2].lower() == name for p in places)


def _yaml(tree: Tree, path: str) -> tuple[Leaf, ...]:
    return leaves_of(path + ".yaml", tree.text(path) or "")


def mlproject_sets(tree: Tree, commands: Commands) -> Iterator[ParameterSet]:
    """Parameters of each entry point, read where the entry's command names them in braces."""
    for path in tree.named("MLproject"):
        leaves = _yaml(tree, path)
        templates = {leaf.key: str(leaf.value) for leaf in leaves if leaf.key.endswith(".command")}
        found: dict[str, Parameter] = {}
        for leaf in leaves:
            parts = re.match(r"entry_points\.([^.]+)\.parameters\.([^.]+)(?:\.(\w+))?$", leaf.key)
            if parts is None:
                continue
            entry, name, detail = parts.groups()
            key = f"{entry}.{name}"
            value = leaf.value if detail in (None, "default") else found[key].value if key in found else None
            if detail is None and value in ("int", "float", "string", "path", "uri"):  # its type; it has no default
                value = None
            template = templates.get(f"entry_points.{entry}.command", "")
            is_read = bool(re.search(rf"\{{\s*{re.escape(name)}\s*\}}", template))
            place = found[key].at if key in found else Place(path, leaf.line)
            why = "" if is_read else "the command of its entry point does not pass it on"
            found[key] = Parameter(key, value, place, is_read, why)
        if found:
            is_main = (runs(commands, "mlflow") or touched(commands, "mlproject")) and _is_near(path, commands)
            reader = next((Place(path, leaf.line) for leaf in leaves if leaf.key.endswith(".command")), None)
            yield ParameterSet(path, Holder.MLPROJECT, tuple(found.values()), reader, is_main, Place(path, 1))


def _is_near(path: str, commands: Commands) -> bool:
    """Whether the file stands where a chosen command is stated or runs."""
    folder = path.rpartition("/")[0]
    homes = {c.at.path.rpartition("/")[0] for c in commands.chosen} | {
        "" if c.cwd == "." else c.cwd for c in commands.chosen
    }
    homes |= {(s.path or "").rpartition("/")[0] for s in commands.steps}
    return folder in homes or not folder


def guild_sets(tree: Tree, commands: Commands) -> Iterator[ParameterSet]:
    """Flags of each operation; those of the operation that is run are the main ones."""
    asked = [w for c in commands.chosen for w in re.findall(r"guild\s+run\s+([^\s]+)", c.text)]
    is_run = bool(asked) or touched(commands, "guild.yml")
    operations = {re.split(r"[:/]", w)[-1] for w in asked}
    for path in tree.named("guild.yml", "guild.yaml"):
        grouped: dict[str, list[Parameter]] = {}
        leaves = _yaml(tree, path)
        renamed = {
            leaf.key.removesuffix(".arg-name"): str(leaf.value) for leaf in leaves if leaf.key.endswith(".arg-name")
        }
        for operation, step in _guild_steps(leaves):
            if operation.rpartition(".")[2] in operations:
                operations |= {step.value.split(" ")[0].rpartition(":")[2]}
            grouped.setdefault(operation, []).extend(_given(operation.rpartition(".")[2], step, path))
        for leaf in leaves:
            parts = re.search(r"(?:^|\.)([^.]+)\.flags\.([^.]+)(?:\.(\w+))?$", leaf.key)
            if parts is None or parts.group(3) not in (None, "default") or parts.group(2).startswith("$"):
                continue
            group = leaf.key[: leaf.key.index(".flags.")] if ".flags." in leaf.key else parts.group(1)
            name = f"{parts.group(1)}.{parts.group(2)}"
            grouped.setdefault(group, []).append(
                Parameter(name, leaf.value, Place(path, leaf.line), known_as=renamed.get(_flag(leaf.key), ""))
            )
        named = {g for g in grouped if g.rpartition(".")[2] in operations}
        for group in sorted(g for g in grouped if grouped[g]):
            parameters = tuple(grouped[group])
            yield ParameterSet(
                path, Holder.GUILD, parameters, None, is_run and (not named or group in named), parameters[0].at
            )


_STEP = regex(r"^(.+)\.steps\.\d+(?:\.run)?$")
_GIVEN = regex(r"(?<=\s)([\w-]+)=(\[[^\]]*\]|\S+)")


def _guild_steps(leaves: tuple[Leaf, ...]) -> Iterator[tuple[str, Leaf]]:
    """(operation, the call of one of its steps)"""
    for leaf in leaves:
        found = _STEP.match(leaf.key) if isinstance(leaf.value, str) else None
        if found:
            yield found.group(1), leaf


def _given(operation: str, step: Leaf, path: str) -> Iterator[Parameter]:
    """The flags that a step is called with: `run: train epochs=10 seed=[1,2]`."""
    for name, value in _GIVEN.findall(str(step.value)):
        yield Parameter(f"{operation}.{name}", value, Place(path, step.line))


def _flag(key: str) -> str:
    """The key of the flag itself, where this is one of its details."""
    return re.sub(r"(\.flags\.[^.]+)\..*", r"\1", key)


_PARAMS = regex(r"^stages\..+\.params(?:\.\d+)?(?:\.(?P<file>.+\.(?:ya?ml|json|toml))(?:\.\d+)?)?$")
_VARS = regex(r"^(?:stages\..+\.)?vars(?:\.\d+)?$")


def dvc_files(tree: Tree, commands: Commands) -> dict[str, Place]:
    """Parameter files of the DVC pipelines that are run, with the line of dvc.yaml that names them."""
    found: dict[str, Place] = {}
    is_run = runs(commands, "dvc") or touched(commands, "dvc.yaml")
    for path in tree.named("dvc.yaml"):
        if not _is_near(path, commands) and not (is_run and len(tree.named("dvc.yaml")) == 1):
            continue
        folder = path.rpartition("/")[0]
        for name, line in _dvc_names(_yaml(tree, path), tree.text(path) or "", is_run):
            pattern = normalise(f"{folder}/{name}" if folder else name)
            for match in (
                [pattern] if pattern in tree else [p for p in tree.own if "*" in pattern and fnmatchcase(p, pattern)]
            ):
                found.setdefault(match, Place(path, line))
    return found


def _dvc_names(leaves: tuple[Leaf, ...], text: str, is_run: bool) -> Iterator[tuple[str, int]]:
    """(file, line) of every parameter file; `params.yaml` is meant wherever none is named."""
    template = next((leaf.line for leaf in leaves if TEMPLATE.search(str(leaf.value))), None)
    for leaf in leaves:
        params = _PARAMS.match(leaf.key)
        if params:
            yield TEMPLATE.sub("*", params["file"] or "params.yaml"), leaf.line
        elif _VARS.match(leaf.key) and is_run:
            for value in leaf.value if isinstance(leaf.value, list) else [leaf.value]:
                yield TEMPLATE.sub("*", str(value).split(":")[0]), leaf.line
    if template is not None and is_run:
        yield "params.yaml", template


def kedro_files(tree: Tree, commands: Commands) -> tuple[str, ...]:
    """Parameter files of a Kedro project, where `kedro run` is the main experiment."""
    is_kedro = runs(commands, "kedro") or "kedro" in words_of(commands) or bool(tree.matching("*pipeline_registry.py"))
    if not is_kedro:
        return ()
    return tuple(
        p for p in tree.suffixed(".yml", ".yaml", ".json") if re.search(r"(^|/)conf/[\w-]+/parameters[^/]*(/|$|\.)", p)
    )


_CONFIGFILE = regex(r"""^\s*configfile:\s*["']([^"']+)["']""", re.MULTILINE)


def snakemake_texts(tree: Tree, commands: Commands) -> dict[str, str]:
    """The Snakefile and its rule files, where they are the main experiment."""
    paths = (*tree.named("Snakefile"), *tree.suffixed(".smk"))
    if not paths or not (runs(commands, "snakemake") or touched(commands, "snakefile")):
        return {}
    return {p: tree.text(p) or "" for p in paths}


def snakemake_files(tree: Tree, texts: dict[str, str]) -> dict[str, Place]:
    """The files that `configfile:` names."""
    found: dict[str, Place] = {}
    for path, text in texts.items():
        for match in _CONFIGFILE.finditer(text):
            folder = path.rpartition("/")[0]
            for name in (normalise(match.group(1)), normalise(f"{folder}/{match.group(1)}")):
                if name in tree:
                    found.setdefault(name, Place(path, text.count("\n", 0, match.start(1)) + 1))
    return found


def template_names(tree: Tree, paths: tuple[str, ...]) -> frozenset[str]:
    """Last names of what `${...}` refers to in these files."""
    found = {leaf_name(m.split("[")[0]) for p in paths for m in TEMPLATE.findall(tree.text(p) or "")}
    return frozenset(found)
