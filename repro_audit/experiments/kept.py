"""What a run found, kept beside its evidence, so that a later report or badge can tell it again.

It counts only for the commit and settings that it was found for, with a clean work tree; else it is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Answer, Place
from ..model import Evidence as Shown
from . import unfinished
from .answers.said import Said
from .evidence import FOUND, Evidence, told_of
from .jsonfile import read_json, write_json

LARGEST = 64 * 1024 * 1024  # bytes
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """The findings of an earlier run, or why they do not count (`stale`)."""

    experiments: tuple[Mapping[str, Any], ...] = ()
    said: tuple[Said, ...] = ()
    stale: str = ""


def keep(
    folder: Path, commit: str | None, settings: str, experiments: Sequence[Mapping[str, Any]], said: Sequence[Said],
    content: str | None = None,
) -> None:  # fmt: skip
    """Write the findings beside the evidence, which is whole from now on. Raises ProjectError.

    `content` names what the project held but for its report, where all of it is tracked (`Repository.content`).
    """
    if not unfinished.is_of_this_process(folder):
        Evidence.open(folder)  # nothing could be run, so nobody has opened it
    told = {
        "format": FORMAT, "commit": commit, "content": content, "settings": settings, "ended": unfinished.now(),
        "experiments": list(experiments), "said": [said_to_dict(s) for s in said],
    }  # fmt: skip
    with told_of(folder):
        write_json(folder / FOUND, told)
    unfinished.unmark(folder)


def kept_said(folder: Path) -> tuple[Said, ...]:
    """What the kept run said, for whoever knows already that it counts."""
    try:
        return tuple(said_from_dict(s) for s in read_json(folder / FOUND, LARGEST)["said"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def told_experiment(data: Mapping[str, Any]) -> dict[str, Any]:
    """An experiment as it was written; raises ValueError, KeyError or TypeError for what no experiment is."""
    if not all(isinstance(data[key], str) for key in ("id", "kind", "outcome")):
        raise ValueError("no experiment")
    return dict(data)


def load(folder: Path, commit: str | None, dirty: bool, settings: str, content: str | None = None) -> Kept:
    """The findings for this commit and these settings; none where nothing was kept or it cannot be read.

    A commit of the same `content`, such as one that adds the report, is as good.
    """
    ended_early = unfinished.unfinished(folder)
    if ended_early is not None:
        return Kept(stale=f"{ended_early}, so its evidence is partial")
    try:
        data = read_json(folder / FOUND, LARGEST)
        said = tuple(said_from_dict(s) for s in data["said"])
        experiments = tuple(told_experiment(e) for e in data["experiments"])
    except (OSError, ValueError, KeyError, TypeError):
        return Kept()
    if data.get("format") != FORMAT or data.get("settings") != settings:
        return Kept(stale="the kept run was made with other settings")
    if content is not None and data.get("content") == content:
        return Kept(experiments, said)
    if content is not None and data.get("commit") == commit:
        return Kept(stale="the kept run is of files that were not committed")
    if data.get("commit") != commit or commit is None:
        return Kept(stale=f"the kept run is of commit {str(data.get('commit'))[:10]}")
    if dirty:
        return Kept(stale="files have changed since the kept run")
    return Kept(experiments, said)


def said_to_dict(said: Said) -> dict[str, Any]:
    return {
        "criterion": said.criterion,
        "answer": said.answer.value,
        "message": said.message,
        "fix": said.fix,
        "evidence": [
            {"text": e.text, "path": e.at and e.at.path, "line": e.at and e.at.line, "experiment": e.experiment}
            for e in said.evidence
        ],
    }


def said_from_dict(data: Mapping[str, Any]) -> Said:
    evidence = tuple(
        Shown(str(e["text"]), Place(e["path"], e["line"]) if e["path"] else None, e["experiment"])
        for e in data["evidence"]
    )
    return Said(data["criterion"], Answer(data["answer"]), str(data["message"]), evidence, data["fix"])
