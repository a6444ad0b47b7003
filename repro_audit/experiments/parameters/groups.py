"""Groups of a Hydra configuration: which of several files the defaults list chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...facts.configuration.leaves import leaves_of
from ...facts.configuration.model import Holder
from ...model import Place
from ...project import Project
from ...sandbox.model import Job
from . import command
from .model import Knob, Rank, Read
from .ways import ANY_TOOL, AsWord, InCommand

_ITEM = re.compile(r"^defaults\.\d+\.(?:override |optional )?/?(?P<group>[\w/]+)$")
_FILE = (".yaml", ".yml")


def group_knobs(project: Project, job: Job, read: Read) -> Iterator[Knob]:
    """The choices of the composed files that have an alternative beside them."""
    for path in (s.path for s in project.configuration.main if s.holder is Holder.HYDRA):
        home = path.rpartition("/")[0]
        for leaf in leaves_of(path, read(path) or ""):
            item = _ITEM.match(leaf.key)
            if item is None or not isinstance(leaf.value, str):
                continue
            group = item["group"]
            others = _others(project, f"{home}/{group}".lstrip("/"), leaf.value)
            given = command.given(job, group)
            way = InCommand(group) if given else AsWord(ANY_TOOL, "", group)
            if others:
                at = Place(path, leaf.line)
                yield Knob(path, group, given or leaf.value, at, way, Rank.FILE, choices=others)


def _others(project: Project, folder: str, chosen: str) -> tuple[str, ...]:
    """The other files of a group's folder, by the names that the defaults list has for them."""
    inside = (p for p in project.files.suffixed(*_FILE) if p.rpartition("/")[0] == folder)
    names = [p.rpartition("/")[2].rpartition(".")[0] for p in inside]
    return tuple(n for n in names if n != chosen) if chosen in names else ()
