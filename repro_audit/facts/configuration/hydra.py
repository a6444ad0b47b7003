"""Which files of a Hydra configuration folder the main experiment composes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..commands.model import Commands
from ..files import Tree, normalise
from ..program import Call, Program
from ..source import constant
from .expressions import pattern_of
from .leaves import leaves_of
from .pipelines import words_of

ENTRY = (
    "hydra.main",
    "hydra.initialize",
    "hydra.initialize_config_dir",
    "hydra.initialize_config_module",
    "hydra.compose",
)
MAX_FOLLOWED = 100


@dataclass(frozen=True)
class HydraFolder:
    """A configuration folder: the files that are composed, and the line that asks for them."""

    folder: str
    composed: tuple[str, ...]
    reader: Place


def hydra_folders(tree: Tree, program: Program, commands: Commands) -> Iterator[HydraFolder]:
    """One for each entry into Hydra in reached code."""
    overrides = _overrides(words_of(commands))
    for call in program.calls:
        if call.name not in ENTRY and not (call.last == "main" and call.name.startswith("hydra.")):
            continue
        given = call.argument(0 if call.last != "compose" else None, "config_path", "config_dir")
        path = "" if given is None or constant(given) is None else pattern_of(given).replace("*", "").strip("/")
        name = constant(
            call.argument(1 if call.last == "main" else 0 if call.last == "compose" else None, "config_name")
        )
        name = overrides.get("--config-name") or (name if isinstance(name, str) else "config")
        root = _root(tree, call, path, name)
        if root is not None:
            yield HydraFolder(root, tuple(_compose(tree, root, name, overrides)), call.place)


def _overrides(text: str) -> dict[str, str]:
    """`group=choice` and `--config-name choice` of a command."""
    found = dict(re.findall(r"(?:^|[\s+])([\w/@]+)=([\w\-./]+)", text))
    found.update(re.findall(r"(--config-\w+)[= ]([\w\-./]+)", text))
    return found


def _root(tree: Tree, call: Call, path: str, name: str) -> str | None:
    """The folder: beside the script, below the root, or wherever a folder of configuration holds that name."""
    home = call.unit.source.path.rpartition("/")[0]
    for candidate in (normalise(f"{home}/{path}" if home else path), normalise(path)):
        if _file(tree, candidate, name):
            return candidate
    for folder in (path.rpartition("/")[2], "conf", "config", "configs"):
        if not folder.strip("."):
            continue
        found = [
            p
            for p in tree.suffixed(".yaml", ".yml")
            if f"/{p}".endswith((f"/{folder}/{name}.yaml", f"/{folder}/{name}.yml"))
        ]
        if found:
            return found[0].rpartition("/")[0]
    return None


def _file(tree: Tree, folder: str, name: str) -> str | None:
    stem = re.sub(r"\.ya?ml$", "", name)
    for ending in (".yaml", ".yml"):
        path = normalise(f"{folder}/{stem}{ending}")
        if path in tree:
            return path
    return None


def _compose(tree: Tree, root: str, name: str, overrides: dict[str, str]) -> list[str]:
    """The primary file and what its defaults lists name, command-line choices included."""
    chosen: list[str] = []
    waiting = [_file(tree, root, name)]
    for group, choice in overrides.items():
        waiting.append(_file(tree, f"{root}/{group.split('@')[0]}", choice))
    while waiting and len(chosen) < MAX_FOLLOWED:
        path = waiting.pop(0)
        if path is None or path in chosen:
            continue
        chosen.append(path)
        home = path.rpartition("/")[0]
        for group, choice in _defaults(path, tree.text(path) or ""):
            choice = overrides.get(group, choice)
            places = [f"{home}/{group}", f"{root}/{group}"] if group else [home, root]
            waiting.append(next((f for f in (_file(tree, p, choice) for p in places) if f), None))
    return chosen


def _defaults(path: str, text: str) -> Iterator[tuple[str, str]]:
    """(group, choice) of each item of the defaults list; the group is empty for a plain file."""
    for leaf in leaves_of(path, text):
        if leaf.key != "defaults" and not leaf.key.startswith("defaults."):
            continue
        group = (
            re.sub(r"^(optional|override)\s+", "", re.sub(r"^defaults\.?\d*\.?", "", leaf.key)).split("@")[0].strip("/")
        )
        values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
        for value in values:
            if isinstance(value, str) and value != "_self_":
                head, _, last = value.split("@")[0].strip("/").rpartition("/")
                yield (group or head, last) if not group else (group, value)
