"""Where a backend is missing it says so, with the next step; without bubblewrap a run needs the user's word."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from repro_audit.errors import Unavailable
from repro_audit.experiments.verify import RunOptions, open_sandbox
from repro_audit.sandbox import local
from repro_audit.sandbox.docker import DockerSandbox
from repro_audit.sandbox.model import CARRIED, NOTES, Job, Limits, Snapshot, Surroundings

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


def test_unsealed_as_much_of_the_surroundings_is_kept_as_can_be(tmp_path: Path) -> None:
    """Settings that travel along name the places of the host; its name and the project's place stay its own."""
    sandbox = open_sandbox(RunOptions(unsafe=True))
    environment = sandbox.build(NOTHING, Snapshot(tmp_path, ()), Limits(), quiet)
    place = Place(sandbox, environment, tmp_path)
    ours, over = tmp_path / "ours", tmp_path / "over"
    for folder in ours, over:
        folder.mkdir()
    told = {"notes": NOTES, "project": "/srv/elsewhere"}
    (ours / "settings.json").write_text(json.dumps(told))
    (over / "in.txt").write_text("laid over")
    code = (
        "import json, os, sys\n"
        "told = json.load(open(os.path.join(os.environ['PYTHONPATH'], 'settings.json')))\n"
        "assert os.path.realpath(told['project']) == os.path.realpath(os.getcwd()), told\n"
        "open(os.path.join(told['notes'], 'n'), 'w').write(open('in.txt').read())\n"
        "print(os.environ['USER'], oct(os.umask(0)), len(os.sched_getaffinity(0)))\n"
    )
    snapshot = replace(place.project({"main.py": code, "in.txt": "own"}), overlays=(over,))
    around = Surroundings(user="alice", folder="/srv/elsewhere", cpus=1, umask=0o077)
    job = Job(
        ("python", "main.py"), variables={"PYTHONPATH": f"{CARRIED}/probe"}, surroundings=around,
        carried=((ours, f"{CARRIED}/probe"),),
    )  # fmt: skip
    run = place.start(job, snapshot)
    assert run.log.read_text() == "alice 0o77 1\n"
    assert (run.folder / "notes/n").read_text() == "laid over" and run.changed == ()
    assert json.loads((ours / "settings.json").read_text()) == told
