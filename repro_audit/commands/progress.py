"""A sign of life on standard error, for reading that takes more than about a second."""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType

from ..text import shorten

DELAY = 1.0  # seconds
CLEAR = f"\r{' ' * 79}\r" if os.name == "nt" else "\r\x1b[2K"  # its older consoles show the sequence


class Progress:
    """One line that is redrawn on a terminal and removed at the end; in a log, one line that stays."""

    def __init__(self, target: str) -> None:
        self._target = shorten(target, 50)
        self._timer = threading.Timer(DELAY, self._begin)
        self._timer.daemon = True
        self._is_shown = False
        self._what = ""

    def __enter__(self) -> Progress:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._is_shown and sys.stderr.isatty():
            self._write(CLEAR)

    def step(self, what: str) -> None:
        self._what = what
        if self._is_shown and sys.stderr.isatty():
            self._write(f"{CLEAR}reading {self._target}: {what}")

    def _begin(self) -> None:
        self._is_shown = True
        if sys.stderr.isatty():
            self.step(self._what or "files")
        else:
            self._write(f"reading {self._target} ...\n")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self._is_shown = False
