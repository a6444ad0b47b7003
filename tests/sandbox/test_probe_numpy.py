"""What the probe does about NumPy, of whose generators there are a hidden one and any number of fresh ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sandbox.test_probe import run

pytest.importorskip("numpy")

DRAWS = """
import numpy as np
from numpy.random import rand
print(np.random.rand(2), rand(), np.random.permutation(5), np.random.ranf())
print(np.random.default_rng().random(), np.random.RandomState().rand(), np.random.PCG64().random_raw())
print(np.random.SeedSequence().entropy, np.random.mtrand._rand.randint(10))
np.random.seed()
print(np.random.normal())
"""
SEEDED = """
import copy, pickle
import numpy as np
np.random.seed(5)
print(np.random.rand(2), np.random.randn(), np.random.permutation(5), type(np.random.mtrand._rand).__name__)
rng = np.random.RandomState(3); again = pickle.loads(pickle.dumps(rng)); other = copy.deepcopy(rng)
print(rng.rand() == again.rand() == other.rand(), isinstance(np.random.mtrand._rand, np.random.RandomState))
state = np.random.get_state(); a = np.random.randn(); np.random.set_state(state); print(a == np.random.randn())
print(np.random.default_rng(1).random(), np.random.choice([1, 2, 3], 2), np.random.shuffle.__name__)
print(pickle.loads(pickle.dumps(np.random.mtrand._rand)).rand(), repr(np.random.mtrand._rand)[:20])
try:
    np.random.choice([])
except ValueError as error:
    print(error)
"""


def test_draws_of_all_generators_are_noted_and_held(tmp_path: Path) -> None:
    first, second = (run(tmp_path, DRAWS, hold={"numpy": 1}) for _ in range(2))
    assert first.exit == 0, first.error
    assert first.output == second.output
    assert {line for _, line in first.touched("unseeded-numpy")} == {4, 5, 6, 7, 8}
    assert run(tmp_path, DRAWS, hold={"os-entropy": 1, "python-random": 1}).output != first.output


def test_the_entropy_of_the_system_and_of_numpy_are_held_apart(tmp_path: Path) -> None:
    held = {"os-entropy": 1, "python-random": 1}
    first, second = (run(tmp_path, DRAWS, hold=held).output.splitlines() for _ in range(2))
    assert not set(first) & set(second)


def test_what_is_seeded_comes_out_as_it_would_without_the_probe(tmp_path: Path) -> None:
    ran = run(tmp_path, SEEDED)
    plain = subprocess.run([sys.executable, "-c", SEEDED], capture_output=True, text=True, check=True)
    assert ran.output == plain.stdout, ran.error
    assert not [place for place in ran.touched("unseeded-numpy") if place[1] != 2]
    assert [n["value"] for n in ran.notes if n["note"] == "seeded"] == [5]


def test_a_fresh_generator_in_a_worker_is_noted_before_the_worker_ends(tmp_path: Path) -> None:
    code = """
import multiprocessing
import numpy as np
def draw(number):
    return np.random.RandomState(number).rand() + np.random.RandomState().rand()
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(draw, [3])
        pool.close()
        pool.join()
"""
    assert ("main.py", 5) in run(tmp_path, code).touched("unseeded-numpy")
