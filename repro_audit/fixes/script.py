"""The main script, changed by its syntax tree: only what is changed looks different afterwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..facts.commands.model import StepKind
from ..project import Project
from .model import exact_text

if TYPE_CHECKING:
    import libcst as cst

LARGEST = 400_000  # characters of a script that is still somebody's own
DEEPEST = 90  # levels of a syntax tree
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
NAMES = ("params", "parameters", "settings", "file_params", "params_from_file")


@dataclass(frozen=True)
class Script:
    """A Python file as text and tree."""

    path: str
    cwd: str  # where the command runs it
    text: str  # without a byte order mark
    mark: str
    tree: cst.Module = field(repr=False)

    def new_text(self, tree: cst.Module) -> str:
        return self.mark + tree.code

    @property
    def words(self) -> frozenset[str]:
        """Every name that stands anywhere in it."""
        return frozenset(re.findall(r"[^\W\d]\w*", self.text))

    def free_name(self) -> str | None:
        return next((n for n in NAMES if n not in self.words), None)


def main_script(project: Project) -> Script | str:
    """The script that the main experiment runs; words instead where there is none to change."""
    entries = [e.path for e in project.program.entries]
    if not entries or project.program.is_whole_project:
        return "no Python script is known to be the main experiment"
    path = entries[0]
    if not path.endswith(".py"):
        return f"{path} is no plain Python script"
    step = next((s for s in project.program.steps if s.path == path and s.kind is StepKind.PYTHON), None)
    text = exact_text(project, path)
    if text is None or len(text) > LARGEST:
        return f"{path} cannot be read as text"
    return parse(path, step.cwd if step else ".", text)


def parse(path: str, cwd: str, text: str) -> Script | str:
    """The script, words where it cannot be changed safely."""
    import libcst as cst

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    coding = _CODING.search("\n".join(text.split("\n")[:2]))
    if any("\udc80" <= c <= "\udcff" for c in text) or (coding and coding[1].lower() not in ("utf-8", "utf8", "ascii")):
        return f"{path} is not UTF-8"
    if not _is_shallow(text.removeprefix(mark)):
        return f"{path} does not parse, or is nested deeper than people write"
    try:
        tree = cst.parse_module(text.removeprefix(mark))
    except (cst.ParserSyntaxError, RecursionError, ValueError):
        return f"{path} does not parse"
    if tree.code != text.removeprefix(mark):
        return f"{path} would not keep its form"
    return Script(path, cwd, text.removeprefix(mark), mark, tree)


def _is_shallow(text: str) -> bool:
    """Whether Python itself can parse it to a tree of a usual depth: on a deep one libcst ends the whole process."""
    try:
        level: list[ast.AST] = [ast.parse(text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    depth = 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth <= DEEPEST


@dataclass(frozen=True)
class Change:
    """What becomes of a script, in one pass."""

    before: Sequence[str] = ()  # import lines, above the first import
    after: Sequence[str] = ()  # lines below the last import
    following: tuple[int, Sequence[str]] = (0, ())  # lines after the statement that begins in that line
    calls: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)  # (line, function): (keyword, value)
    values: Mapping[str, str] = field(default_factory=dict)  # top-level name: expression


def changed(script: Script, change: Change) -> str | None:
    """The new text; None where it would not parse, or something was not found."""
    import libcst as cst

    from .rewriting import Rewriter

    try:
        wrapper = cst.MetadataWrapper(script.tree, unsafe_skip_copy=True)
        rewriter = Rewriter(change)
        tree = wrapper.visit(rewriter)
        text = script.new_text(tree)
        compile(tree.code, script.path, "exec", dont_inherit=True)
    except (cst.ParserSyntaxError, SyntaxError, ValueError, RecursionError):
        return None
    return text if rewriter.is_done else None
