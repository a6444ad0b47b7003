"""Each fixture that says why its runs differ, or under what they would, is found out for exactly that."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from repro_audit.diagnose.model import Cause, CauseName
from repro_audit.experiments import stress, verify
from repro_audit.experiments.model import Depth, Experiment, Kind
from repro_audit.experiments.verify import RunOptions
from repro_audit.project import Project
from repro_audit.sandbox.model import Limits

from . import tables
from .tables import FIXTURES

# A diagnosis asks the same of every backend: what differs between them is how each hold reaches the run.
IN_CONTAINERS = {
    "cause-two-together", "cause-in-subprocess", "cause-hash-seed", "cause-hostname", "cause-cpu-count",
    "cause-working-directory", "cause-leftover-state", "cause-memory-address",
}  # fmt: skip
ASKED = ("causes", "stress", "leftover")
# What no fixture of one run on this machine can show: the network needs a server.
UNSHOWN = {CauseName.NETWORK, CauseName.UNKNOWN}


def expected(name: str) -> dict[str, Any]:
    run: dict[str, Any] = tables.expected(name)["run"]
    return run


NAMES = [name for name in tables.having("run") if set(ASKED) & set(expected(name))]


def cases() -> Iterator[Any]:
    for name in NAMES:
        run = expected(name)
        slow = [pytest.mark.slow] if run.get("slow") else []
        yield pytest.param("local", name, marks=[*slow, pytest.mark.sandbox])
        if name in IN_CONTAINERS:
            yield pytest.param("docker", name, marks=pytest.mark.engine)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("runner", "name"), list(cases()))
def test_a_fixture_is_found_out_for_the_cause_it_was_made_with(
    runner: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "planned", lambda lab: list(stress.proposals(lab)))
    limits = Limits(seconds=120)
    python = expected(name).get("python", "3.11")
    options = RunOptions(runner=runner, limits=limits, evidence=tmp_path, python=python, depth=Depth.STANDARD)
    told = verify.verify(Project(FIXTURES / name / "repo"), options, lambda step, line="": None).experiments
    found = {kind: causes(told, kind) for kind in ASKED}
    wanted = expected(name)
    twice = next((e for e in told if e.kind is Kind.REPEAT), told[0])
    assert twice.outcome.value == wanted["outcome"], (twice.reason, twice.failure)
    assert {o.path: o.verdict for o in twice.outputs}.items() >= wanted.get("outputs", {}).items()
    for kind in ASKED:
        right = {(c["cause"], c.get("output", "")) for c in wanted.get(kind, ())}
        assert {(c.name.value, o) for c in found[kind] for o in c.outputs} == right, (kind, found)
        for one in wanted.get(kind, ()):
            assert any(fits(c, one) for c in found[kind]), (one, found[kind])


def causes(told: tuple[Experiment, ...], kind: str) -> list[Cause]:
    """The confirmed causes of the two runs, of the stressed one, or of the one in a used tree."""
    ids = {"causes": "repeat", "stress": "stress", "leftover": "stress:leftover"}
    one = next((e for e in told if e.id == ids[kind]), None)
    return [c for c in one.causes if c.confirmed] if one else []


def fits(cause: Cause, wanted: dict[str, Any]) -> bool:
    return (
        cause.name.value == wanted["cause"]
        and ("at" not in wanted or str(cause.at) == wanted["at"])
        and ("cell" not in wanted or cause.cell == wanted["cell"])
        and wanted.get("fix", "") in cause.fix
    )


def test_every_cause_that_can_be_made_has_a_fixture() -> None:
    made = {c["cause"] for name in NAMES for kind in ASKED for c in expected(name).get(kind, ())}
    assert {c.value for c in CauseName} - made == {c.value for c in UNSHOWN}


def test_a_fixture_named_after_a_cause_says_which() -> None:
    assert [n for n in NAMES if n.startswith("cause-")] == sorted(p.name for p in FIXTURES.glob("cause-*"))


class Counter(BaseHTTPRequestHandler):
    """Answers with the number of the question."""

    asked = itertools.count(1)

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(next(self.asked)).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


ASKING = """import os
import urllib.request

with open("model.json", "wb") as file:
    file.write(urllib.request.urlopen(os.environ["ADDRESS"]).read())
"""
# Not the library's own client, but a connection that only looks like one.
BY_HAND = """import os
import socket
from urllib.parse import urlsplit

place = urlsplit(os.environ["ADDRESS"])
with socket.create_connection((place.hostname, place.port)) as asking, open("model.json", "wb") as file:
    asking.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    file.write(asking.makefile("rb").read().rpartition(b"\\n")[2])
"""


@pytest.mark.sandbox
@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("code", "at", "is_confirmed"), [(ASKING, "train.py:5", True), (BY_HAND, "train.py:6", False)])
def test_what_others_answer_is_confirmed_where_it_can_be_given_again(
    code: str, at: str, is_confirmed: bool, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "README.md").write_text("# Prices\n\n    python train.py\n")
    (project / "train.py").write_text(code)
    server = ThreadingHTTPServer(("0.0.0.0", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    variables = {"ADDRESS": f"http://{own_address()}:{server.server_port}/"}
    options = RunOptions(
        "local", network=True, variables=variables, evidence=tmp_path / "evidence", python="3.11", depth=Depth.STANDARD
    )
    told = verify.verify(Project(project), options, lambda step, line="": None).experiments
    server.shutdown()
    twice = next(e for e in told if e.kind is Kind.REPEAT)
    assert [(c.name, c.confirmed, str(c.at)) for c in twice.causes] == [(CauseName.NETWORK, is_confirmed, at)]
    assert not list((tmp_path / "evidence").rglob("*.answer"))


def own_address() -> str:
    """The address of this machine towards others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))
        return str(asking.getsockname()[0])
