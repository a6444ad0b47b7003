"""Where the projects of a command lie, and the evidence of their runs, for pages that show lines and files of both."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..origin import parse_address
from ..result import Result
from ..text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from ..report.html import Sources
    from ..report.links import Links


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The targets as they were given, in the order of the results, and the folder that `--evidence` names."""

    targets: Sequence[str] = ()
    evidence: str | None = None

    def page(self, results: Sequence[Result]) -> str:
        """The HTML report."""
        from ..report.html import render

        return render(results, [self._sources(target) for target in self.targets])

    def links(self, results: Sequence[Result], console: Console) -> list[Links | None]:
        """What opens the places of each result from a terminal; nothing for one of which nobody said where it lies."""
        from ..report.links import complaint, links_of

        wrong = complaint(os.environ)
        if wrong and console.is_terminal:
            print(f"note: {one_line(wrong)}", file=sys.stderr)
        return [links_of(result, self._folder(t), console, os.environ) for result, t in zip(results, self.targets)]

    def _folder(self, target: str) -> Path | None:
        return Path(target).resolve() if parse_address(target) is None else None

    def _sources(self, target: str) -> Sources:
        from ..report.html import Sources

        return Sources.of(_folder(target), self.evidence_of(target))

    def evidence_of(self, target: str) -> Path:
        """A clone is gone by now, its evidence is kept where the command was given."""
        from ..experiments.evidence import FOLDER

        return Path(self.evidence) if self.evidence else (_folder(target) or Path()) / FOLDER


def _folder(target: str) -> Path | None:
    return Path(target) if parse_address(target) is None else None
