"""Estimators that Hydra makes of a composed configuration: named there by `_target_`, they draw as those in code do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...model import Place
from ..commands.model import Commands
from ..configuration.hydra import hydra_folders
from ..configuration.leaf import Leaf
from ..configuration.leaves import leaves_of
from ..files import Tree
from ..program import Program
from . import vocabulary as v
from .model import Draw, Seed, SeedOrigin

TARGET, SEED = "_target_", "random_state"


def configured_draws(program: Program, files: Tree, commands: Commands) -> Iterator[Draw]:
    """What the chosen files name; nothing where the command gives a seed that may be theirs."""
    if not any(call.last == "instantiate" for call in program.calls):
        return
    if any(f"{SEED}=" in a for s in program.steps for a in s.arguments):
        return
    for path in dict.fromkeys(p for folder in hydra_folders(files, program, commands) for p in folder.composed):
        made: dict[str, dict[str, Leaf]] = defaultdict(dict)
        for leaf in leaves_of(path, files.text(path) or ""):
            above, _, name = leaf.key.rpartition(".")
            made[above][name] = leaf
        for above, given in made.items():
            yield from _draw_of(path, above, given)


def _draw_of(path: str, above: str, given: Mapping[str, Leaf]) -> Iterator[Draw]:
    target = given.get(TARGET)
    name = str(target.value) if target else ""
    if target is None or not name.startswith("sklearn.") or name.rpartition(".")[2] not in v.SKLEARN_RANDOM:
        return
    seeds: tuple[Seed, ...] = ()
    seed = given.get(SEED)
    if seed is not None and seed.value is not None:
        at, key = Place(path, seed.line), f"{above}.{SEED}".lstrip(".")
        seeds = (Seed(("sklearn",), at, f"{SEED}: {seed.value}", SeedOrigin.CONFIG, seed.value, key, at),)
    yield Draw("sklearn", Place(path, target.line), f"{TARGET}: {name}", name, seeds)
