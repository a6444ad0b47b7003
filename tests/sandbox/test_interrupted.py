"""However an audit ends, nothing of it goes on, and what it left is removed: at once or by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repro_audit.sandbox import copying, store
from repro_audit.sandbox.engine import connect, remove_leftovers
from repro_audit.sandbox.local import LocalSandbox

from .conftest import BACKENDS
from .test_limits import is_running

PROGRAM = "import sys; sys.argv[0] = 'repro-audit'; from repro_audit.cli import main; main()"


def audit(runner: str, project: Path, mark: str) -> subprocess.Popen[bytes]:
    """An audit whose run sleeps; its process has the mark on its command line."""
    project.mkdir()
    (project / "data.txt").write_text("x")
    command = ["run", str(project), "--runner", runner, "--", "python", "-c", f"import time; time.sleep(99); '{mark}'"]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip


def wait_for(is_so: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def left_of(pid: int) -> list[str]:
    """Scratch folders of a process, and its containers and images where an engine answers."""
    found = [p.name for p in store.scratch_folder().glob(f"*-{pid}")]
    label = {"label": f"{store.LABEL}.process={pid}"}
    try:
        client = connect()
    except Exception:
        return found
    return [*found, *client.containers.list(all=True, filters=label), *client.images.list(filters=label)]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("runner", BACKENDS)
def test_nothing_goes_on_and_nothing_stays(runner: str, sent: signal.Signals, tmp_path: Path, cache: Path) -> None:
    mark = f"mark-{runner}-{sent.name}-{os.getpid()}"
    process = audit(runner, tmp_path / "project", mark)
    inside = f"99); '{mark}'"
    # The audit itself has the words on its command line as well: the run is the one that has not the program's.
    assert wait_for(lambda: count_of(inside) >= 2), process.stderr and process.stderr.read()
    process.send_signal(sent)
    process.wait(timeout=30)
    if sent is signal.SIGKILL:
        if runner == "docker":
            remove_leftovers(connect())  # as the next audit does when it begins
        LocalSandbox() if runner == "local" else [copying.remove(p) for p in store.leftovers()]
    assert wait_for(lambda: not is_running(mark), 10)
    assert left_of(process.pid) == []
    assert [p.name for p in (tmp_path / "project").iterdir() if p.name != ".repro-audit"] == ["data.txt"]


def count_of(words: str) -> int:
    found = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    found += words.encode() in file.read()
            except OSError:
                continue
    return found


@pytest.mark.engine
def test_what_others_run_in_the_engine_is_left_alone(cache: Path) -> None:
    from repro_audit.sandbox.image import base_image

    client = connect()
    dead = subprocess.Popen(["true"])
    dead.wait()
    kept = {
        "unmarked": {},
        "of a living audit": {**marks(os.getpid())},
        "of another machine": {**marks(dead.pid), f"{store.LABEL}.host": "elsewhere"},
    }
    made = {
        name: client.containers.create(base_image("3.11"), command=["true"], labels=labels)
        for name, labels in [*kept.items(), ("orphan", marks(dead.pid))]
    }
    try:
        remove_leftovers(client)
        here = {c.id for c in client.containers.list(all=True)}
        assert {name for name, container in made.items() if container.id in here} == set(kept)
    finally:
        for name in kept:
            made[name].remove(force=True)


def marks(pid: int) -> dict[str, str]:
    from repro_audit.sandbox.engine import PROCESS, labels

    return {**labels(), PROCESS: str(pid)}
