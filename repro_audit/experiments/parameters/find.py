"""Every parameter that can be set, the most telling first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...facts.configuration.model import Holder, Parameter, ParameterSet
from ...facts.configuration.words import core_kind, is_tunable
from ...project import Project
from ...sandbox.model import Job
from ..job import shown
from . import command
from .choices import Choices, in_comment
from .literals import Literal, literal_at, literals
from .model import Knob, Rank, Read, Way, is_seed_name
from .python import spot_of
from .tables import table_knobs
from .ways import AsOption, FirstOf, InCode, InCommand, InFile, editor_of

IN_CODE = (Holder.MODULE, Holder.SACRED, Holder.CONSTANTS)
RANKS = {Holder.OPTIONS: Rank.OPTION, Holder.SHELL: Rank.OPTION, Holder.CONSTANTS: Rank.CONSTANT}
NAMED_IN_COMMANDS = (Holder.MLPROJECT, Holder.GUILD, Holder.SACRED, Holder.HYDRA, Holder.MAKE, Holder.MODULE)
MOST = 400  # parameters that are looked at
NO_PARAMETER = re.compile(
    r"keepdims?|axis|dims?|eps|grad|verbose|n_jobs|[A-Z]*(FILE|PATH|DIR|URL)[A-Z]*", re.IGNORECASE
)
OPTION_LINES = 6  # over which the declaration of an option may go
TELLING = re.compile(
    r"(n_estimators|num_?(leaves|boost_round|rounds|trees)|max_depth|n_clusters|num_clusters|k|c|alpha|gamma|kernel|"
    r"\w*test_?size|model\w*|\w*hidden\w*|\w*layers?|noise|optimizer|n_samples|degree|sigma|eta|penalty|loss)$",
    re.IGNORECASE,
)


def knobs(project: Project, job: Job, read: Read, opened: Iterable[str] = ()) -> tuple[Knob, ...]:
    """The parameters of the main experiment with a way to set each; `opened` are files that its run read."""
    return _Search(project, job, read, frozenset(opened)).run()


class _Search:
    """The state of one search; `run` is called once."""

    def __init__(self, project: Project, job: Job, read: Read, opened: frozenset[str]) -> None:
        self._project, self._job, self._read, self._opened = project, job, read, opened
        self._choices = Choices(project.program)
        self._literals = {id(found.node): found for found in literals(project.program)}

    def run(self) -> tuple[Knob, ...]:
        found: dict[str, Knob] = {}
        places: set[object] = set()
        for knob in (*self._declared(), *self._tables(), *self._written()):
            way = knob.way
            if knob.id in found or way in places or len(found) >= MOST:
                continue
            places.add(way)
            found[knob.id] = knob
        return tuple(sorted(found.values(), key=_order))

    def _declared(self) -> Iterator[Knob]:
        """Those that the facts know of."""
        sets = [s for s in self._project.configuration.sets if s.is_main or s.path in self._opened]
        passed = {p.key for s in sets if s.holder is Holder.SHELL for p in s.parameters}
        for held in sets:
            for parameter in held.parameters:
                if parameter.value is ... or (held.holder is Holder.OPTIONS and parameter.key in passed):
                    continue
                knob = self._knob(held, parameter)
                if knob is not None:
                    yield self._with_choices(knob)

    def _knob(self, held: ParameterSet, parameter: Parameter) -> Knob | None:
        path, key = parameter.at.path, parameter.key
        way = self._way(held, parameter)
        if way is None:
            return None
        value = parameter.value
        given = command.given(self._job, key) if held.holder is Holder.OPTIONS else None
        is_flag = held.holder is Holder.OPTIONS and isinstance(value, bool)
        if given is not None and not is_flag:
            value = _read_word(given)
        if is_flag and given is not None:
            value = not value
        rank = RANKS.get(held.holder, Rank.FILE)
        text = self._line(path, parameter.at.line)
        return Knob(
            path, key, value, parameter.at, way, rank, is_read=parameter.is_read, why_dead=parameter.why_dead,
            is_flag=is_flag, text=text,
        )  # fmt: skip

    def _way(self, held: ParameterSet, parameter: Parameter) -> Way | None:
        """Where the command gives the value, there; else where it is written."""
        key = parameter.key
        if held.holder is Holder.OPTIONS:
            return self._option_way(parameter)
        name = key.rpartition(".")[2] if held.holder in (Holder.MLPROJECT, Holder.GUILD) else key
        if held.holder in NAMED_IN_COMMANDS and command.given(self._job, name):
            return InCommand(name)
        if held.holder in IN_CODE or parameter.at.path.endswith((".py", ".ipynb")):
            return self._code_way(parameter)
        line = parameter.at.line
        if held.holder in (Holder.MLPROJECT, Holder.GUILD):
            return FirstOf(
                tuple(InFile(held.path, k, line, editor_of(held.path)) for k in self._pipeline_keys(held, key))
            )
        return InFile(held.path, key, line, editor_of(held.path))

    def _pipeline_keys(self, held: ParameterSet, key: str) -> tuple[str, ...]:
        """Keys of the file itself for `operation.flag`, which stand at some depth there."""
        from ...facts.configuration.leaves import leaves_of

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
        ways = (AsOption(key, is_switch), in_code) if self._calls(parameter.at.path) else (in_code,)
        return FirstOf(tuple(w for w in ways if w is not None)) if any(ways) else None

    def _calls(self, path: str) -> bool:
        """Whether the command names the program itself, so that an option at its end reaches it."""
        text = shown(self._job.argv)
        entries = [s.path for s in self._project.program.entries]
        names = {p.rpartition("/")[2] for p in (path, *entries)} | {_module(p) for p in (path, *entries)}
        return any(n in re.split(r"[\s/]+", text) for n in names)

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

    def _tables(self) -> Iterator[Knob]:
        paths = [p for p in self._project.files.suffixed(".csv", ".tsv") if not self._opened or p in self._opened]
        for path in paths:
            yield from table_knobs(path, self._read)

    def _written(self) -> Iterator[Knob]:
        """Literals of the code that nothing else holds."""
        entries = self._project.program.entries
        counts: dict[str, int] = {}
        for found in self._literals.values():
            name = f"{found.source.path}:{found.key}"
            counts[name] = counts.get(name, 0) + 1
        for found in self._literals.values():
            if not _is_parameter(found, found.source in entries):
                continue
            at = found.source.place(found.node)
            key = found.key if counts[f"{at.path}:{found.key}"] == 1 else f"{found.key}@{at.line}"
            way = InCode(spot_of(found.source, found.node))
            rank = Rank.CONSTANT if found.is_constant else Rank.LITERAL
            text = found.source.line(found.node.lineno)
            yield self._with_choices(Knob(at.path, key, found.value, at, way, rank, text=text))

    def _with_choices(self, knob: Knob) -> Knob:
        if isinstance(knob.value, bool) or not isinstance(knob.value, (str, int, float)):
            return knob
        shown = self._choices.of(knob.name, knob.value) if isinstance(knob.value, str) else ()
        declared = self._choices.of(knob.name, knob.value) if knob.key.startswith("-") else ()
        return replace(knob, choices=shown or declared or in_comment(knob.text, knob.value))

    def _line(self, path: str, line: int | None) -> str:
        source = self._project.sources.get(path) if path.endswith((".py", ".ipynb")) else None
        lines = [] if source else (self._read(path) or "").split("\n")
        return lines[line - 1].strip() if line and 0 < line <= len(lines) else ""


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _is_parameter(found: Literal, is_entry: bool) -> bool:
    """In what the entry imports only seeds: its other literals belong to a library's inner workings."""
    if is_seed_name(found.name):
        return isinstance(found.value, int) and not isinstance(found.value, bool)
    is_named = is_tunable(found.name) or (found.is_constant and found.name.isupper())
    return is_entry and is_named and not NO_PARAMETER.fullmatch(found.name)


def _read_word(word: str) -> object:
    from ...facts.configuration.leaf import number

    return number(word)


def _order(knob: Knob) -> tuple[int, int, int, str, int, str]:
    """What tells most: lengths and rates, then known names, then what one tunes; files before code."""
    core = core_kind(knob.name)
    kind = ("length", "rate", "batch").index(core) if core else 3
    weight = 0 if kind < 3 else 1 if TELLING.match(knob.name) else 2 if is_tunable(knob.name) else 3
    weight += 4 if knob.is_descriptive else 0
    return (knob.rank, weight, kind, knob.path, knob.at.line or 0, knob.key)
