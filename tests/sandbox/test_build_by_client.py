"""Where an engine takes no files over its own door, Docker's own command hands them over and says the same."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import requests

from repro_audit.sandbox.buildkit import build_by_client, has_client


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named docker that keeps what it is given, and says and returns what the test wrote."""
    program = tmp_path / "docker"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/given\n'
        f"cat {tmp_path}/says 2>/dev/null\nexit $(cat {tmp_path}/status 2>/dev/null || echo 0)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def built(seconds: float = 60.0) -> list[dict[str, str]]:
    return list(build_by_client(_file(), "sub/Dockerfile", "repro-audit-own:1", {"a": "b"}, seconds))


def _file() -> io.BufferedReader:
    context = Path("context.tar")
    context.write_bytes(b"files")
    return context.open("rb")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_files_and_names_are_handed_over_and_steps_are_told_bare(client: Path) -> None:
    (client / "says").write_text("#5 [2/2] RUN pip install x\n#5 0.345 Collecting x\n#5 DONE 1.0s\n")
    assert [m["stream"] for m in built()] == ["[2/2] RUN pip install x\n", "Collecting x\n", "DONE 1.0s\n"]
    assert (client / "given").read_bytes() == b"files"
    asked = (client / "asked").read_text()
    assert "buildx build --load" in asked and "--tag repro-audit-own:1 --file sub/Dockerfile --label=a=b -" in asked


def test_a_build_that_fails_ends_with_the_clients_last_word(client: Path) -> None:
    (client / "says").write_text('#5 0.1 no\nERROR: process "/bin/sh -c false" did not complete: exit code: 1\n')
    (client / "status").write_text("1")
    assert built()[-1] == {"error": 'process "/bin/sh -c false" did not complete: exit code: 1'}


def test_an_engine_that_is_gone_is_no_failure_of_the_project(client: Path) -> None:
    (client / "says").write_text("ERROR: failed to receive status: rpc error: code = Unavailable desc = EOF\n")
    (client / "status").write_text("1")
    with pytest.raises(requests.exceptions.ConnectionError):
        built()


def test_a_client_without_its_part_for_the_newer_builder_is_none(client: Path) -> None:
    assert has_client()
    (client / "status").write_text("1")
    assert not has_client()
    (client / "docker").unlink()
    assert not has_client()
