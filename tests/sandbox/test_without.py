"""Where a backend is missing it says so, with the next step; without bubblewrap a run needs the user's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.errors import Unavailable
from repro_audit.experiments.verify import RunOptions, open_sandbox
from repro_audit.sandbox import local
from repro_audit.sandbox.docker import DockerSandbox
from repro_audit.sandbox.model import Job, Limits

from .conftest import NOTHING, Place, quiet


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither an engine nor bubblewrap, and a cache of the test's own."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setattr(local.shutil, "which", lambda name: None)
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))


def test_a_missing_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no Docker engine answers") as caught:
        DockerSandbox()
    assert "--runner local" in caught.value.hint


@pytest.mark.parametrize("runner", ["auto", "local"])
def test_missing_bubblewrap_is_named_and_nothing_is_run(runner: str) -> None:
    with pytest.raises(Unavailable, match="bubblewrap is not here") as caught:
        open_sandbox(RunOptions(runner=runner))
    assert "--unsafe-local" in caught.value.hint


def test_an_engine_that_is_asked_for_is_not_replaced() -> None:
    with pytest.raises(Unavailable, match="no Docker engine"):
        open_sandbox(RunOptions(runner="docker", unsafe=True))


def test_at_the_users_risk_it_runs_unsealed_and_says_so(tmp_path: Path) -> None:
    sandbox = open_sandbox(RunOptions(unsafe=True))
    assert sandbox.name == "local" and sandbox.isolation.startswith("none")
    place = Place(
        sandbox, sandbox.build(NOTHING, Place(sandbox, None, tmp_path).project({}), Limits(), quiet), tmp_path
    )  # type: ignore[arg-type]
    run = place.run("import os; open('out.txt', 'w').write('x'); print(os.environ['HOME'])", {"in.txt": "x"})
    assert run.changed == ("project/out.txt",) and str(Path.home()) not in run.log.read_text().split()
    assert not (tmp_path / "project" / "out.txt").exists()
    missing = place.start(Job(("no-such-program",)), place.project({}))
    assert missing.exit == 127 and "not found" in missing.log.read_text()
    late = place.run("import time; time.sleep(30)", limits=Limits(seconds=1))
    assert late.ending.value == "timed-out"
