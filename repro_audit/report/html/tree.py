"""What two runs left, as a tree of folders and files, the worst first in mind: what is identical is only counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..told import parts, texts, words

DEPTH = 8  # folders; what lies deeper is told with its path
SHOWN, FEWER = 200, 20  # files: of the two equal runs, and of any other experiment
PLACES = 5  # of one file


@dataclass(slots=True)
class Node:
    """A folder (with `children`) or an output."""

    name: str
    verdict: str = ""
    why: str = ""
    remarks: list[str] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    more_places: int = 0
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Differences:
    root: Node
    identical: int
    left_out: int  # beyond what is shown


def differences(outputs: Sequence[Mapping[str, Any]], shown: int = SHOWN) -> Differences | None:
    """None where there is nothing to show."""
    if not outputs:
        return None
    unlike = [o for o in outputs if o.get("verdict") != "identical"]
    root = Node("")
    for output in unlike[:shown]:
        _put(root, output)
    return Differences(root, len(outputs) - len(unlike), max(len(unlike) - shown, 0))


def _put(root: Node, output: Mapping[str, Any]) -> None:
    *folders, name = words(output, "path").split("/", DEPTH)
    node = root
    for folder in folders:
        node = node.children.setdefault(folder + "/", Node(folder + "/"))
    places = [(words(p, "at"), words(p, "why")) for p in parts(output, "places")]
    node.children[name] = Node(
        name, words(output, "verdict"), words(output, "why"), texts(output, "remarks")[:PLACES], places[:PLACES],
        max(len(places) - PLACES, 0),
    )  # fmt: skip
