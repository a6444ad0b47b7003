"""An earlier result, from a file of `score --format json`: text from outside, of which whatever is wrong is said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..model import Answer, Evidence, Place, Star
from ..result import FORMAT, Criterion, Rank
from ..text import one_line
from .model import Side

LARGEST = 64 * 1024 * 1024  # bytes
HINT = "Give a file that `repro-audit score --format json` wrote, or a commit."


def read(path: Path, root: str) -> Side:
    """The result of the project `root` in a file. Raises UsageError."""
    name = one_line(path.name)
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{name} is too large for a result", HINT)
        data = json.loads(path.read_text("utf-8"))
        chosen = _of_project(data, root)
        if chosen is None:
            raise UsageError(f"{name} tells of several projects, and of none that is {one_line(root)}", HINT)
        return _side(chosen)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{name} is no result of repro-audit", HINT) from error


def _of_project(data: Mapping[str, Any], root: str) -> Mapping[str, Any] | None:
    if data["format"] != FORMAT:
        raise ValueError
    found: Sequence[Mapping[str, Any]] = data.get("results", [data])
    named = [r for r in found if r["project"]["root"] == root]
    return named[0] if named else found[0] if len(found) == 1 else None


def _side(data: Mapping[str, Any]) -> Side:
    rank, project = data["rank"], data["project"]
    commit = project["commit"] if isinstance(project["commit"], str) and not project["dirty"] else None
    return Side(
        Rank(int(rank["declared"]), int(rank["verified"])),
        tuple(_criterion(c) for c in data["criteria"]),
        tuple(_experiment(e) for e in data["experiments"]),
        commit,
    )


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(
        str(data["id"]), Star(data["star"]), "", Answer(data["declared"]), Answer(data["answer"]),
        str(data["message"]), tuple(_evidence(e) for e in data["evidence"]),
    )  # fmt: skip


def _evidence(data: Mapping[str, Any]) -> Evidence:
    line = data.get("line")
    at = Place(str(data["path"]), line if isinstance(line, int) and line > 0 else None) if data.get("path") else None
    return Evidence(str(data.get("text") or ""), at)


def _experiment(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """As it stands, once what is compared has the form it should have."""
    causes = [dict(c) for c in data.get("causes") or ()]
    parameter = data.get("parameter")
    return {**data, "causes": causes, "parameter": None if parameter is None else str(parameter)}
