"""What is answered over HTTP is kept in one run and given again in another, and the program cannot tell."""

from __future__ import annotations

import itertools
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from .test_probe import PYTHONS, Ran, run

NUMBER = itertools.count(1)


class Server(BaseHTTPRequestHandler):
    """Numbers its answers: no two are the same. `/pieces` comes in pieces, everything else whole."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        text = f"{self.path} {next(NUMBER)}\n".encode()
        self.send_response(200 if self.path != "/absent" else 404)
        if self.path == "/pieces":
            self.send_header("Transfer-Encoding", "chunked")
            text = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (text[:3], text[3:], b""))
        else:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("X-Number", str(next(NUMBER)))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


ONE_CONNECTION = """
import http.client
to = http.client.HTTPConnection("127.0.0.1", {port})
for asked in "GET /a", "GET /a", "GET /pieces", "HEAD /h", "GET /absent", "GET /b":
    to.request(*asked.split())
    answer = to.getresponse()
    print(answer.status, answer.getheader("X-Number"), answer.read(), type(answer).__name__)
"""
BY_LIBRARY = """
import urllib.error, urllib.request
for path in ("a", "a", "pieces"):
    with urllib.request.urlopen("http://127.0.0.1:{port}/" + path) as answer:
        print(answer.readline(), list(answer), answer.geturl())
try:
    urllib.request.urlopen("http://127.0.0.1:{port}/absent")
except urllib.error.HTTPError as error:
    print(error.code, error.read())
"""
BY_REQUESTS = """
import requests
with requests.Session() as session:
    for path in ("a", "a", "pieces", "absent"):
        answer = session.get("http://127.0.0.1:{port}/" + path, stream=path == "pieces")
        print(answer.status_code, list(answer.iter_content(4)))
"""


def twice(folder: Path, code: str, python: str) -> tuple[Ran, Ran]:
    """A run that is kept, and one that is given the same answers."""
    first = run(folder, code, python, answers=True)
    shutil.rmtree(folder / "probe/answers", ignore_errors=True)
    (folder / "probe/answers").mkdir()
    for file in (folder / "notes").glob("*.answer"):
        shutil.move(file, folder / "probe/answers" / file.name)
    return first, run(folder, code, python, hold={"network": True})


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("code", [ONE_CONNECTION, BY_LIBRARY])
def test_the_second_run_hears_what_the_first_one_heard(tmp_path: Path, python: str, code: str, port: int) -> None:
    first, second = twice(tmp_path, code.format(port=port), python)
    assert (first.exit, second.exit) == (0, 0), (first.error, second.error)
    assert first.output == second.output != run(tmp_path, code.format(port=port), python).output


def test_requests_hears_it_as_well(tmp_path: Path, port: int) -> None:
    pytest.importorskip("requests")
    first, second = twice(tmp_path, BY_REQUESTS.format(port=port), sys.executable)
    assert (first.exit, second.exit) == (0, 0), (first.error, second.error)
    assert first.output == second.output != run(tmp_path, BY_REQUESTS.format(port=port), sys.executable).output


def test_what_was_not_asked_before_is_asked_now(tmp_path: Path, port: int) -> None:
    twice(tmp_path, ONE_CONNECTION.format(port=port), sys.executable)
    ran = run(
        tmp_path, BY_LIBRARY.format(port=port).replace('"pieces"', '"new"'), sys.executable, hold={"network": True}
    )
    assert ran.exit == 0 and "/new " in ran.output, ran.error


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path, port: int) -> None:
    ran = run(tmp_path, ONE_CONNECTION.format(port=port))
    assert ran.exit == 0 and not list((tmp_path / "notes").glob("*.answer"))
