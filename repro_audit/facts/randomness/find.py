"""Finds the draws and the seeds of a program, and which seed governs which draw.

A draw from a library's global generator is governed by a reached call that seeds it; a draw from a
generator of its own, and a scikit-learn object with a `random_state`, by the seed that it was given.
The order of the two in the code is not judged by reading: a run shows it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ..commands.model import Commands
from ..distributions import is_stdlib
from ..files import Tree
from ..keras_backend import runs_on_theano
from ..program import Call, Program
from ..program.nodes import dotted
from ..regex import regex
from ..source import constant
from . import vocabulary as v
from .configured import configured_draws
from .model import Draw, Randomness, Seed, SeedOrigin
from .origin import Origins
from .other_languages import scan_scripts

MAX_CONFIGS = 200  # files
TOP_SEED = regex(r"^(?:seed|\s{0,4}\"seed\")\s*:\s*\d", re.MULTILINE)


def find_randomness(programs: tuple[Program, ...], files: Tree, commands: Commands) -> Randomness:
    """What the programs draw, with the seeds that govern each draw; each is a process of its own,
    so that what one seeds is unseeded in the next."""
    found = [_in_one(program, files, commands) for program in programs if program.sources]
    if not found:
        return scan_scripts(programs[0].steps if programs else (), files)
    draws = _without_repeats([d for one in found for d in one.draws])
    seeds = dict.fromkeys(s for one in found for s in one.seeds)
    return Randomness(tuple(sorted(draws, key=lambda d: d.at)), tuple(seeds), True)


def _in_one(program: Program, files: Tree, commands: Commands) -> Randomness:
    """The draws and seeds of one process."""
    origins = Origins(program)
    fixes_sacred = _has_sacred_seed(program, files)
    seeds = [*_global_seeds(program, origins), *_sacred_seed(program, fixes_sacred)]
    own: list[Draw] = [d for call in program.calls for d in _own_draws(call, origins)]
    own += configured_draws(program, files, commands)
    shared = [d for call in program.calls for d in _shared_draws(call, program)]
    if "sacred" in program.modules and not fixes_sacred:
        seeds = [_as_recorded(s) for s in seeds]
    if not any(d.source == "torch" for d in shared):
        shared += _training_draws(program)
    by_source: dict[str, list[Seed]] = {}
    for seed in seeds:
        for source in seed.sources:
            by_source.setdefault(source, []).append(seed)
    if any(d.what.startswith("keras.") for d in shared) and runs_on_theano(files):
        shared = [replace(d, source="numpy") if d.what.startswith("keras.") else d for d in shared]
    draws = tuple(_governed(d, by_source) for d in _without_repeats([*shared, *own]))
    local = [s for d in own for s in d.seeds]
    return Randomness(draws, tuple(dict.fromkeys([*seeds, *local])), True)


def _training_draws(program: Program) -> list[Draw]:
    """A network that is trained without a layer in sight, such as a pretrained one with a new head, still draws."""
    if not program.modules & {"torch", "transformers", *v.LIGHTNING, *v.AGENTS}:
        return []
    return [_draw(c, "torch") for c in program.calls if _trains_network(c, program)][:1]


def _trains_network(call: Call, program: Program) -> bool:
    if call.last == "backward":
        return not _holds_given_tensors_only(program)
    if call.last == "fit" and program.modules & v.LIGHTNING:
        return call.receiver.endswith(".Trainer") or call.name.endswith("trainer.fit")
    return call.name in v.TORCH_TRAINERS or (call.last == "learn" and bool(program.modules & v.AGENTS))


def _holds_given_tensors_only(program: Program) -> bool:
    """Whether all that PyTorch does is to derive what was written down: nothing is initialised at random."""
    if any(i.module.startswith("torch.") and i.module != "torch.autograd" for i in program.imports):
        return False
    others = program.modules - {"torch", "numpy", "matplotlib", "pandas"}
    return all(map(is_stdlib, others)) and all(
        v.TORCH_GIVEN.match(name) for name in program.names if name.startswith("torch.")
    )


def _governed(draw: Draw, by_source: dict[str, list[Seed]]) -> Draw:
    """A draw without a seed of its own takes those of its library; scikit-learn and SciPy draw from NumPy's."""
    if any(s.is_set for s in draw.seeds):
        return draw
    source = "numpy" if draw.source == "sklearn" else draw.source
    return Draw(draw.source, draw.at, draw.text, draw.what, (*draw.seeds, *by_source.get(source, ())))


def _without_repeats(draws: list[Draw]) -> list[Draw]:
    return list({(d.source, d.at, d.what): d for d in draws}.values())


def _global_seeds(program: Program, origins: Origins) -> Iterator[Seed]:
    for call in program.calls:
        sources = v.SEEDERS.get(call.name)
        if sources is None and call.last == "seed_everything":
            sources = ("python", "numpy", "torch") if not _is_local(call, program) else None
        if not sources:
            continue
        yield _seed(call, call.argument(0, "seed", "a", "worker_seed"), sources, origins)


def _is_local(call: Call, program: Program) -> bool:
    return any(u.bare_name == call.last for u in program.units)


def _seed(call: Call, node: ast.expr | None, sources: tuple[str, ...], origins: Origins) -> Seed:
    found = origins.follow(node, call.unit)
    if node is None and call.passes_unknown:
        return Seed(sources, call.place, call.line, SeedOrigin.UNKNOWN)
    return Seed(sources, call.place, call.line, found.origin, found.value, found.parameter, found.at)


def _has_sacred_seed(program: Program, files: Tree) -> bool:
    """Whether the command or a committed configuration file gives Sacred's `seed`."""
    if any(a.startswith("seed=") for s in program.steps for a in s.arguments):
        return True
    return any(TOP_SEED.search(files.text(p) or "") for p in files.suffixed(".yaml", ".yml", ".json")[:MAX_CONFIGS])


def _as_recorded(seed: Seed) -> Seed:
    """`config["seed"]` of an experiment whose configuration has none is the one that Sacred drew."""
    is_sacreds = seed.origin is SeedOrigin.CONFIG and seed.parameter.rpartition(".")[2] in ("seed", "_seed")
    return replace(seed, origin=SeedOrigin.RECORDED) if is_sacreds and seed.value in (None, ...) else seed


def _sacred_seed(program: Program, is_fixed: bool) -> Iterator[Seed]:
    """Sacred draws a seed for every run, records it, and seeds the global generators, unless one is configured."""
    experiments = program.called("sacred.Experiment", "sacred.experiment.Experiment")
    if not experiments:
        return
    sources = ("python", "numpy", "torch", "tensorflow")
    if is_fixed:
        at = program.steps[0].at if program.steps else experiments[0].place
        yield Seed(sources, at, "seed", SeedOrigin.CONFIG, ..., "seed")
        return
    for unit in program.units:
        decorators = [ast.unparse(d) for d in getattr(unit.node, "decorator_list", ())]
        if not any(d.endswith((".config", ".named_config")) for d in decorators):
            continue
        for node in unit.nodes:
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "seed" for t in node.targets):
                yield Seed(
                    sources,
                    unit.source.place(node),
                    unit.source.line(node.lineno),
                    SeedOrigin.CONFIG,
                    constant(node.value),
                    "seed",
                    unit.source.place(node),
                )
                return
    yield Seed(sources, experiments[0].place, experiments[0].line, SeedOrigin.RECORDED, None, "seed")


def _draw(call: Call, source: str, seeds: tuple[Seed, ...] = ()) -> Draw:
    return Draw(source, call.place, call.line, call.name, seeds)


def _shared_draws(call: Call, program: Program) -> Iterator[Draw]:
    """Draws from global generators."""
    head, _, last = call.name.rpartition(".")
    if head == "random" and last in v.PYTHON_DRAWS:
        yield _draw(call, "python")
    elif head == "numpy.random" and last not in v.NUMPY_NOT_DRAWS:
        yield _draw(call, "numpy")
    elif (
        call.name.startswith("scipy.stats.")
        and last in ("rvs", "resample")
        and call.argument(None, "random_state") is None
    ):
        yield _draw(call, "numpy")
    elif last == "sample" and _takes_rows(call, program):
        yield _draw(call, "polars" if "polars" in program.modules and "pandas" not in program.modules else "numpy")
    elif call.name in v.TORCH_DRAWS and not _has_generator(call):
        if "ropout" not in call.name or _is_trained(program):
            yield _draw(call, "torch")
    elif v.TORCH_LAYER.match(call.name):
        if _is_trained(program) or call.name.startswith("torchvision.transforms"):
            yield _draw(call, "torch")
    elif call.name.startswith("torch.utils.data.") and last == "DataLoader":
        shuffle = call.argument(2, "shuffle")
        if shuffle is not None and constant(shuffle) is not False and not _has_generator(call):
            yield _draw(call, "torch")
    elif v.TENSORFLOW_DRAW.match(call.name):
        if call.argument(None, "seed") is None:
            yield _draw(call, "tensorflow")
    elif v.TENSORFLOW_LAYER.match(call.name):
        if _is_trained(program):
            yield _draw(call, "tensorflow")
    elif call.name.startswith(v.FASTAI) and last in v.FASTAI_DRAWS:
        yield _draw(call, "torch")
    elif last == "create_study" and call.name.startswith("optuna"):
        if call.argument(1, "sampler") is None:
            yield _draw(call, "optuna")


def _takes_rows(call: Call, program: Program) -> bool:
    """Whether rows of a table are taken at random, with no seed of their own."""
    if call.argument(None, "random_state", "seed") is not None:
        return False
    if call.argument(None, "frac", "n", "fraction") is not None:
        return True
    is_table = bool(program.modules & {"pandas", "polars"}) and bool(v.TABLE_NAME.search(call.name[: -len(".sample")]))
    return is_table and call.argument(0) is not None and call.argument(1) is None


def _has_generator(call: Call) -> bool:
    return call.argument(None, "generator") is not None


def _is_trained(program: Program) -> bool:
    """Whether something is trained: a network that is only loaded overwrites its random weights."""
    return any(c.last in v.TRAINING for c in program.calls)


def _own_draws(call: Call, origins: Origins) -> Iterator[Draw]:
    """Draws that are given their seed where they are made."""
    head = call.name.partition(".")[0]
    last = call.last
    if call.name in v.GENERATORS:
        node = call.argument(0, "seed", "entropy", "x")
        yield _draw(call, v.GENERATORS[call.name], (_seed(call, node, (v.GENERATORS[call.name],), origins),))
    elif call.name in ("jax.random.PRNGKey", "jax.random.key"):
        yield _draw(call, "jax", (_seed(call, call.argument(0, "seed"), ("jax",), origins),))
    elif v.TENSORFLOW_DRAW.match(call.name):
        node = call.argument(None, "seed")
        if node is not None:
            yield _draw(call, "tensorflow", (_seed(call, node, ("tensorflow",), origins),))
    elif last == "manual_seed" and call.receiver == "torch.Generator":
        yield _draw(call, "torch", (_seed(call, call.argument(0, "seed"), ("torch",), origins),))
    elif head in v.SKLEARN_LIKE and (
        last in v.SKLEARN_RANDOM
        or (last in v.SKLEARN_SHUFFLED and _shuffles(call))
        or _is_random_by_option(call)
        or head in ("imblearn", "umap")
    ):
        if head not in ("imblearn", "umap") or last[:1].isupper():
            yield from _sklearn_draw(call, origins)
    elif v.TOPICS.match(call.name):
        node = call.argument(None, "random_state")
        yield _draw(call, "numpy", (_seed(call, node, ("numpy",), origins),) if node is not None else ())
    elif v.BOOSTERS.match(call.name) and not _is_only_loaded(call):
        options = {k.arg for k in call.node.keywords}
        if (
            call.name.startswith("catboost")
            or options & {*v.XGB_RANDOM_OPTIONS, *v.BOOSTER_SEEDS}
            or call.passes_unknown
        ):
            node = call.argument(None, *v.BOOSTER_SEEDS)
            if node is None and call.passes_unknown:
                return
            yield _draw(call, head, (_seed(call, node, (head,), origins),) if node is not None else ())
    elif call.name.startswith(v.FASTAI) and last == "RandomSplitter":
        yield _draw(call, "torch", (_seed(call, call.argument(1, "seed"), ("torch",), origins),))
    elif head != "sklearn" and head not in v.SKLEARN_LIKE:
        pass
    elif call.argument(None, "random_state") is not None and last[:1].isupper():
        yield from _sklearn_draw(call, origins)
    if last in ("TPESampler", "RandomSampler", "CmaEsSampler", "NSGAIISampler") and call.name.startswith("optuna"):
        yield _draw(call, "optuna", (_seed(call, call.argument(None, "seed"), ("optuna",), origins),))


def _is_only_loaded(call: Call) -> bool:
    """Whether a booster is made to hold a saved model: `model = CatBoostRanker()` and then `model.load_model(...)`."""
    names = {name for name, value in call.unit.made if value is call.node}
    methods = {dotted(c.func) for c in call.unit.of(ast.Call)}
    return any(f"{n}.load_model" in methods and f"{n}.fit" not in methods for n in names)


def _shuffles(call: Call) -> bool:
    shuffle = call.argument(1, "shuffle")
    return shuffle is not None and constant(shuffle) is not False


def _is_random_by_option(call: Call) -> bool:
    """Estimators that draw only where an option makes them: an SVC that gives probabilities, a solver by sampling."""
    name, values = v.SKLEARN_OPTIONS.get(call.last, ("", ()))
    value = call.argument(None, name) if name else None
    return value is not None and constant(value) in values


def _sklearn_draw(call: Call, origins: Origins) -> Iterator[Draw]:
    node = call.argument(None, "random_state")
    if node is None:
        if call.passes_unknown:
            return
        shuffle = call.argument(None, "shuffle")
        if call.last == "train_test_split" and shuffle is not None and constant(shuffle) is False:
            return
        yield _draw(call, "sklearn")
        return
    seed = _seed(call, node, ("sklearn",), origins)
    yield _draw(call, "sklearn", (seed,) if seed.origin is not SeedOrigin.UNSET else ())
