"""All that was read of the data, for the parts that judge it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...model import Hints
from ..commands.model import Commands
from ..configuration.model import Configuration
from ..documents.model import Documents
from ..files import Tree, normalise
from ..program import Program
from .downloads import Mention
from .locations import Locations
from .model import Stage
from .reads import Read
from .tree import DataTree, fits
from .upstream import Upstream


@dataclass(frozen=True)
class Evidence:
    """All that was read, for the parts that judge it."""

    files: Tree
    tree: DataTree
    documents: Documents
    commands: Commands
    program: Program
    configuration: Configuration
    hints: Hints
    locations: Locations
    reads: tuple[Read, ...]
    writes: tuple[Read, ...]
    downloads: tuple[Mention, ...]
    pointed: tuple[Mention, ...]
    links: tuple[Mention, ...]
    declared: tuple[Stage, ...]  # of the project's pipelines
    upstream: Upstream | None  # what makes the main experiment's input

    @cached_property
    def written(self) -> frozenset[str]:
        return frozenset(w.what for w in self.writes)

    def is_made_here(self, read: Read) -> bool:
        """Whether the project's own code writes what is read."""
        if read.what in self.written or (self.upstream is not None and self.upstream.makes(read)):
            return True
        return any(same_file(read.what, w) for w in self.written) or self._is_output(read) or self._is_passed_on(read)

    def _is_passed_on(self, read: Read) -> bool:
        """Whether another reached file that writes something names it, where its folder is not known."""
        name = read.what.rpartition("/")[2]
        if not read.what.startswith("*/") or "*" in name or "." not in name:
            return False
        writers = {w.path for w in self.writes} - {read.path}
        return any(name in line for s in self.program.sources if s.path in writers for line in s.lines)

    def _is_output(self, read: Read) -> bool:
        """Whether a pipeline declares it as what a step writes, or as part of that."""
        folder = read.path.rpartition("/")[0]
        paths = {read.what, normalise(f"{folder}/{read.what}")}
        return any(p == o or p.startswith(o.rstrip("/") + "/") for p in paths for o in self._outputs)

    @cached_property
    def _outputs(self) -> frozenset[str]:
        """Declared outputs, from the root and as they are written."""
        found = set()
        for stage in self.declared:
            folder = stage.at.path.rpartition("/")[0]
            found |= {o for o in stage.outputs if "/" in o or "." in o} | {
                normalise(f"{folder}/{o}") for o in stage.outputs
            }
        return frozenset(found)


def same_file(one: str, other: str) -> bool:
    """Whether two paths may be the same file: equal, one a pattern of the other, or equal in a telling tail."""
    if fits(one, other) or fits(other, one):
        return any(c.isalpha() for c in one.replace("*", "")) and any(c.isalpha() for c in other.replace("*", ""))
    (folder_one, _, tail_one), (folder_other, _, tail_other) = one.rpartition("/"), other.rpartition("/")
    if (
        tail_one != tail_other
        or "." not in tail_one
        or not any(c.isalpha() for c in tail_one.rpartition(".")[0].replace("*", ""))
    ):
        return False
    return (
        "*" in folder_one + folder_other
        or not folder_one
        or not folder_other
        or folder_one.endswith(folder_other)
        or folder_other.endswith(folder_one)
    )
