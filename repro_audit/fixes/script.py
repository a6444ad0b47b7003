"""The main script, changed by its syntax tree: only what is changed looks different afterwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..facts.commands.model import StepKind
from ..model import Place
from ..project import Project
from .model import exact_text
from .notebook import Notebook, read_notebook

if TYPE_CHECKING:
    import libcst as cst

LARGEST = 400_000  # characters of a script that is still somebody's own
LARGEST_NOTEBOOK = 20_000_000  # with its pictures
DEEPEST = 90  # levels of a syntax tree
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
NAMES = ("params", "parameters", "settings", "file_params", "params_from_file")


@dataclass(frozen=True)
class Script:
    """A Python file, or the code cells of a notebook, as text and tree."""

    path: str
    cwd: str  # where the command runs it
    text: str  # without a byte order mark
    mark: str
    tree: cst.Module = field(repr=False)
    notebook: Notebook | None = field(default=None, repr=False)

    def new_text(self, tree: cst.Module) -> str | None:
        return self.notebook.written(tree.code) if self.notebook else self.mark + tree.code

    def line(self, at: Place) -> int:
        """The line of `text` for a place in this file, 0 where it is none of its code."""
        line = at.line or 0
        return self.notebook.lines.get(line, 0) if self.notebook else line

    @property
    def words(self) -> frozenset[str]:
        """Every name that stands anywhere in it."""
        return frozenset(re.findall(r"[^\W\d]\w*", self.text))

    def free_name(self) -> str | None:
        return next((n for n in NAMES if n not in self.words), None)


def main_script(project: Project) -> Script | str:
    """The script or notebook that the main experiment runs; words instead where there is none to change."""
    entries = [e.path for e in project.program.entries]
    if not entries or project.program.is_whole_project:
        return "no Python script is known to be the main experiment"
    return script_at(project, entries[0])


def script_at(project: Project, path: str) -> Script | str:
    """A file that the main experiment runs, from the folder that it is run in."""
    text = exact_text(project, path)
    if text is None or len(text) > (LARGEST_NOTEBOOK if path.endswith(".ipynb") else LARGEST):
        return f"{path} cannot be read as text"
    if path.endswith(".ipynb"):
        return _notebook(path, text)
    if not path.endswith(".py"):
        return f"{path} is no plain Python script"
    return parse(path, _folder(project), text)


def _folder(project: Project) -> str:
    """Where the main script is run."""
    main = project.program.entries[0].path
    step = next((s for s in project.program.steps if s.path == main and s.kind is StepKind.PYTHON), None)
    return step.cwd if step else "."


def _notebook(path: str, text: str) -> Script | str:
    """A notebook is run in its own folder, whoever starts it."""
    found = read_notebook(text)
    if found is None:
        return f"{path} would not keep its form"
    script = parse(path, path.rpartition("/")[0] or ".", found[0])
    return script if isinstance(script, str) else replace(script, notebook=found[1])


def imported(project: Project, path: str) -> frozenset[str]:
    """The project's files that a script runs in its own process: itself and what it imports, however far."""
    found, waiting = {path}, [path]
    while waiting:
        importer = waiting.pop()
        for module, _ in project.sources.imports(importer):
            for name in (module, module.rpartition(".")[0]):
                own = project.sources.resolve(name, importer) if name else None
                if own and own not in found:
                    found.add(own)
                    waiting.append(own)
    return frozenset(found)


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
    inside: tuple[int, Sequence[str]] = (0, ())  # lines at the head of the function that begins in that line
    until: int = 0  # `after` stands above this line, where what it gives is first needed; 0: no such line


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
