"""What holds each source of nondeterminism still from outside, and what surely moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .model import CauseName, Hold

GENERATORS = {
    CauseName.PYTHON_RANDOM: "python-random",
    CauseName.NUMPY: "numpy",
    CauseName.TORCH: "torch",
    CauseName.TENSORFLOW: "tensorflow",
    CauseName.JAX: "jax",
    CauseName.OS_ENTROPY: "os-entropy",
}
THREAD_VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip
FREE = Hold()


@dataclass(frozen=True, slots=True)
class Intervention:
    """`hold` keeps the source still; each of `releases` lets it go to another state, tried in order."""

    name: CauseName
    hold: Hold
    releases: tuple[Hold, ...] = (FREE,)


def held(**settings: object) -> Hold:
    """What the probe is told to hold; `_` stands for `-`."""
    return Hold({"hold": {name.replace("_", "-"): value for name, value in settings.items()}})


def shaken(**settings: object) -> Hold:
    """What the probe is told to move."""
    return Hold({"shake": {name.replace("_", "-"): value for name, value in settings.items()}})


def interventions(hash_seeds: tuple[str, str], clock: int) -> dict[CauseName, Intervention]:
    """For what may differ between two runs in equal sandboxes.

    The clock is held at the present, so that releasing it moves a run by minutes and not by years: a date that
    both runs had in common stays the same.
    """
    found = {name: _generator(name, setting) for name, setting in GENERATORS.items()}
    first, second = hash_seeds
    salts = tuple(Hold(variables={"PYTHONHASHSEED": seed}) for seed in (second, "31", "77"))
    return {
        **found,
        CauseName.HASH_SEED: Intervention(CauseName.HASH_SEED, Hold(variables={"PYTHONHASHSEED": first}), salts),
        CauseName.WALL_CLOCK: Intervention(CauseName.WALL_CLOCK, held(clock=clock)),
        CauseName.PROCESS_ID: Intervention(CauseName.PROCESS_ID, held(process_id=1234), (held(process_id=4321),)),
        CauseName.FILE_ORDER: Intervention(CauseName.FILE_ORDER, held(file_order="sorted")),
        CauseName.NETWORK: Intervention(CauseName.NETWORK, held(network=True)),
    }


def _generator(name: CauseName, setting: str) -> Intervention:
    """Another seed is surely another state, and one that can be had again."""
    return Intervention(name, held(**{setting: 1}), (held(**{setting: 2}), held(**{setting: 3})))


def one_thread(variables: Mapping[str, str] = {}) -> Hold:
    """Workers in the order of submission, one thread in every library."""
    return Hold(
        {"hold": {"threads": 1, "thread-order": True}},
        {**variables, **dict.fromkeys(THREAD_VARIABLES, "1")},
    )


def last_resorts(*, has_threads: bool = True) -> tuple[Intervention, ...]:
    """What is tried only where runs differ though all else is held: they slow a run, or start it in another way.

    Threads first where the project starts some: one thread alone often lays out memory alike as well. Else the
    hash of objects, and addresses as they are, which not every sandbox can hold.
    """
    threads = (Intervention(CauseName.THREAD_ORDER, one_thread()),)
    addresses = (
        Intervention(CauseName.MEMORY_ADDRESS, held(object_hash=True)),
        Intervention(CauseName.MEMORY_ADDRESS, Hold(before=("setarch", "-R"))),
    )
    return threads + addresses if has_threads else addresses + threads
