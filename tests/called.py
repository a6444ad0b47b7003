"""The program, called as from a command line, in the process of the tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from repro_audit import cli


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


Program = Callable[..., Done]


def program_of(monkeypatch: pytest.MonkeyPatch, output: pytest.CaptureFixture[bytes]) -> Program:
    """The program with the arguments that it is called with, without progress on a slow machine."""
    monkeypatch.setattr("repro_audit.commands.progress.DELAY", 600)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["repro-audit", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        sys.stdout.flush()
        captured = output.readouterr()
        assert b"Traceback" not in captured.err
        return Done(int(ended.value.code or 0), captured.out.decode(), captured.err.decode())

    return run
