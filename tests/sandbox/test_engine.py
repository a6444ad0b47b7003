"""Engines that are far away, go away, or have a newer builder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from repro_audit.errors import Unavailable
from repro_audit.experiments.unfinished import unfinished
from repro_audit.sandbox.docker import DockerSandbox
from repro_audit.sandbox.engine import connect, remove_leftovers
from repro_audit.sandbox.image import base_image
from repro_audit.sandbox.model import BuildFailed, Job, Limits, Recipe, RecipeKind, Snapshot, Surroundings

from .conftest import NOTHING, Place, quiet
from .test_interrupted import PROGRAM, count_of, left_of, wait_for

pytestmark = pytest.mark.engine


class Distance:
    """A way to the engine over the network, which may break."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = self._engine()
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()

    def _engine(self) -> socket.socket:
        where = urlsplit(self._address)
        if where.scheme == "unix":
            far = socket.socket(socket.AF_UNIX)
            far.connect(where.path)
            return far
        return socket.create_connection((where.hostname or "", where.port or 2375))

    def break_off(self) -> None:
        for one in [self._server, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def distance() -> Iterator[Distance]:
    found = Distance(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    yield found
    found.break_off()


def test_an_engine_far_away_shares_no_folder_with_us(
    distance: Distance, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that goes in and comes out does so through the engine's door: nothing is asked for by a path."""
    monkeypatch.setenv("DOCKER_HOST", distance.url)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sandbox = DockerSandbox()
    place = Place(sandbox, sandbox.build(NOTHING, Snapshot(tmp_path, ()), Limits(), quiet), tmp_path)
    ours, over = tmp_path / "ours", tmp_path / "over"
    for folder in ours, over:
        folder.mkdir()
        (folder / "a.txt").write_text(folder.name)
    code = (
        "print(open('a.txt').read(), open('/repro-audit/x/a.txt').read())\n"
        "open('out.txt', 'w').write('x'); open('/repro-audit/notes/n', 'w').write('x')\n"
    )
    snapshot = place.project({"main.py": code, "a.txt": "own"})
    snapshot = Snapshot(snapshot.root, snapshot.paths, overlays=(over,), home=ours)
    job = Job(("python", "main.py"), carried=((ours, "/repro-audit/x"),), surroundings=Surroundings(user="alice"))
    try:
        run = place.start(job, snapshot)
    finally:
        sandbox.close()
    assert run.log.read_text() == "over ours\n" and run.changed == ("project/out.txt",)
    assert (run.folder / "notes/n").read_text() == "x"


def test_an_engine_behind_ssh_is_reached_by_the_users_own_ssh(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program named ssh that asks the engine here, and keeps what it was told."""
    pytest.importorskip("paramiko")
    (tmp_path / "ssh").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nunset DOCKER_HOST\nexec docker system dial-stdio\n'
    )
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_HOST", "ssh://someone@engine.example:2222")
    sandbox = DockerSandbox()
    place = Place(sandbox, sandbox.build(NOTHING, Snapshot(tmp_path, ()), Limits(), quiet), tmp_path)
    try:
        run = place.start(Job(("python", "main.py")), place.project({"main.py": "open('out.txt', 'w').write('x')"}))
    finally:
        sandbox.close()
    assert run.changed == ("project/out.txt",)
    assert set((tmp_path / "asked").read_text().splitlines()) == {
        "-l someone -p 2222 -- engine.example docker system dial-stdio"
    }


def test_an_engine_behind_ssh_says_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("docker.api.client.SSHHTTPAdapter")
    monkeypatch.setenv("DOCKER_HOST", "ssh://someone@engine.example")
    with pytest.raises(Unavailable) as raised:
        connect()
    assert "repro-audit[ssh]" in str(raised.value.hint)


def test_the_current_context_names_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `docker context use` leaves it."""
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    folder = tmp_path / "contexts/meta" / hashlib.sha256(b"other").hexdigest()
    folder.mkdir(parents=True)
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "other"}))
    for host, is_there in (("unix:///nowhere.sock", False), (address, True)):
        ends = {"docker": {"Host": host}}
        (folder / "meta.json").write_text(json.dumps({"Name": "other", "Metadata": {}, "Endpoints": ends}))
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        monkeypatch.delenv("DOCKER_HOST", raising=False)
        if is_there:
            assert connect().ping()
        else:
            with pytest.raises(Unavailable):
                connect()


@pytest.mark.parametrize("option", ["", "--mount=type=tmpfs,target=/c "])
def test_an_engine_that_goes_away_while_it_builds_is_told_in_a_line(
    option: str, distance: Distance, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With either builder; what it was at is no fault of the project's, and no other environment is tried."""
    monkeypatch.setenv("DOCKER_HOST", distance.url)
    recipe, snapshot, _ = context(tmp_path, f"RUN {option}echo {{mark}} && sleep 20\n")
    sandbox, mark = DockerSandbox(), (tmp_path / "Dockerfile").read_text().split("echo ")[1].split()[0]

    def breaking(step: str, line: str = "") -> None:
        if mark in line:
            threading.Timer(1, distance.break_off).start()

    with pytest.raises(Unavailable, match="the engine went away"):
        sandbox.build(recipe, snapshot, Limits(), breaking)


def test_an_engine_that_goes_away_is_told_in_a_line_and_tidied_by_the_next_audit(
    distance: Distance, tmp_path: Path, cache: Path
) -> None:
    project, mark = tmp_path / "project", f"mark-gone-{uuid.uuid4().hex}"
    project.mkdir()
    (project / "data.txt").write_text("x")
    command = [sys.executable, "-c", PROGRAM, "run", str(project), "--runner", "docker", "--"]
    command += ["python", "-c", f"import time; time.sleep(99); '{mark}'"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "DOCKER_HOST": distance.url},
        text=True,
    )  # fmt: skip
    assert wait_for(lambda: count_of(f"99); '{mark}'") >= 3, 60)
    distance.break_off()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 2 and "Traceback" not in said
    assert "the engine went away" in said and "docker version" in said
    assert unfinished(project / ".repro-audit") is not None
    assert left_of(process.pid) != []
    remove_leftovers(connect())  # as the next audit does when it begins
    assert left_of(process.pid) == [] and wait_for(lambda: count_of(f"99); '{mark}'") == 0)


NEWER = {
    "a cache": "RUN --mount=type=cache,target=/c echo {mark} && echo built > /built.txt\n",
    "a reader that cannot be had": "RUN --mount=type=tmpfs,target=/c echo {mark} && echo built > /built.txt\n",
}
TOO_NEW = {
    "a step fails": ("RUN --mount=type=cache,target=/c echo {mark} oh dear && exit 3\n", r"(code:|status) 3"),
    "a secret": (
        "RUN --mount=type=secret,id=token cat /run/secrets/token {mark}\n",
        "Dockerfile:2 asks the builder for",
    ),
    "a word": ("RUN --mount=type=cache,target=/c true\nECHO {mark}\n", "Dockerfile:2 needs a newer builder"),
}


def context(folder: Path, text: str, first: str = "") -> tuple[Recipe, Snapshot, str]:
    mark = uuid.uuid4().hex
    (folder / "Dockerfile").write_text(f"{first}FROM {base_image('3.11')}\n" + text.format(mark=mark))
    return Recipe(RecipeKind.IMAGE, "its own", "3.11", dockerfile="Dockerfile"), Snapshot(folder, ("Dockerfile",)), mark


@pytest.mark.parametrize("name", NEWER)
def test_a_dockerfile_for_the_newer_builder_is_built_by_it(name: str, tmp_path: Path, cache: Path) -> None:
    first = "# syntax=localhost:1/no/such:reader\n" if "reader" in name else ""
    recipe, snapshot, mark = context(tmp_path, NEWER[name], first)
    sandbox = DockerSandbox()
    environment = sandbox.build(recipe, snapshot, Limits(), quiet)
    try:
        assert mark in environment.log
        job = Job(("cat", "/built.txt"), surroundings=Surroundings(user="alice"))
        run = sandbox.run(environment, snapshot, job, Limits(60), tmp_path / "run", quiet)
        assert run.log.read_text() == "built\n"
        assert sandbox.build(recipe, snapshot, Limits(), quiet).was_cached
    finally:
        sandbox.close()
        connect().images.remove(environment.id, force=True)


@pytest.mark.parametrize("name", TOO_NEW)
def test_what_the_newer_builder_cannot_do_is_said_in_one_line(name: str, tmp_path: Path, cache: Path) -> None:
    text, words = TOO_NEW[name]
    recipe, snapshot, _ = context(tmp_path, text)
    with pytest.raises(BuildFailed) as caught:
        DockerSandbox().build(recipe, snapshot, Limits(), quiet)
    assert re.search(words, str(caught.value)) and "\n" not in str(caught.value)


def test_a_user_has_a_name_in_the_projects_own_image(tmp_path: Path, cache: Path) -> None:
    """The image's own user of that number keeps its line, behind ours."""
    recipe, snapshot, _ = context(tmp_path, "RUN echo 'mine:x:1000:1000::/home/mine:/bin/sh' >> /etc/passwd # {mark}\n")
    sandbox = DockerSandbox()
    environment = sandbox.build(recipe, snapshot, Limits(), quiet)
    code = "import os, pwd; print(pwd.getpwuid(os.getuid()).pw_name, pwd.getpwnam('mine').pw_dir, os.environ['HOME'])"
    try:
        for user in "user", "alice":
            job = Job(("python3", "-c", code), surroundings=Surroundings(user=user))
            run = sandbox.run(environment, snapshot, job, Limits(60), tmp_path / user, quiet)
            assert run.log.read_text().split() == [user, "/home/mine", f"/home/{user}"]
    finally:
        sandbox.close()
        connect().images.remove(environment.id, force=True)
