"""REPRODUCIBILITY.md: generated blocks between markers, and around them whatever people write.

    <!-- repro-audit:begin code -->
    ...
    <!-- repro-audit:end code -->

A block that a person took out stays out; text outside the blocks is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UsageError
from ..facts.generated import BEGIN, END, MARKER, NAME
from ..result import Result
from . import markdown
from .escape import Safe

BLOCKS = ("stars", "code", "configuration", "data", "environment", "evaluation", "experiments", "stamp")
STAMP = "stamp"  # commit, date and version: a committed report cannot name its own commit


@dataclass(frozen=True, slots=True)
class Stamp:
    """The last commit that changed anything but the report, and its date (UTC, ISO)."""

    commit: str | None
    day: str | None
    dirty: bool


def blocks(result: Result, stamp: Stamp, base: str = "") -> dict[str, str]:
    """The generated text of each block, markers not included; `base` leads from the report to the project's root."""
    return {name: markdown.render(f"{name}.md.j2", result, base, stamp=stamp) for name in BLOCKS}


def new_document(filled: dict[str, str]) -> str:
    """A whole report for a project that has none."""
    text = markdown.environment().get_template("report.md.j2").render(block=lambda name: _marked(name, filled[name]))
    return text.strip("\n") + "\n"


def merge(existing: str, filled: dict[str, str]) -> str:
    """The existing report with its blocks renewed; raises UsageError where its markers do not pair up."""
    parts: list[str] = []
    last = 0
    for name, begin, end in find_blocks(existing):
        parts += [existing[last:begin], filled.get(name, existing[begin:end])]
        last = end
    return "".join([*parts, existing[last:]])


def find_blocks(text: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of the text inside each pair of markers."""
    found: list[tuple[str, int, int]] = []
    opened: tuple[str, int] | None = None
    for match in MARKER.finditer(text):
        kind, name = match.groups()
        if (kind == "begin") != (opened is None) or (opened and opened[0] != name) or name in {f[0] for f in found}:
            raise _unpaired(text, match.start(), match.group().strip())
        if opened:
            found.append((name, opened[1], match.start()))
            opened = None
        else:
            opened = (name, match.end() + 1)
    if opened:
        raise _unpaired(text, opened[1] - 1, BEGIN.format(name=opened[0]))
    return found


def block_texts(text: str) -> dict[str, str]:
    return {name: text[begin:end] for name, begin, end in find_blocks(text)}


def has_markers(text: str) -> bool:
    return MARKER.search(text) is not None


def _marked(name: str, text: str) -> Safe:
    return Safe(f"{BEGIN.format(name=name)}\n{text}{END.format(name=name)}")


def _unpaired(text: str, offset: int, marker: str) -> UsageError:
    line = text.count("\n", 0, offset) + 1
    return UsageError(f"{NAME}:{line}: {marker} has no partner", "Restore the pair, or delete both and their text.")
