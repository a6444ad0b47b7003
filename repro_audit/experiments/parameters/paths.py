"""Name another path: in a command, behind a script that takes it as an option, on a line of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...sandbox.model import Job
from ..job import shown
from . import command
from .model import CannotSet, Read, Setting
from .rendering import in_words


def replaced(text: str, old: str, new: str) -> str:
    """The text with a path that stands alone in it replaced, wherever it does."""
    alone = rf"(?<![\w./-])((?:\./)?){re.escape(old)}(?![\w-]|/[\w*]|\.\w)"
    return re.sub(alone, lambda found: found.group(1) + new, text)


@dataclass(frozen=True, slots=True)
class InWords:
    """Put the new path wherever the command names the old one."""

    old: str

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        text = replaced(shown(job.argv), self.old, in_words(value))
        if text == shown(job.argv):
            raise CannotSet(f"the command does not name {self.old}")
        return Setting(job=command.typed(job, text))


@dataclass(frozen=True, slots=True)
class BehindScript:
    """Give an option to the script that takes it, wherever in the command that is called."""

    script: str  # its name, without a folder
    flag: str

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        text = shown(job.argv)
        found = re.search(rf"{re.escape(self.script)}(?=[\s;&|)\"']|$)", text)
        if found is None:
            raise CannotSet(f"the command does not call {self.script}")
        return Setting(
            job=command.typed(job, f"{text[: found.end()]} {self.flag} {in_words(value)}{text[found.end() :]}")
        )


@dataclass(frozen=True, slots=True)
class OnLine:
    """Put the new path where a line of a file names the old one; all else of the file stays as it is."""

    path: str
    line: int
    old: str

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        lines = (read(self.path) or "").split("\n")
        if not 0 < self.line <= len(lines):
            raise CannotSet(f"{self.path} is no text that could be edited")
        before = lines[self.line - 1]
        lines[self.line - 1] = replaced(before, self.old, in_words(value))
        if lines[self.line - 1] == before:
            raise CannotSet(f"{self.path}:{self.line} does not name {self.old}")
        return Setting({self.path: "\n".join(lines)})
