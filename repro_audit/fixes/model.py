"""What a fixer is asked with, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..project import Project

_PINNED = re.compile(r"([A-Za-z0-9][\w.-]{0,100})==([0-9][\w.!+-]{0,60})")
_PYTHON = re.compile(r"(?:Python )?(\d\.\d{1,2}\.\d{1,3})")


@dataclass(frozen=True, slots=True)
class Installed:
    """What a run that worked really had installed: versions by normalised name, and its Python (`3.11.9`)."""

    versions: Mapping[str, str] = field(default_factory=dict)
    python: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One unmet criterion of a project, as earlier proposals leave it."""

    project: Project
    criterion: str
    installed: Installed | None = None  # None: no run of this state is kept


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files to write; texts hold their own line ends, and bytes that are no UTF-8 as surrogates."""

    criterion: str
    files: Mapping[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Why nothing is proposed."""

    criterion: str
    why: str


Propose = Callable[[Case], Proposal | Declined]


@dataclass(frozen=True, slots=True)
class Fixer:
    criteria: tuple[str, ...]
    propose: Propose


def normalise_name(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_of(experiments: Iterable[Mapping[str, Any]]) -> Installed | None:
    """What the environment of a kept run that worked held; only names and versions that are such, since a run wrote
    them."""
    told_all = list(experiments)
    if any(e.get("kind") == "repeat" and e.get("outcome") == "failed" for e in told_all):
        return None
    for experiment in told_all:
        told = experiment.get("environment")
        if experiment.get("kind") != "build" or experiment.get("outcome") != "works" or not isinstance(told, Mapping):
            continue
        listed = told.get("packages")
        pairs = [_PINNED.fullmatch(str(p)) for p in listed] if isinstance(listed, (list, tuple)) else []
        python = _PYTHON.match(str(told.get("python", "")))
        return Installed({normalise_name(m[1]): m[2] for m in pairs if m}, python[1] if python else "")
    return None


def exact_text(project: Project, path: str) -> str | None:
    """A file's text as it is, byte for byte; None where it is missing or no text.

    `Tree.text` is for looking: it joins line ends and leaves out what this program wrote.
    """
    data = project.files.open_bytes(path)
    if data is None or b"\0" in data or len(data) < project.files.size(path):
        return None
    return data.decode("utf-8", "surrogateescape")


def newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def with_lines(text: str, lines: Iterable[str]) -> str:
    """The text with further lines at its end, in its own line ends."""
    end = newline_of(text)
    body = text if not text or text.endswith("\n") else text + end
    return body + "".join(line + end for line in lines)
