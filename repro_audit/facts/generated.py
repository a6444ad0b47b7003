"""The parts of a report that this program wrote: they are its answers, so they are never evidence."""

from __future__ import annotations

import re

from .regex import regex

NAME = "REPRODUCIBILITY.md"
BEGIN = "<!-- repro-audit:begin {name} -->"
END = "<!-- repro-audit:end {name} -->"
MARKER = regex(r"^<!-- repro-audit:(begin|end) ([a-z-]+) -->[ \t\r]*$", re.MULTILINE)
_BLOCK = regex(
    r"^<!-- repro-audit:begin ([a-z-]+) -->[ \t\r]*$.*?^<!-- repro-audit:end \1 -->[ \t\r]*$", re.MULTILINE | re.DOTALL
)


def without_generated(text: str) -> str:
    """The text with generated blocks blanked; every other line keeps its number."""
    if "repro-audit:begin" not in text:
        return text
    return _BLOCK.sub(lambda block: "\n" * block.group().count("\n"), text)
