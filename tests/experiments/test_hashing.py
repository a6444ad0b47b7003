"""The two hash seeds: different ones, under which the project's own sets come in different orders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from repro_audit.experiments.hashing import hash_seeds
from repro_audit.project import Project
from repro_audit.sandbox.model import BuildFailed, Ending, Environment, Job, Limits, Recipe, Run, Snapshot, Watch

HERE = Environment("here", "here", sys.version.split()[0])


class Here:
    """Runs a job on this machine, or says something else."""

    name = "here"
    isolation = "none"

    def __init__(self, says: str | None = None) -> None:
        self.says = says
        self.asked = 0

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        raise BuildFailed("not here", "")

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        self.asked += 1
        assert snapshot.paths == ()
        log = into / "log.txt"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(job.argv, env={**job.variables, "PATH": path}, capture_output=True, check=False)
        log.write_bytes(done.stdout if self.says is None else self.says.encode())
        return Run(job.argv, Ending.EXITED, 0, 0.1, None, into, log, ())


def silent(step: str, line: str = "") -> None:
    pass


def order(words: str, seed: str) -> str:
    code = f"print(list({{{words}}}))"
    return subprocess.check_output([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, text=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("params = {'metric': {'l2', 'l1'}}\n", "'l2', 'l1'"),
        ("for split in {'train',\n              'test'}:\n    pass\n", "'train', 'test'"),
        ("names = set(['mean', 'std'])\n", "'mean', 'std'"),
        ("kinds = frozenset(('a', 'b'))\n", "'a', 'b'"),
    ],
)
def test_a_set_of_the_project_comes_in_another_order_in_the_second_run(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "train.py").write_text(text, "utf-8")
    one, two = hash_seeds(Here(), HERE, Project(tmp_path), silent)
    assert order(words, one) != order(words, two)


@pytest.mark.parametrize("text", ["x = 1\n", "d = {'a': 1, 'b': 2}\n", "s = {'one'}\n", "s = {'a', 'a'}\n", "{"])
def test_without_a_set_nothing_is_asked(tmp_path: Path, text: str) -> None:
    (tmp_path / "train.py").write_text(text, "utf-8")
    here = Here()
    one, two = hash_seeds(here, HERE, Project(tmp_path), silent)
    assert one != two and here.asked == 0


@pytest.mark.parametrize(
    "says", ["", "no python\n", "order 1 [[\norder 2 []\n", "order 1 []\norder 3 [[[]]]\n", "order 9 [1]\n"]
)
def test_whatever_is_answered_the_seeds_differ(tmp_path: Path, says: str) -> None:
    (tmp_path / "train.py").write_text("s = {'a', 'b'}\n", "utf-8")
    one, two = hash_seeds(Here(says), HERE, Project(tmp_path), silent)
    assert one != two
