"""Every parameter that can be set, the most telling first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...facts.configuration.model import Holder
from ...facts.configuration.words import core_kind, is_tunable
from ...model import is_number
from ...project import Project
from ...sandbox.model import Job
from . import command
from .choices import Choices, in_comment
from .declared import Declared
from .given import named_knobs, placed_knobs
from .groups import group_knobs
from .literals import Literal, changed_names, literals
from .model import Knob, Rank, Read, is_seed_name
from .python import spot_of
from .tables import table_knobs
from .ways import InCode

MOST = 400  # parameters that are looked at
NO_PARAMETER = re.compile(
    r"keepdims?|axis|dims?|eps|grad|verbose|n_jobs|[A-Z]*(FILE|PATH|DIR|URL)[A-Z]*", re.IGNORECASE
)
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
        self._ways = Declared(project, job, read)
        self._choices = Choices(project.program)
        self._literals = {id(found.node): found for found in literals(project.program)}

    def run(self) -> tuple[Knob, ...]:
        found: dict[str, Knob] = {}
        places: set[object] = set()
        for knob in self._all():
            way = knob.way
            if knob.id in found or way in places or len(found) >= MOST:
                continue
            places.add(way)
            found[knob.id] = knob
        return tuple(sorted(found.values(), key=_order))

    def _all(self) -> Iterator[Knob]:
        """What the command gives by its place goes before the default that the code has for it."""
        yield from placed_knobs(self._project, self._choices)
        yield from self._declared()
        yield from self._groups()
        yield from named_knobs(self._project, self._job)
        yield from self._tables()
        yield from self._written()

    def _declared(self) -> Iterator[Knob]:
        """Those that the facts know of."""
        sets = [s for s in self._project.configuration.sets if s.is_main or s.path in self._opened]
        passed = {p.key for s in sets if s.holder is Holder.SHELL for p in s.parameters} | self._passed()
        for held in sets:
            for parameter in held.parameters:
                if parameter.value is ... or (held.holder is Holder.OPTIONS and parameter.key in passed):
                    continue
                if held.holder is Holder.SHELL and command.given(self._job, parameter.key):
                    continue  # a script that takes it from the command
                knob = self._ways.knob(held, parameter)
                if knob is not None:
                    yield self._with_choices(knob)

    def _passed(self) -> set[str]:
        """Options that a Makefile or pipeline gives to the program: what the code has for them is overridden."""
        words = (w.partition("=")[0] for s in self._project.commands.steps for w in s.arguments if w.startswith("-"))
        return {w for w in words if command.given(self._job, w) is None}

    def _groups(self) -> Iterator[Knob]:
        return group_knobs(self._project, self._job, self._read)

    def _tables(self) -> Iterator[Knob]:
        paths = [p for p in self._project.files.suffixed(".csv", ".tsv") if not self._opened or p in self._opened]
        for path in paths:
            yield from table_knobs(path, self._read)

    def _written(self) -> Iterator[Knob]:
        """Literals of the code that nothing else holds."""
        entries = self._project.program.entries
        counted: dict[str, frozenset[str]] = {}
        times = Counter(f"{one.source.path}:{one.key}" for one in self._literals.values())
        for found in self._literals.values():
            if found.source.path not in counted:
                counted[found.source.path] = changed_names(found.source)
            counts = found.key in counted[found.source.path]
            if not _is_parameter(found, found.source in entries, counts):
                continue
            at = found.source.place(found.node)
            key = found.key if times[f"{at.path}:{found.key}"] == 1 else f"{found.key}@{at.line}"
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


def _is_parameter(found: Literal, is_entry: bool, counts: bool) -> bool:
    """In what the entry imports only seeds and configurations: its other literals are a library's inner workings."""
    has_number = is_number(found.value)
    if is_seed_name(found.name):
        return isinstance(found.value, int) and has_number
    if counts or NO_PARAMETER.fullmatch(found.name):
        return False
    if not is_entry:
        return found.is_setting and "." in found.key and found.key[:1].islower() is False and has_number
    is_constant = found.is_constant and (found.name.isupper() or (has_number and found.value != 0))
    return is_tunable(found.name) or is_constant or (found.is_setting and has_number)


def _order(knob: Knob) -> tuple[int, int, int, str, int, str]:
    """What tells most: lengths and rates, then known names, then what one tunes; files before code."""
    core = core_kind(knob.name)
    kind = ("length", "rate", "batch").index(core) if core else 3
    weight = 0 if kind < 3 else 1 if TELLING.match(knob.name) else 2 if is_tunable(knob.name) else 3
    weight += 4 if knob.is_descriptive else 0
    weight += knob.key.startswith("__init__.")  # a default, which whoever makes the object may replace
    return (knob.rank, weight, kind, knob.path, knob.at.line or 0, knob.key)
