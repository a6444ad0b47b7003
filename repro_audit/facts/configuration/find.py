"""Finds every parameter set of the project, and which of them the main experiment reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ...model import Hints, Place
from ..commands.model import Commands
from ..documents import Documents
from ..files import Tree, normalise
from ..program import Program
from ..sources import Sources
from . import pipelines
from .file_names import Candidates
from .hydra import hydra_folders
from .leaves import leaves_of
from .liveness import judge_set, option_parameter
from .model import Configuration, Holder, Parameter, ParameterSet
from .names import is_candidate
from .options import Option, option_classes, python_options, text_options
from .sacred import has_observer, sacred_scopes
from .scripts import make_sets, shell_sets
from .settings import module_set, python_sets
from .uses import FileName, Uses, collect_uses

MAX_READ = 5_000_000  # bytes of configuration files that the main experiment reads
MAX_OTHERS = 300_000  # bytes of those that nothing is seen to read
MAX_WRITTEN = 1000  # values in one file
MAX_ELSEWHERE = 300  # files of other programs that may share a configuration file
OTHER_LANGUAGES = (".r", ".jl", ".rmd", ".qmd")


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

    def run(self) -> Configuration:
        readers = self._readers()
        found = [*self._python(), *self._pipelines(), *self._options(), *self._files(readers)]
        main = tuple(s.path for s in found if s.is_main)
        templates = pipelines.template_names(self._tree, (*main, *self._tree.named("dvc.yaml")))
        judged = [judge_set(s, self._uses, templates, self._is_elsewhere) if s.is_main else s for s in found]
        ordered = sorted(judged, key=lambda s: (not s.is_main, s.path, s.at or Place(s.path)))
        return Configuration(tuple(ordered), records_runs=self._records_runs())

    def _records_runs(self) -> bool:
        given = re.search(r"\s(-F|-m|--file_storage|--mongo_db)[\s=]", pipelines.words_of(self._commands)) is not None
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

    def _python(self) -> Iterator[ParameterSet]:
        classes = option_classes(self._program)
        entries = {s.path for s in self._program.entries}
        for source in self._program.sources:
            yield from sacred_scopes(source)
            yield from python_sets(source, is_entry=source.path in entries, option_classes=classes)
        for word in self._words():
            path = self._named(word)
            if path and path.endswith(".py") and path not in entries and re.search(r"conf|cfg|setting|param|exp", path):
                source_named = self._sources.get(path)
                if source_named:
                    yield module_set(source_named)

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

    def _readers(self) -> dict[str, tuple[Place | None, Holder]]:
        """The configuration files that the main experiment reads, with the line that does."""
        found: dict[str, tuple[Place | None, Holder]] = {}
        for path in self._hints.configuration:
            found.setdefault(normalise(path), (None, Holder.FILE))
        for folder in hydra_folders(self._tree, self._program, self._commands):
            found.update((p, (folder.reader, Holder.HYDRA)) for p in folder.composed if p not in found)
        for path, at in pipelines.dvc_files(self._tree, self._commands).items():
            found.setdefault(path, (at, Holder.DVC))
        for path in pipelines.kedro_files(self._tree, self._commands):
            found.setdefault(path, (None, Holder.FILE))
        for path, at in pipelines.snakemake_files(self._tree, self._rules).items():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._named_in_commands():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._named_in_code():
            found.setdefault(path, (at, Holder.FILE))
        return found

    def _words(self) -> list[str]:
        return [
            w.strip("\"'") for w in re.split(r"[\s=,]+", pipelines.words_of(self._commands)) if "." in w or "/" in w
        ]

    def _named(self, word: str) -> str | None:
        """The file that a word of a command means, from the root or from where the command runs."""
        homes = [c.cwd for c in self._commands.chosen] + [s.cwd for s in self._commands.steps] + ["."]
        for home in dict.fromkeys(homes):
            path = normalise(f"{home}/{word}")
            if path in self._tree:
                return path
        return None

    def _named_in_commands(self) -> Iterator[tuple[str, Place]]:
        places = [c.at for c in self._commands.chosen] or [Place(".")]
        candidates = set(self._candidates)
        for word in self._words():
            path = self._named(word)
            if path in candidates:
                yield path, places[0]
            elif path is None and "/" in word and word.endswith((".yaml", ".yml", ".json", ".toml")):
                tail = word.rpartition("/")[2]
                same = [c for c in self._candidates if c.endswith("/" + tail)]
                if len(same) == 1:
                    yield same[0], places[0]

    def _named_in_code(self) -> Iterator[tuple[str, Place]]:
        candidates = Candidates(self._candidates)
        for name in {n.pattern: n for n in reversed(self._uses.files)}.values():
            for path in candidates.meant_by(name):
                yield path, name.at
        for path, text in self._scripts.items():
            for number, line in enumerate(text.split("\n"), 1):
                for literal in re.findall(r"""["']([\w./\-]+\.(?:ya?ml|json|toml|ini|cfg))["']""", line):
                    for match in candidates.meant_by(FileName(literal, Place(path, number), line)):
                        yield match, Place(path, number)

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
