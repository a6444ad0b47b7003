"""Where the projects of a command lie, and the evidence of their runs, for pages that show lines and files of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..origin import parse_address
from ..result import Result

if TYPE_CHECKING:
    from ..report.html import Sources


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The targets as they were given, in the order of the results, and the folder that `--evidence` names."""

    targets: Sequence[str] = ()
    evidence: str | None = None

    def page(self, results: Sequence[Result]) -> str:
        """The HTML report."""
        from ..report.html import render

        return render(results, [self._sources(target) for target in self.targets])

    def _sources(self, target: str) -> Sources:
        from ..report.html import Sources

        return Sources.of(_folder(target), self.evidence_of(target))

    def evidence_of(self, target: str) -> Path:
        """A clone is gone by now, its evidence is kept where the command was given."""
        from ..experiments.evidence import FOLDER

        return Path(self.evidence) if self.evidence else (_folder(target) or Path()) / FOLDER


def _folder(target: str) -> Path | None:
    return Path(target) if parse_address(target) is None else None
