"""A live view of a run's steps on standard error; in a log, one line a step."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from ..text import one_line, shorten
from .progress import CLEAR

REDRAW_EVERY = 0.2  # seconds


class Live:
    """The step, the last line that the run said, and the time since it began."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._step = ""
        self._begun = time.monotonic()
        self._drawn = 0.0

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_terminal:
            self._write(CLEAR)

    def __call__(self, step: str, line: str = "") -> None:
        is_new = step != self._step and step != "running"
        if is_new:
            self._step = step
            self._begun = time.monotonic()
        if self._is_terminal:
            self._draw(line, is_new)
        elif is_new:
            self._write(f"{step}{': ' + one_line(line) if line else ''} ...\n")

    def _draw(self, line: str, now: bool) -> None:
        moment = time.monotonic()
        if not now and moment - self._drawn < REDRAW_EVERY:
            return
        self._drawn = moment
        text = f"{self._step} {moment - self._begun:4.0f} s  {one_line(line)}"
        self._write(CLEAR + shorten(text, 78))

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self._is_terminal = False
