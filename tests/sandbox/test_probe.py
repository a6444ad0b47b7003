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
    lines = [line for file in sorted(notes.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
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


@pytest.mark.parametrize("scale", [1, 10**3, 10**9])
@pytest.mark.parametrize("told", [{}, {"shake": {"clock": 34_000_000}}, {"hold": {"clock": 1_700_000_000}}])
def test_a_key_out_of_the_clock_is_held_whatever_the_clock_tells(
    tmp_path: Path, scale: int, told: dict[str, Any]
) -> None:
    (tmp_path / "project/jax").mkdir(parents=True)
    (tmp_path / "project/jax/__init__.py").touch()
    (tmp_path / "project/jax/random.py").write_text("def key(seed):\n    return seed\n")
    code = f"import time, jax.random\nprint(jax.random.key(int(time.time() * {scale})), jax.random.key(7))\n"
    ran = run(tmp_path, code, **{**told, "hold": {**told.get("hold", {}), "jax": 5}})
    assert ran.output == "5 7\n"
    assert ran.touched("unseeded-jax") == [("main.py", 2)]


KERAS_3 = "import random\ndef make_default_seed():\n    return random.randint(1, 10**9)\n"
KERAS_2 = """import random
class RandomGenerator:
    def _create_seed(self, user_specified_seed):
        return random.randint(1, 10**9) if user_specified_seed is None else user_specified_seed
"""


@pytest.mark.parametrize(
    ("path", "library", "draw"),
    [
        ("keras/src/random/seed_generator.py", KERAS_3, "keras.src.random.seed_generator.make_default_seed()"),
        ("keras/src/backend.py", KERAS_2, "keras.src.backend.RandomGenerator()._create_seed(None)"),
        ("keras/backend.py", KERAS_2, "keras.backend.RandomGenerator()._create_seed(None)"),
    ],
)
def test_a_seed_that_keras_draws_is_not_laid_to_python(tmp_path: Path, path: str, library: str, draw: str) -> None:
    file = tmp_path / "project" / path
    file.parent.mkdir(parents=True)
    for folder in file.parents:
        if "keras" in folder.parts:
            (folder / "__init__.py").touch()
    file.write_text(library)
    head = f"import random, {draw.rpartition('.')[0].removesuffix('.RandomGenerator()')}\n"
    ran = run(tmp_path, f"{head}print({draw})\n", hold={"tensorflow": 3})
    assert ran.touched("unseeded-tensorflow") == [("main.py", 2)]
    assert not ran.touched("unseeded-python-random")
    assert run(tmp_path, f"{head}print({draw})\n", hold={"tensorflow": 3}).output == ran.output
    assert not run(tmp_path, f"{head}random.seed(1)\nprint({draw})\n").touched("unseeded-tensorflow")


def test_a_source_that_is_held_leaves_the_others_alone(tmp_path: Path) -> None:
    code = "import os, random, time\nprint(os.urandom(8))\nprint(random.random())\nprint(time.time())\n"
    for number, name in enumerate(("os-entropy", "python-random", "clock")):
        held = {name: HOLD_ALL[name]}
        first, second = (run(tmp_path, code, hold=held).output.splitlines() for _ in range(2))
        assert [a == b for a, b in zip(first, second)] == [n == number for n in range(3)]


# Each prints what a program may find out about what stands in the place of something else.
UNCHANGED = {
    "a function of a module in a class does not become a method": """
import os, random, time
class Tools:
    now, names, draw = time.time, os.listdir, random.random
print(callable(Tools().now), isinstance(Tools().now(), float), len(Tools().names()), 0 <= Tools().draw() < 1)
""",
    "classes are the same classes": """
import datetime, os, random, threading
from concurrent.futures import ThreadPoolExecutor
class Mine(random.Random):
    pass
class When(datetime.datetime):
    pass
print(isinstance(random._inst, random.Random), type(datetime.datetime.now()), type(When.now()), Mine(3).random())
print(random.Random(5).sample(range(100), 5), datetime.datetime.__mro__, type(os.environ), type(os.scandir()))
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(str, range(4))), threading.Thread.start.__name__)
""",
    "what was pickled comes back": """
import copy, os, pickle, random, time
for function in (time.time, os.listdir, os.urandom, os.getpid):
    print(pickle.loads(pickle.dumps(function)) is function, copy.deepcopy(function) is function, function.__name__)
random.seed(3)
print(pickle.loads(pickle.dumps(random._inst)).random(), random.getstate()[1][:3])
""",
    "seeded draws are the same": """
import random
random.seed(7)
print(random.random(), random.randint(0, 99), random.shuffle(list(range(5))), random.gauss(0, 1))
state = random.getstate(); a = random.random(); random.setstate(state); print(a == random.random())
print(random.sample(range(1000), 5), random.getrandbits(200), random.uniform(1, 2), random.betavariate(1, 2))
""",
    "errors are the same": """
import os, random, time
for work in (lambda: os.listdir("/nowhere"), lambda: os.urandom("x"), lambda: os.scandir(3.5)):
    try:
        work()
    except Exception as error:
        print(type(error).__name__, error)
""",
    "processes and their children": """
import multiprocessing, os, subprocess, sys
def double(x):
    return 2 * x
if __name__ == "__main__":
    child = os.fork()
    if not child:
        os._exit(3)
    print(os.waitpid(child, 0)[1] >> 8, os.getppid() > 0)
    for way in ("fork", "spawn"):
        with multiprocessing.get_context(way).Pool(2) as pool:
            print(pool.map(double, range(5)))
    print(subprocess.check_output([sys.executable, "-c", "print(5)"]))
""",
    "the way in leaves no trace": """
import builtins, sys
print([p for p in sys.path if "probe" in p.rsplit("/", 1)[-1]], sorted(vars(builtins))[:3], sys.flags.optimize)
""",
    "warnings as errors": """
import warnings
warnings.simplefilter("error")
import datetime, random, uuid, tempfile, socket, asyncio
async def wait():
    await asyncio.sleep(0.01)
    return 3
print(asyncio.run(wait()), len(tempfile.mkdtemp()) > 3, uuid.UUID(int=5))
""",
}


@pytest.mark.parametrize("python", PYTHONS)
def test_under_each_python_programs_print_what_they_print_without_it(tmp_path: Path, python: str) -> None:
    alone = "processes and their children"
    together = "\n".join(code for what, code in UNCHANGED.items() if what != alone)
    for code in (together, UNCHANGED[alone]):
        ran = run(tmp_path, code, python)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path / "tmp")}
        command = [python, "main.py"]
        plain = subprocess.run(command, cwd=tmp_path / "project", env=environment, capture_output=True, text=True)
        assert (ran.exit, ran.output, ran.error) == (plain.returncode, plain.stdout, plain.stderr)


def test_threads_and_pools_give_their_results_in_the_order_of_submission(tmp_path: Path) -> None:
    code = """
import threading, time
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.pool import ThreadPool
def late(number):
    time.sleep(0.02 * (3 - number % 4))
    return number
with ThreadPoolExecutor(4) as pool:
    print([done.result() for done in as_completed([pool.submit(late, n) for n in range(4)])])
with ThreadPool(4) as pool:
    print(list(pool.imap_unordered(late, range(4))))
found = []
threads = [threading.Thread(target=lambda n=n: found.append(late(n))) for n in range(4)]
[t.start() for t in threads], [t.join() for t in threads]
print(found)
"""
    ran = run(tmp_path, code, hold={"thread-order": True})
    assert ran.output == "[0, 1, 2, 3]\n" * 3, ran.error
    assert {line for _, line in ran.touched("thread-order")} == {8, 9, 10, 11, 14}


def test_what_a_child_draws_is_noted_at_its_line(tmp_path: Path) -> None:
    code = """
import multiprocessing, random
def draw(_):
    return random.random()
if __name__ == "__main__":
    random.seed(1)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print(pool.map(draw, [0]))
"""
    assert ("main.py", 4) in run(tmp_path, code).touched("unseeded-python-random")


def test_files_processes_and_connections_are_noted(tmp_path: Path) -> None:
    code = """
import socket, subprocess
open("made.txt", "w").close()
open("made.txt").close()
subprocess.run(["true", "x"])
try:
    socket.create_connection(("nowhere.invalid", 80), 1)
except OSError:
    pass
"""
    ran = run(tmp_path, code)
    assert {"note": "open", "path": "made.txt", "mode": "w"} in ran.notes
    assert {"note": "open", "path": "made.txt", "mode": "r"} in ran.notes
    assert {"note": "process", "argv": ["true", "x"]} in ran.notes
    assert {"note": "connect", "host": "nowhere.invalid"} in ran.notes
    assert ran.touched("network") == [("main.py", 7)]


def test_the_clock_and_the_order_of_files_can_be_moved(tmp_path: Path) -> None:
    code = "import os, time\nprint(int(time.time()) // 10**8)\nprint(os.listdir('.'))\n"
    (tmp_path / "project").mkdir()
    (tmp_path / "project/other.txt").touch()
    still = run(tmp_path, code).output.splitlines()
    moved = run(tmp_path, code, shake={"clock": 10**9, "file-order": "reversed"}).output.splitlines()
    assert int(moved[0]) == int(still[0]) + 10
    assert moved[1] == str(list(reversed(eval(still[1]))))


def test_another_sitecustomize_still_runs(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/sitecustomize.py").write_text("import builtins\nbuiltins.other = 1\n")
    code = "import sitecustomize\nprint(other, sitecustomize.__file__.split('/')[-2])\n"
    run(tmp_path, code)
    path = f"{tmp_path / 'probe'}:{tmp_path / 'other'}"
    ran = ended(sys.executable, tmp_path / "project", tmp_path / "notes", {"PYTHONPATH": path}, ())
    assert ran.output == "1 other\n"
    assert any(note["note"] == "end" for note in ran.notes)


READING = """
import argparse, copy, json, pickle
with open("params.json") as file:
    params = json.load(file)
print(params["train"]["epochs"], isinstance(params, dict), len(params))
also = json.loads(open("params.json").read())
print(dict(**also["model"]), type(pickle.loads(pickle.dumps(also["model"]))) is dict, also == params)
print(copy.deepcopy(params) == params == params.copy(), "absent" in params)
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("-d", "--depth", default=2)
options = parser.parse_args([])
print(options.epochs, options, pickle.loads(pickle.dumps(options)))
"""  # fmt: skip


@pytest.mark.parametrize("python", PYTHONS)
def test_under_each_python_keys_and_options_that_are_read_are_noted(tmp_path: Path, python: str) -> None:
    (tmp_path / "project").mkdir()
    params = {"train": {"epochs": 5, "rate": 0.1}, "model": {"depth": 2}, "unread": {"name": "x"}}
    (tmp_path / "project/params.json").write_text(json.dumps(params))
    ran = run(tmp_path, READING, python, keys=True)
    assert ran.exit == 0, ran.error
    read = {note["key"] for note in ran.notes if note["note"] == "read-key"}
    assert read == {"train", "train.epochs", "model", "model.depth", "absent"}
    assert [note["option"] for note in ran.notes if note["note"] == "option"] == ["--epochs"]
    assert ran.output == run(tmp_path, READING, python).output


OBJECTS = """
from dataclasses import dataclass

class Node:
    def __init__(self, value):
        self.value = value

@dataclass
class Plain:
    value: int

@dataclass(frozen=True)
class Frozen:
    value: int

class Slotted:
    __slots__ = ("value",)

class Equal:
    def __eq__(self, other):
        return True

nodes = {Node(value) for value in range(500)}
print([node.value for node in nodes])
print(Plain.__hash__, Equal.__hash__, hash(Frozen(3)) == hash(Frozen(3)), hash(Slotted()) is None)
del nodes
print(len({Node(value) for value in range(500)}))
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_objects_are_hashed_in_their_order_where_that_is_held(python: str, tmp_path: Path) -> None:
    held = run(tmp_path, OBJECTS, python, hold={"object-hash": True})
    order, rest, count = held.output.splitlines()
    is_watched = "3.7" not in subprocess.run([python, "-V"], capture_output=True, text=True).stdout
    assert (order == str(list(range(500)))) is is_watched
    assert (rest, count) == ("None None True False", "500")


ADDRESSES = """
import copy, types, uuid
passing = types.ModuleType("passing")
vars(passing)["many"] = uuid.uuid4().int % 50
exec("kept = [[] for _ in range(many)]; asked = [id(one) for one in kept]", vars(passing))
first, second = [1], [1]
print(id(first), id(second), id(first) == id(first), id(first) == id(second), id.__name__, id.__module__)
print(copy.deepcopy([first, first])[0] is not first, len({id(x) for x in (first, second, first)}))
twice = copy.deepcopy([first, first]); print(twice[0] is twice[1])
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_under_each_python_addresses_that_are_held_are_numbers_in_their_order(tmp_path: Path, python: str) -> None:
    """However many another module asked for before."""
    one, two = (run(tmp_path, ADDRESSES, python, hold={"object-hash": True}) for _ in range(2))
    free = run(tmp_path, ADDRESSES, python)
    assert (one.exit, two.exit, free.exit) == (0, 0, 0), (one.error, free.error)
    assert one.output == two.output != free.output
    assert one.output.splitlines()[0].endswith("True False id builtins") and one.output.endswith("True\n")
