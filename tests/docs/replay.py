"""A tutorial page is a script: its diffs are applied and its commands typed, in their order, in one folder."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shown import ENVIRONMENT, ROOT, install, tidy

FENCE = re.compile(r"^```(?P<kind>console|diff)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?P<line>.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
PROJECT = ROOT / "docs" / "tutorial" / "project"
GIT = {  # one name and one moment, so that commits have the same names everywhere
    "GIT_AUTHOR_NAME": "Reader", "GIT_AUTHOR_EMAIL": "reader@example.org", "GIT_AUTHOR_DATE": "2026-01-02T12:00:00Z",
    "GIT_COMMITTER_NAME": "Reader", "GIT_COMMITTER_EMAIL": "reader@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T12:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a page: what the page shows below it, what it printed, and where in the page that stands."""

    line: str
    shown: str
    real: str
    start: int
    end: int

    @property
    def is_run(self) -> bool:
        """Whether it runs the project, so that times and the like are others each time."""
        return "--run" in self.line.split()


class Reader:
    """Somebody who follows tutorial pages in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "reading"
        (self.place / "docs").mkdir(parents=True)
        (self.place / "docs" / "tutorial").symlink_to(PROJECT.parent)
        path = f"{install(folder / 'bin')}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, **ENVIRONMENT, **GIT, "PATH": path}

    def follow(self, page: Path, wanted: Callable[[str], bool] = lambda line: True) -> Iterator[Typed]:
        """Do what the page says, and tell of each command; one that is not wanted is left out."""
        text = page.read_text("utf-8")
        for fence in FENCE.finditer(text):
            if fence["kind"] == "diff":
                self._run("git apply --whitespace=nowarn -", fence["body"])
                continue
            for command in COMMAND.finditer(text, fence.start("body"), fence.end("body")):
                if wanted(command["line"]):
                    real = self._run(command["line"])
                    shown = command["output"].strip("\n")
                    yield Typed(command["line"], shown, real, command.start("output"), command.end("output"))

    def _run(self, line: str, given: str = "") -> str:
        """What a shell prints for the line, standard error not included; `cd` is for all that follow."""
        words = line.split()
        if words[0] == "cd":
            self.place /= words[1]
            return ""
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.place, env=self.environment, input=given.encode(), capture_output=True
        )
        if done.returncode and not (done.returncode == 1 and words[0] == "repro-audit"):
            raise AssertionError(f"{line}\n{done.stderr.decode('utf-8', 'replace')}")
        return tidy(done.stdout)


def rewritten(text: str, commands: list[Typed]) -> str:
    """The page with what its commands printed."""
    for command in reversed(commands):
        printed = f"{command.real}\n" if command.real else ""
        text = text[: command.start] + printed + text[command.end :]
    return text
