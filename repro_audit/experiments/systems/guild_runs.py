"""The run folders that Guild keeps: `.guild/runs/ID/`, with its own notes in `.guild/` and what the run left beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ...facts.yamls import read_yaml
from ...sandbox.model import Run
from ..logged import in_log
from .files import text_of
from .model import Record, flat_entry

FLAGS = "/.guild/attrs/flags"
RESOURCE = "operation:"  # a flag of Guild's own, that names the run which a step takes its files from
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run of an operation; `own` are the files that are no copies of the source code, with what ran notebooks."""

    path: str  # in what the run changed
    operation: str
    status: str
    flags: Mapping[str, Any]
    steps: tuple[str, ...]
    own: tuple[str, ...]

    @property
    def id(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The executed copies: Guild writes a page of the same name beside each."""
        pages = {p.removesuffix(".html") for p in self.own if p.endswith(".html")}
        return tuple(p for p in self.own if p.endswith(".ipynb") and p.removesuffix(".ipynb") in pages)


def run_folders(run: Run) -> Iterator[RunFolder]:
    """Every run folder that a run of ours wrote, by its id."""
    for path in sorted(p for p in run.changed if p.endswith(FLAGS)):
        folder = path.removesuffix(FLAGS)
        attributes = {n: text_of(run.folder / folder / ".guild/attrs" / n) for n in ("flags", "exit_status", "steps")}
        flags = {k: v for k, v in flat_entry(read_yaml(attributes["flags"])) if not k.startswith(RESOURCE)}
        steps = read_yaml(attributes["steps"]).items[:MOST_STEPS]
        named = tuple(s.get("run").text or s.text for s in steps)
        operation = text_of(run.folder / folder / ".guild/opref").strip().rpartition(" ")[2]
        own = tuple(_own(run, folder))
        yield RunFolder(folder, operation, attributes["exit_status"].strip(), flags, named, own)


def _own(run: Run, folder: str) -> Iterator[str]:
    """What the run left: no copies of the project's files, but for a notebook, which Guild executes in place."""
    manifest = text_of(run.folder / folder / ".guild/manifest").splitlines()
    copied = {line.split(" ", 1)[1].partition(" ")[0] for line in manifest if " " in line}
    inside = [p[len(folder) + 1 :] for p in run.changed if p.startswith(f"{folder}/")]
    names = set(inside)
    for name in inside:
        is_executed = name.endswith(".ipynb") and f"{name.removesuffix('.ipynb')}.html" in names - copied
        if not name.startswith(".guild/") and (name not in copied or is_executed):
            yield name


def records(run: Run) -> Iterator[Record]:
    """As the result tells of them, with the last scalars of their event files."""
    for one in run_folders(run):
        start = f"{one.path}/.guild/"
        events = [p for p in run.changed if p.startswith(start) and ".tfevents." in p]
        scalars = {k: v for p in events for k, v in in_log(run.folder / p, p).items()}
        yield Record(one.id, one.status, one.flags, scalars, one.own)
