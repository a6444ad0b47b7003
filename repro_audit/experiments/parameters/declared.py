"""How a parameter that the facts know of is set: where the command gives it, there; else where it is written."""

from __future__ import annotations

import ast
import re
from typing import Any

from ...facts.configuration.leaf import number
from ...facts.configuration.leaves import leaves_of
from ...facts.configuration.model import Holder, Parameter, ParameterSet
from ...project import Project
from ...sandbox.model import Job
from ..job import shown
from . import command
from .literals import literal_at
from .model import Knob, Rank, Read, Way
from .python import spot_of
from .rendering import in_hydra, in_sacred, in_words
from .sacred import has_sacred_command, sacred_key
from .ways import ANY_TOOL, AsOption, AsWord, FirstOf, InCode, InCommand, InFile, editor_of

IN_CODE = (Holder.MODULE, Holder.SACRED, Holder.CONSTANTS)
RANKS = {Holder.OPTIONS: Rank.OPTION, Holder.SHELL: Rank.OPTION, Holder.CONSTANTS: Rank.CONSTANT}
NAMED_IN_COMMANDS = (Holder.MLPROJECT, Holder.GUILD, Holder.HYDRA, Holder.MAKE, Holder.MODULE)
OPTION_LINES = 6  # over which the declaration of an option may go


class Declared:
    """Ways for the parameters of one project and command."""

    def __init__(self, project: Project, job: Job, read: Read) -> None:
        self._project, self._job, self._read = project, job, read

    def knob(self, held: ParameterSet, parameter: Parameter) -> Knob | None:
        """The parameter with its value in this run; None where no way to set it is known."""
        way = self._way(held, parameter)
        if way is None:
            return None
        value, is_flag = parameter.value, held.holder is Holder.OPTIONS and isinstance(parameter.value, bool)
        given = _given(self._job, way) if isinstance(way, InCommand) else command.given(self._job, parameter.key)
        if given is not None and (isinstance(way, InCommand) or is_flag):
            value = not value if is_flag else given_value(given, held.holder)
        at = parameter.at
        return Knob(
            at.path, parameter.key, value, at, way, RANKS.get(held.holder, Rank.FILE), is_read=parameter.is_read,
            why_dead=parameter.why_dead, is_flag=is_flag, text=self._line(at.path, at.line),
        )  # fmt: skip

    def _way(self, held: ParameterSet, parameter: Parameter) -> Way | None:
        if held.holder is Holder.OPTIONS:
            return self._option_way(parameter)
        if held.holder is Holder.SACRED:
            return self._sacred_way(held, parameter)
        key, line = parameter.key, parameter.at.line
        name = key.rpartition(".")[2] if held.holder in (Holder.MLPROJECT, Holder.GUILD) else key
        if held.holder in NAMED_IN_COMMANDS and command.given(self._job, name):
            return InCommand(name, in_hydra if held.holder is Holder.HYDRA else in_words)
        if held.holder in (Holder.MLPROJECT, Holder.GUILD):
            tool, before = ("mlflow", "-P") if held.holder is Holder.MLPROJECT else ("guild", "")
            keys = self._pipeline_keys(held, key)
            return FirstOf(
                (AsWord(tool, before, name), *(InFile(held.path, k, line, editor_of(held.path)) for k in keys))
            )
        if held.holder in IN_CODE or parameter.at.path.endswith((".py", ".ipynb")):
            return self._code_way(parameter)
        return InFile(held.path, key, line, editor_of(held.path))

    def _sacred_way(self, held: ParameterSet, parameter: Parameter) -> Way | None:
        """`with key=value` where the command calls a script of Sacred's; a value in code may be set there too."""
        key = sacred_key(self._project, held, parameter.key)
        if key is not None and command.given(self._job, key, is_exact=True):
            return InCommand(key, in_sacred, is_exact=True)
        in_place = self._code_way(parameter)
        if not parameter.at.path.endswith((".py", ".ipynb")):
            in_place = InFile(held.path, parameter.key, parameter.at.line, editor_of(held.path))
        is_asked = key is not None and has_sacred_command(self._project, self._job)
        ways = (*((AsWord(ANY_TOOL, "with", key, in_sacred),) if is_asked and key else ()), *_some(in_place))
        return FirstOf(ways) if ways else None

    def _pipeline_keys(self, held: ParameterSet, key: str) -> tuple[str, ...]:
        """Keys of the file itself for `operation.flag`, which stand at some depth there."""
        group, _, name = key.rpartition(".")
        ends = (f"{group}.{part}.{name}{end}" for part in ("parameters", "flags") for end in (".default", ""))
        known = [leaf.key for leaf in leaves_of("x.yaml", self._read(held.path) or "")]
        return tuple(k for end in ends for k in known if k == end or k.endswith("." + end))

    def _option_way(self, parameter: Parameter) -> Way | None:
        key = parameter.key
        if not key.startswith("-"):
            return None  # a positional one: the command gives it, without a name
        in_code = self._code_way(parameter)
        is_switch = isinstance(parameter.value, bool)
        if command.given(self._job, key) and not is_switch:
            return InCommand(key)
        if is_switch and not key.startswith("--"):
            return AsOption(key, True)
        ways = (AsOption(key, is_switch), *_some(in_code)) if self._calls(parameter.at.path) else _some(in_code)
        return FirstOf(ways) if ways else None

    def _calls(self, path: str) -> bool:
        """Whether the command names the program itself, so that a word at its end reaches it."""
        text = shown(self._job.argv)
        words, modules = re.split(r"[\s/]+", text), re.findall(r"\s-m\s+([\w.]+)", text)
        paths = (path, *(s.path for s in self._project.program.entries))
        return any(p.rpartition("/")[2] in words or _module(p) in modules for p in paths)

    def _code_way(self, parameter: Parameter) -> Way | None:
        source = self._project.sources.get(parameter.at.path)
        if source is None or source.is_broken or parameter.at.line is None:
            return None
        name, lines = parameter.name, range(parameter.at.line, parameter.at.line + 1)
        if parameter.key.startswith("-"):  # its default may stand some lines below
            name, lines = "default", range(lines.start, lines.start + OPTION_LINES)
        found = (literal_at(source, line, parameter.value, name) for line in lines)
        node = next((n for n in found if n is not None), None)
        return InCode(spot_of(source, node)) if node is not None else None

    def _line(self, path: str, line: int | None) -> str:
        source = self._project.sources.get(path) if path.endswith((".py", ".ipynb")) else None
        lines = [] if source else (self._read(path) or "").split("\n")
        return lines[line - 1].strip() if line and 0 < line <= len(lines) else ""


def _given(job: Job, way: InCommand) -> str | None:
    return command.given(job, way.key, is_exact=way.is_exact)


def given_value(word: str, holder: Holder) -> Any:
    """What the word of a command stands for; Sacred reads literals of Python, and Hydra lists like them."""
    if holder in (Holder.SACRED, Holder.HYDRA):
        try:
            return ast.literal_eval(word)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            pass
    return number(word)


def _some(way: Way | None) -> tuple[Way, ...]:
    return (way,) if way is not None else ()


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
