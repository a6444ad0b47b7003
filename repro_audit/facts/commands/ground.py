"""What a main experiment is chosen from: the project's documents and recipes, and a way to follow commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ...model import Place
from ..documents.model import BlockKind, Document, Documents
from ..files import Tree
from ..regex import regex
from ..sources import Sources
from .invocation import Invocation, invocation
from .model import Command, Gap
from .purpose import Purpose, is_toy, of_name, own_purpose, purpose_of
from .recipes import Recipes, folder_of
from .resolve import Resolver
from .shell import simple_commands
from .stated import Reader, Stated
from .walk import Followed

MAX_WORDS = 2_000_000  # characters of documents in which a value may be given

MAX_SCRIPT = 400_000  # characters of a script in which training is looked for
TOOLS = frozenset(("guild", "mlflow"))  # an operation called `evaluate` may train on its way
CALLERS = frozenset(("sh", "make", "just", "task")) | TOOLS
TRAINS = regex(
    r"\.backward\(|\.(?:fit|partial_fit|fit_generator|train_on_batch|apply_gradients|minimize|train_epoch|learn)\("
    r"|\boptimi[sz]er\.step\(|\bvalue_and_grad\(|\b(?:lgb|xgb|lightgbm|xgboost|trainer)\.train\("
)
BESIDES = regex(r"(^|/)(docs?|tests?|\.\w+)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """The main experiment, and why it was chosen; `gaps` are those that its text does not show."""

    commands: tuple[Command, ...]
    why: str
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A stated command with what it is for; `order` counts through all documents."""

    stated: Stated
    purpose: Purpose
    order: int

    @property
    def command(self) -> Command:
        return self.stated.command

    @property
    def page(self) -> str:
        return self.command.at.path

    @property
    def is_toy(self) -> bool:
        return is_toy(self.command.heading)

    @property
    def program(self) -> str:
        """What it runs, to tell ways of running one experiment from other experiments."""
        calls = [c for c in calls_of(self.command) if c.program != "cd"]
        last = calls[-1] if calls else None
        return (last.script or last.module or last.program) if last else self.command.text


def calls_of(command: Command) -> list[Invocation]:
    return [c for s in simple_commands(command.text) for c in [invocation(s.words)] if c]


@dataclass(frozen=True)
class Ground:
    """Everything is read on first use, and kept."""

    tree: Tree
    sources: Sources
    documents: Documents

    @cached_property
    def recipes(self) -> Recipes:
        return Recipes(self.tree)

    @cached_property
    def pages(self) -> tuple[Document, ...]:
        """The documents that are no notebooks."""
        return tuple(d for d in self.documents.all if not d.path.endswith(".ipynb"))

    @cached_property
    def resolver(self) -> Resolver:
        words = "\n".join(b.text for d in self.pages for b in d.blocks)
        return Resolver(self.sources, self.recipes, words[:MAX_WORDS])

    def follow(self, command: Command) -> Followed:
        return self.resolver.follow(command.text, command.cwd, command.at)

    def runs_own_file(self, text: str, cwd: str, at: Place) -> bool:
        return any(s.path for s in self.resolver.follow(text, cwd, at).steps)

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        return tuple(Reader(self.tree, frozenset(self.resolver.entry_points)).read(self.documents.all))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """What the pages state, notebooks' prose left out."""
        stated = [s for s in self.stated if not s.command.at.path.endswith(".ipynb")]
        return tuple(Candidate(s, self._purpose(s), i) for i, s in enumerate(stated))

    def _purpose(self, stated: Stated) -> Purpose:
        """By the words; where a script or target has a name that says nothing, by what it runs."""
        command = stated.command
        purpose = purpose_of(command.text, command.heading, stated.lead, self.titles.get(command.at.path, ""))
        if purpose is Purpose.RUN and self._trains(command):
            return Purpose.TRAIN
        callers = [
            c for c in calls_of(command) if c.program in CALLERS and (own_purpose(c) is None or c.program in TOOLS)
        ]
        if purpose is Purpose.TRAIN or not callers:
            return purpose
        named = [of_name(s.path.rpartition("/")[2]) for s in self.follow(command).steps if s.path]
        return Purpose.TRAIN if Purpose.TRAIN in named else purpose

    def _trains(self, command: Command) -> bool:
        """Whether the text of a script that the command itself names trains something."""
        scripts = [c.script for c in calls_of(command) if c.program == "python" and c.script]
        steps = self.follow(command).steps if scripts else ()
        paths = {s.path for s in steps if s.path and s.path.endswith(".py")}
        return any(TRAINS.search((self.tree.text(p) or "")[:MAX_SCRIPT]) for p in sorted(paths))

    @cached_property
    def titles(self) -> dict[str, str]:
        """The first heading of each README of the root."""
        pages = [d for d in self.pages if d.is_readme and "/" not in d.path]
        first = {d.path: next((b for b in d.blocks if b.kind is BlockKind.HEADING), None) for d in pages}
        return {path: block.text for path, block in first.items() if block}

    @cached_property
    def root_pages(self) -> tuple[str, ...]:
        return tuple(d.path for d in self.pages if "/" not in d.path)

    @cached_property
    def other_pages(self) -> tuple[str, ...]:
        """READMEs of folders in the order in which the root README links them, then by depth and as it names them;
        then other pages."""
        linked = self._linked_from_root
        words = "\n".join(b.text for d in self.pages if "/" not in d.path for b in d.blocks)[:MAX_WORDS]

        def rank(document: Document) -> tuple[int, int, int, int, str]:
            names = (folder_of(document.path), document.path)
            at = next((i for i, t in enumerate(linked) if t in names), len(linked))
            named = re.search(rf"(?<![\w-]){re.escape(names[0])}(?![\w-])", words)
            is_project = document.is_readme and not BESIDES.search(document.path)
            first = named.start() if named else len(words)
            return (0 if is_project else 1, at, document.path.count("/"), first, document.path)

        return tuple(d.path for d in sorted((d for d in self.pages if "/" in d.path), key=rank))

    @cached_property
    def _linked_from_root(self) -> list[str]:
        return [t.strip("./") for d in self.pages if "/" not in d.path for b in d.blocks for _, t in b.links]

    @property
    def links_to_subprojects(self) -> bool:
        """Whether the root README sends the reader to several folders, each with a README of its own."""
        folders = {folder_of(d.path) for d in self.pages if d.is_readme and "/" in d.path}
        return len(folders.intersection(self._linked_from_root)) > 1
