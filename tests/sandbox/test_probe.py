"""The probe notes what a program touches, holds it still, and changes nothing else; under each Python that is here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from repro_audit.sandbox.carrying import carry

HOLD_ALL = {
    "python-random": 1, "numpy": 1, "torch": 1, "tensorflow": 1, "jax": 1, "os-entropy": 1, "clock": 1_700_000_000,
    "file-order": "sorted", "threads": 1, "cpu-count": 1, "process-id": 1234, "hostname": "host", "user": "someone",
    "thread-order": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    exit: int
    output: str
    notes: tuple[dict[str, Any], ...]
    error: str = ""

    def touched(self, cause: str) -> list[tuple[str | None, int | None]]:
        return [(n["path"], n["line"]) for n in self.notes if n["note"] == "touch" and n["cause"] == cause]


def interpreters() -> list[str]:
    """The running Python, and one of each other version that pyenv has."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for folder in sorted(Path.home().glob(".pyenv/versions/3.*")):
        version = ".".join(folder.name.split(".")[:2])
        if (folder / "bin/python").exists() and 7 <= int(version.split(".")[1]) <= 13:
            found.setdefault(version, str(folder / "bin/python"))
    return [found[v] for v in sorted(found, key=lambda v: int(v.split(".")[1]))]


PYTHONS = interpreters()


def run(folder: Path, code: str, python: str = sys.executable, options: tuple[str, ...] = (), **told: Any) -> Ran:
    """Run `main.py` with this text in a project of its own. Several runs in one folder find the same project."""
    project, notes = folder / "project", folder / "notes"
    project.mkdir(exist_ok=True)
    shutil.rmtree(notes, ignore_errors=True)
    notes.mkdir()
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    (project / "main.py").write_text(code, "utf-8")
    settings = {"project": str(project), "notes": str(notes), "watch": True, **told}
    _, variables = carry(folder / "probe", settings)
    variables = {name: value.replace("/repro-audit/probe", str(folder / "probe")) for name, value in variables.items()}
    return ended(python, project, notes, {**variables, "TMPDIR": str(temporary), "HOME": str(folder)}, options)


def ended(python: str, project: Path, notes: Path, variables: Mapping[str, str], options: tuple[str, ...]) -> Ran:
    environment = {"PATH": os.environ["PATH"], **variables}
    command = [python, *options, "main.py"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    lines = [line for file in sorted(notes.iterdir()) for line in file.read_text("utf-8").splitlines()]
    return Ran(done.returncode, done.stdout, tuple(json.loads(line) for line in lines), done.stderr)


TOUCHES = {
    "unseeded-python-random": "import random\nprint(random.shuffle([1, 2]))",
    "os-entropy": "import uuid\nprint(uuid.uuid4())",
    "wall-clock": "import datetime\nprint(datetime.datetime.now())",
    "file-order": "import glob\nprint(glob.glob('*'))",
    "hostname": "import socket\nprint(socket.gethostname())",
    "user": "import getpass\nprint(getpass.getuser())",
    "process-id": "import os\nprint(os.getpid())",
    "cpu-count": "import os\nprint(os.cpu_count())",
    "environment-variable": "import os\nprint(os.getenv('HOME'))",
    "working-directory": "import os\nprint(os.path.abspath('x'))",
}


@pytest.mark.parametrize("cause", TOUCHES)
def test_a_touch_is_noted_at_the_line_of_the_project(tmp_path: Path, cause: str) -> None:
    ran = run(tmp_path, TOUCHES[cause])
    assert ran.exit == 0, ran.error
    assert ("main.py", 2) in ran.touched(cause)


EVERYTHING = """
import datetime, getpass, glob, os, pathlib, pickle, random, secrets, socket, sys, tempfile, time, uuid
from random import shuffle
numbers = list(range(20)); shuffle(numbers); print(numbers)
print(random.random(), random.Random().gauss(0, 1), random.choice("abcdef"), random.getrandbits(70))
print(os.urandom(8), uuid.uuid4(), uuid.uuid1(), secrets.token_hex(8), random.SystemRandom().random())
print(datetime.datetime.now(), datetime.datetime.utcnow(), datetime.date.today(), time.time(), time.strftime("%c"))
print(type(datetime.datetime.now()) is datetime.datetime, pickle.loads(pickle.dumps(datetime.datetime.now())))
start = time.perf_counter(); time.sleep(0.01); print(time.perf_counter() - start, time.ctime(), time.localtime())
print(os.listdir("."), glob.glob("*"), [p.name for p in pathlib.Path(".").iterdir()], [e.name for e in os.scandir()])
print(socket.gethostname(), getpass.getuser(), os.getpid(), os.cpu_count(), os.path.basename(tempfile.mkdtemp()))
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_under_each_python_what_is_held_is_the_same_twice(tmp_path: Path, python: str) -> None:
    first, second = (run(tmp_path, EVERYTHING, python, ("-W", "error::UserWarning"), hold=HOLD_ALL) for _ in range(2))
    assert first.exit == 0, first.error
    assert first.output == second.output
    assert "host someone 1234 1" in first.output
    assert "2023-11-14" in first.output
    free = run(tmp_path, EVERYTHING, python)
    assert free.exit == 0, free.error
    assert not set(free.output.splitlines()[:5]) & set(first.output.splitlines()[:5])


@pytest.mark.parametrize("python", PYTHONS)
def test_under_each_python_a_seed_ends_the_touches_of_its_generator(tmp_path: Path, python: str) -> None:
    code = "import random\nrandom.seed(42)\nprint(random.random(), random.sample(range(9), 3))\n"
    ran = run(tmp_path, code, python)
    plain = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert ran.output == plain.stdout
    assert not ran.touched("unseeded-python-random")
    assert [n["value"] for n in ran.notes if n["note"] == "seeded"] == [42]


def test_a_seed_out_of_the_clock_is_no_seed(tmp_path: Path) -> None:
    ran = run(tmp_path, "import random, time\nrandom.seed(int(time.time()))\nprint(random.random())\n")
    assert ran.touched("wall-clock") == [("main.py", 2)]
    assert ran.touched("unseeded-python-random") == [("main.py", 2), ("main.py", 3)]


def test_a_source_that_is_held_leaves_the_others_alone(tmp_path: Path) -> None:
    code = "import os, random, time\nprint(os.urandom(8))\nprint(random.random())\nprint(time.time())\n"
    for number, name in enumerate(("os-entropy", "python-random", "clock")):
        held = {name: HOLD_ALL[name]}
        first, second = (run(tmp_path, code, hold=held).output.splitlines() for _ in range(2))
        assert [a == b for a, b in zip(first, second)] == [n == number for n in range(3)]
