"""Limits of a user who is not root: what root may do need not hold for others, and the other way round."""

from __future__ import annotations

import os
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repro_audit.sandbox import copying, local, store
from repro_audit.sandbox.local import LocalSandbox
from repro_audit.sandbox.model import Ending, Environment, Job, Limits, Run, Snapshot

from .conftest import quiet

pytestmark = pytest.mark.sandbox
NOBODY = 65534
MANY = 'i=0; while [ $i -lt 300 ]; do sleep 20 & i=$((i+1)); done; echo "made $i"; wait'


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder and a cache that the other user may use, and no Python but the system's."""
    found = Path(tempfile.mkdtemp(prefix="repro-audit-"))
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(found / "cache"))
    monkeypatch.setattr(local, "prefix_of", lambda python: "/usr")
    (store.environments_folder() / "none" / "env").mkdir(parents=True)
    for place in [found, *found.rglob("*")]:
        place.chmod(0o777)
    yield found
    copying.remove(found)


def as_another(work: Callable[[], None]) -> None:
    """Do it as a user who is not root, whoever we are."""
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def run(folder: Path, code: str, processes: int) -> Run:
    environment = Environment("none", "local", "3.11")
    limits = Limits(seconds=15, processes=processes)
    return LocalSandbox().run(
        environment, Snapshot(folder, ()), Job(("sh", "-c", code)), limits, folder / "run", quiet
    )  # fmt: skip


def test_the_number_of_processes_is_limited(folder: Path) -> None:
    def work() -> None:
        found = run(folder, MANY, 60)
        said = found.log.read_text()
        assert not found.is_success and "made" not in said
        assert found.ending is Ending.TOO_MANY_PROCESSES or "fork" in said.lower(), said

    as_another(work)


def test_what_else_the_user_runs_does_not_count(folder: Path) -> None:
    def work() -> None:
        others = [subprocess.Popen(["sleep", "30"]) for _ in range(80)]
        found = run(folder, "echo one | cat; id -u", 60)
        for other in others:
            other.kill()
        assert found.is_success and found.log.read_text().split() == ["one", "1000"], found.log.read_text()

    as_another(work)
