"""Clones over https and ssh, from a server of our own."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from repro_audit.errors import ProjectError
from repro_audit.origin import open_project


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A repository `served/project.git` with one file."""
    work, folder = tmp_path / "work", tmp_path / "served" / "project.git"
    work.mkdir()
    (work / "a.txt").write_text("one")
    for command in (
        ["init", "-q", "-b", "main"], ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "one"],
    ):  # fmt: skip
        subprocess.run(["git", "-C", str(work), *command], check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(folder)], check=True)
    return folder


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(bare: Path, authority: trustme.CA) -> Iterator[str]:
    """The address of a server whose certificate no system knows."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bare.parent))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"https://localhost:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def _handler(root: Path) -> type[BaseHTTPRequestHandler]:
    """Git's own program for servers, asked as a web server asks it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            env = os.environ | {
                "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }  # fmt: skip
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=env, check=False)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.mark.parametrize("name", ["GIT_SSL_CAINFO", "SSL_CERT_FILE"])
def test_a_project_is_cloned_over_https_with_the_certificates_that_the_user_trusts(
    server: str, authority: trustme.CA, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust_nothing(monkeypatch)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    with open_project(f"{server}/project.git@main") as origin:
        assert (origin.path / "a.txt").read_text() == "one"
        assert origin.label == f"{server}/project.git@main"


def test_a_server_that_nobody_vouches_for_is_not_read(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _trust_nothing(monkeypatch)
    with pytest.raises(ProjectError, match="certificate") as error, open_project(f"{server}/project.git"):
        pass
    assert "SSL_CERT_FILE" in str(error.value.hint)


def _trust_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "PIP_CERT",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)


def test_a_project_is_cloned_over_ssh_without_a_question(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program named ssh that runs the server's side here, and keeps what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    shell = shutil.which("sh")
    (folder / "ssh").write_text(f'#!{shell}\necho "$@" >> {tmp_path}/asked\nfor last; do :; done\nexec sh -c "$last"\n')
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    with open_project(f"ssh://git@example.org{bare}") as origin:
        assert (origin.path / "a.txt").read_text() == "one"
    asked = (tmp_path / "asked").read_text()
    assert "BatchMode=yes" in asked and "git@example.org" in asked
