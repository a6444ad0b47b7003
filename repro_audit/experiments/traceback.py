"""Reads the last Python traceback out of a log."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import Place

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$')
CELL_FRAME = re.compile(r"^(?:File |Cell )?(?:In ?\[\d+\]|In \[\d+\]|Cell In\[\d+\]), line (\d+)|^---> (\d+) ")
ERROR = re.compile(
    r"^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit|Iteration|NoSuchKernel|Timeout|Missing\w*|Unavailable\w*|NotFound\w*|Failed\w*)|NoSuchKernel|[\w.]+Error)(?::\s?(.*))?$"
)
INSTALLED = re.compile(r"/(?:site|dist)-packages/|/lib/python3|/usr/lib/|<frozen|<string>|/uv-cache/")


@dataclass(frozen=True)
class Traceback:
    """The error, its message, and the frames from the outermost in."""

    error: str
    message: str
    frames: tuple[tuple[str, int], ...]

    @property
    def own(self) -> Place | None:
        """The innermost frame in the project's own code."""
        for path, line in reversed(self.frames):
            if path.startswith("/project/"):
                return Place(path[len("/project/") :], line)
        return None

    @property
    def is_in_a_package(self) -> bool:
        """Whether the innermost frame is in installed code."""
        return bool(self.frames) and INSTALLED.search(self.frames[-1][0]) is not None

    @property
    def package(self) -> str:
        """The top-level module of the innermost installed frame."""
        for path, _ in reversed(self.frames):
            found = re.search(r"/(?:site|dist)-packages/([\w]+)", path)
            if found:
                return found.group(1)
        return ""


def last_traceback(log: str) -> Traceback | None:
    """The last traceback of a log, None without one; a chain of causes gives its last link."""
    lines = ANSI.sub("", log).replace("\r", "\n").split("\n")
    for i in range(len(lines) - 1, -1, -1):
        found = ERROR.match(lines[i].strip())
        if not found or not _has_frames_before(lines, i):
            continue
        frames: list[tuple[str, int]] = []
        for line in reversed(lines[max(0, i - 400) : i]):
            if line.startswith("Traceback (most recent call last)") or (line.startswith("-----") and frames):
                break
            frame = FRAME.match(line)
            if frame:
                frames.append((frame.group(1), int(frame.group(2))))
        message = " ".join(t.strip() for t in [found.group(2) or "", *_continued(lines, i)])
        return Traceback(found.group(1).rpartition(".")[2], message.strip(), tuple(reversed(frames)))
    return None


def _has_frames_before(lines: list[str], i: int) -> bool:
    window = lines[max(0, i - 60) : i]
    return any(
        FRAME.match(line) or CELL_FRAME.match(line) or line.startswith(("Traceback", "-----")) for line in window
    )


def _continued(lines: list[str], i: int) -> list[str]:
    """The lines of a message that goes on, at most three."""
    found = []
    for line in lines[i + 1 : i + 4]:
        if not line.strip() or FRAME.match(line) or line.startswith("During handling"):
            break
        found.append(line)
    return found
