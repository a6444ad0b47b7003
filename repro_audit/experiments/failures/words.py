"""What a failed run said, and whose code it names."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ...diagnose.notes import read_notes
from ...model import Place
from ...project import Project
from ...sandbox.layout import Layout
from ...sandbox.model import Surroundings
from ..model import Failure, FailureClass
from ..traceback import ANSI, Frame, Traceback, last_chain, tracebacks

INSIDE = tuple(f"{Layout.of(Surroundings(has_room=has_room)).project}/" for has_room in (False, True))
LAST_LINES = 12
MOST_FILES = 3000  # of the project that are searched for a definition
TAIL = 30_000  # characters of a log that can still be about its end
NOTEBOOK = re.compile(
    r"\[NbConvertApp\] Converting notebook (.+?) to |Input Notebook: +(\S+\.ipynb)|([\w./ -]{1,200}\.ipynb)"
)


@dataclass(frozen=True)
class Words:
    """The log of a failed run, read once."""

    log: str  # without colors
    project: Project
    cwd: str = "."
    exit: int | None = 1
    notes: Path | None = None  # the folder in which the probe kept what it saw
    chain: tuple[Traceback, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chain", last_chain(tracebacks(self.log)))

    @cached_property
    def noted(self) -> tuple[dict[str, Any], ...]:
        """What the probe saw of the run; a stranger may have written it."""
        return read_notes(self.notes, ()).raw if self.notes else ()

    @property
    def traceback(self) -> Traceback | None:
        return self.chain[-1] if self.chain else None

    @cached_property
    def last(self) -> str:
        """What decides: the error with its message, or the last lines where there is no traceback."""
        return self.traceback.text if self.traceback else "\n".join(last_lines(self.log))

    @property
    def tail(self) -> str:
        return self.log[-TAIL:]

    @cached_property
    def at(self) -> Place | None:
        """The innermost line of the project's own."""
        for frame in reversed(self.traceback.frames if self.traceback else ()):
            place = None if frame.is_foreign else self._place(frame)
            if place:
                return place
        return None

    @property
    def code(self) -> str:
        """What stands at the innermost line of the project's own, as far as the log shows it."""
        own = self.traceback.own if self.traceback else None
        return own.code if own else ""

    def _place(self, frame: Frame) -> Place | None:
        if frame.path.startswith("<cell"):
            return self._cell(frame)
        path = below_project(frame.path).removeprefix("./")
        folder = "" if self.cwd in ("", ".") else self.cwd.strip("/") + "/"
        known = next((p for p in (path, folder + path) if p in self.project.files), None)
        return Place(known, frame.line) if known else None

    def _cell(self, frame: Frame) -> Place | None:
        """The line of the notebook that the arrow pointed at; the notebook alone where it is not found."""
        named = [next(g for g in m if g) for m in NOTEBOOK.findall(self.log)]
        path = next((p for n in named for p in self.project.sources.notebooks if p.endswith(n.strip())), None)
        source = self.project.sources.get(path) if path else None
        if path is None or source is None:
            return None
        for number, line in enumerate(source.lines, 1):
            if frame.code and line.strip() == frame.code:
                return source.place_of(number)
        return Place(path)

    def is_own_module(self, module: str) -> bool:
        """Whether the project has a file or folder by that name."""
        return module in self.project.sources.packages or module in self.project.sources.by_module

    def defines(self, name: str) -> bool:
        """Whether the project defines a function or class by that name, or Python brings it."""
        bare = name.rpartition(".")[2]
        if hasattr(builtins, bare):
            return True
        definition = re.compile(rf"\b(?:def|class) +{re.escape(bare)}\b")
        sources = self.project.sources
        paths = (*sources.python, *sources.notebooks)[:MOST_FILES]
        return any(definition.search(self.project.files.text(p) or "") for p in paths)

    def failure(self, kind: FailureClass, message: str, step: str, **more: Any) -> Failure:
        """With its place and last words; `more` are fields of a `Failure`."""
        return Failure(kind, message, step, self.at, last_lines(self.log), **more)

    def of_ours(self, message: str, step: str) -> Failure:
        """A limit of ours, or this machine, was in the way."""
        return self.failure(FailureClass.CRASHED, message, step, is_of_ours=True)


def below_project(path: str) -> str:
    """A path of a run as the project has it; others stay as they are."""
    return path[len(found) :] if (found := next((i for i in INSIDE if path.startswith(i)), "")) else path


def plain(data: bytes) -> str:
    """A log as text without colors; a long one from behind."""
    return ANSI.sub("", data[-2_000_000:].decode("utf-8", "replace"))


def last_lines(log: str) -> tuple[str, ...]:
    return tuple(line[:300] for line in ANSI.sub("", log).replace("\r", "\n").rstrip().split("\n")[-LAST_LINES:])
