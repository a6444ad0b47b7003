"""Finds every parameter set of the project, and which of them the main experiment reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from ...model import Hints, Place
from ..commands.model import Commands
from ..documents import Documents
from ..files import Tree
from ..program import Program
from ..regex import regex
from ..sources import Sources
from . import pipelines
from .leaves import leaves_of
from .liveness import judge_set, option_parameter, schemas_follow
from .model import Configuration, Holder, Parameter, ParameterSet
from .names import CONFIG_MODULE, is_candidate
from .options import Option, option_classes, python_options, text_options
from .other_modules import script_modules
from .readers import Readers
from .sacred import has_observer, sacred_scopes
from .scripts import make_sets, shell_sets
from .settings import module_set, python_sets
from .uses import Uses, collect_uses

MAX_READ = 5_000_000  # bytes of configuration files that the main experiment reads
MAX_OTHERS = 300_000  # bytes of those that nothing is seen to read
MAX_WRITTEN = 1000  # values in one file
MAX_ELSEWHERE = 300  # files of other programs that may share a configuration file
_OBSERVED = regex(r"\s(-F|--file_storage|--mongo_db|-m\s+\S+:)")
OTHER_LANGUAGES = (".r", ".jl", ".rmd", ".qmd", ".lua")


def find_configuration(
    files: Tree, sources: Sources, documents: Documents, commands: Commands, program: Program, hints: Hints
) -> Configuration:
    """Every set, those of the main experiment first."""
    return _Finder(files, sources, commands, program, hints).run()


class _Finder:
    """The state of one search; `run` is called once."""

    def __init__(self, tree: Tree, sources: Sources, commands: Commands, program: Program, hints: Hints) -> None:
        self._tree = tree
        self._sources = sources
        self._commands = commands
        self._program = program
        self._hints = hints
        self._uses: Uses = collect_uses(program)
        self._rules = pipelines.snakemake_texts(tree, commands)
        self._scripts = self._other_scripts()
        self._candidates = tuple(p for p in tree.own if is_candidate(p))
        for text in (*self._rules.values(), *self._scripts.values()):
            self._uses.add_text(text)
        self._readers = Readers(
            tree, commands, program, hints, self._uses, self._candidates, self._rules, self._scripts
        )

    def run(self) -> Configuration:
        readers = self._readers.all()
        others = script_modules(self._tree, self._entered_scripts())
        found = [*self._python(), *others, *self._pipelines(), *self._options(), *self._files(readers)]
        main = tuple(s.path for s in found if s.is_main)
        templates = pipelines.template_names(self._tree, (*main, *self._tree.named("dvc.yaml")))
        judged = [judge_set(s, self._uses, templates, self._is_elsewhere) if s.is_main else s for s in found]
        ordered = sorted(schemas_follow(judged), key=lambda s: (not s.is_main, s.path, s.at or Place(s.path)))
        return Configuration(tuple(ordered), records_runs=self._records_runs())

    def _records_runs(self) -> bool:
        """Whether Sacred keeps the values of each run, by an observer in the code or an option of the command."""
        given = _OBSERVED.search(pipelines.words_of(self._commands)) is not None
        return given or any(has_observer(s) for s in self._program.sources)

    def _is_elsewhere(self, name: str) -> bool:
        """Whether own code that the main experiment does not reach mentions the name."""
        return name in self._words_elsewhere

    @cached_property
    def _words_elsewhere(self) -> frozenset[str]:
        reached = {s.path for s in self._program.sources}
        others = [p for p in (*self._sources.python, *self._tree.suffixed(".sh", ".r", ".jl")) if p not in reached]
        texts = (self._tree.text(p) or "" for p in others[:MAX_ELSEWHERE])
        return frozenset(word for text in texts for word in re.findall(r"\w+", text))

    def _other_scripts(self) -> dict[str, str]:
        """Text of R and Julia, where the main experiment is written in it."""
        paths = [s.path for s in self._program.steps if s.path and s.path.lower().endswith(OTHER_LANGUAGES)]
        if not paths:
            return {}
        return {
            p: self._tree.text(p) or "" for p in (*dict.fromkeys(paths), *self._tree.suffixed(*OTHER_LANGUAGES)[:200])
        }

    def _entered_scripts(self) -> dict[str, str]:
        """The scripts of other languages that the commands name."""
        steps = (s.path or "" for s in self._program.steps)
        return {p: self._scripts[p] for p in dict.fromkeys(steps) if p in self._scripts}

    def _python(self) -> Iterator[ParameterSet]:
        classes = option_classes(self._program)
        entries = {s.path for s in self._program.entries}
        for source in self._program.sources:
            yield from sacred_scopes(source)
            for found in python_sets(source, is_entry=source.path in entries, option_classes=classes):
                yield found if self._is_main_module(found) else replace(found, is_main=False)
        for word in self._readers.words():
            path = self._readers.named(word)
            if path and path.endswith(".py") and path not in entries and re.search(r"conf|cfg|setting|param|exp", path):
                source_named = self._sources.get(path)
                if source_named:
                    yield module_set(source_named)

    def _is_main_module(self, found: ParameterSet) -> bool:
        """Where nothing says what is run, a class of settings in some script is not that of the main experiment."""
        is_named = CONFIG_MODULE.search(found.path) is not None
        return found.holder is not Holder.MODULE or is_named or not self._program.is_whole_project

    def _pipelines(self) -> Iterator[ParameterSet]:
        yield from pipelines.mlproject_sets(self._tree, self._commands)
        yield from pipelines.guild_sets(self._tree, self._commands)
        yield from make_sets(self._tree, self._commands)
        yield from shell_sets(self._tree, self._commands)

    def _options(self) -> Iterator[ParameterSet]:
        options = list(python_options(self._program))
        for path in dict.fromkeys(s.path or "" for s in self._program.steps):
            if path in self._scripts:
                options += text_options(path, self._scripts[path])
        entries = {s.path for s in self._program.steps}
        by_path: dict[str, list[Option]] = {}
        for option in options:
            by_path.setdefault(option.at.path, []).append(option)
        for path, group in sorted(by_path.items()):
            elsewhere = self._is_elsewhere if path not in entries else lambda name: False
            judged = (option_parameter(o, self._uses, elsewhere) for o in group if o.flag not in ("-h", "--help"))
            parameters = tuple(judged)
            if parameters:
                yield ParameterSet(path, Holder.OPTIONS, parameters, group[0].at, True, group[0].at)

    def _files(self, readers: dict[str, tuple[Place | None, Holder]]) -> Iterator[ParameterSet]:
        budget = {True: MAX_READ, False: MAX_OTHERS}
        for path in sorted({*self._candidates, *readers}):
            reader, holder = readers.get(path, (None, Holder.FILE))
            is_main = path in readers
            size = self._tree.size(path)
            if size > budget[is_main]:
                continue
            budget[is_main] -= size + 1000
            parameters = _parameters(path, self._tree.text(path) or "")
            if holder is Holder.HYDRA:
                parameters = tuple(p for p in parameters if p.key.split(".")[0] not in ("defaults", "hydra"))
            if parameters:
                yield ParameterSet(path, holder, parameters, reader, is_main, parameters[0].at)


def _parameters(path: str, text: str) -> tuple[Parameter, ...]:
    """The leaves of a configuration file; one with more than a person would write is data."""
    leaves = leaves_of(path, text)
    if len(leaves) > MAX_WRITTEN:
        return ()
    return tuple(Parameter(leaf.key, leaf.value, Place(path, leaf.line)) for leaf in leaves if leaf.key)
