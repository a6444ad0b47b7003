"""Which of the stated commands is the main experiment.

The first of these that the project has, and `Commands.why` says which one it was:

1.  The command that the project's settings name.
2.  What the README (or REPRODUCIBILITY.md) of the root presents for training or reproducing; toy, baseline
    and pre-trained sections only where there is no other.
3.  What it presents as a plain run, under no heading that makes it a demonstration or a preparation.
4.  A declared pipeline: dvc.yaml, MLproject, guild.yml, Snakefile, Kedro, targets.
5.  A notebook that the README sends the reader to.
6.  A task called train, run, ...: Makefile, Taskfile, just, npm, tox, nox.
7.  What the README of a sub-project or a page of documentation presents, in the order in which the root README
    links to them, then by depth.
8.  A shell script whose name says that it trains or runs.
9.  What the README presents for evaluation.
10. Guessed: a script or notebook whose name says that it trains.
11. The app that the README or a container starts, in a project that only serves.
12. What the README presents as preparation, or with `--help` only.
13. Guessed: the shallowest script or notebook that looks like a program.

Of several commands for one program the first without gaps is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ...model import Hints, Place
from ..documents.model import Document, Documents
from ..files import Tree
from ..sources import Sources
from . import gather
from .guess import guess, is_main_by_name, trains_by_name
from .invocation import invocation
from .model import Command, Commands, Gap, GapKind, Origin
from .purpose import Purpose, around, is_toy, of_name, own_purpose, purpose_of
from .recipes import Recipes, folder_of
from .resolve import Resolver
from .shell import simple_commands
from .stated import Form, Reader, Stated, argv_of, run_file
from .walk import Followed

MAX_WORDS = 2_000_000  # characters of documents in which a value may be given


SUBPROJECT = re.compile(r"(^|/)(docs?|tests?|\.\w+)/", re.IGNORECASE)


def find_commands(tree: Tree, sources: Sources, documents: Documents, hints: Hints) -> Commands:
    """Every command the project states, and the main experiment among them."""
    return _Chooser(tree, sources, documents, hints).commands()


@dataclass(frozen=True, slots=True)
class Choice:
    """The main experiment, and why it was chosen; `gaps` are those that its text does not show."""

    commands: tuple[Command, ...]
    why: str
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A stated command with what it is for."""

    stated: Stated
    purpose: Purpose
    order: int

    @property
    def command(self) -> Command:
        return self.stated.command

    @property
    def is_toy(self) -> bool:
        return is_toy(self.command.heading)

    @property
    def program(self) -> str:
        """What it runs, to tell ways of running one experiment from other experiments."""
        calls = [
            c for s in simple_commands(self.command.text) for c in [invocation(s.words)] if c and c.program != "cd"
        ]
        last = calls[-1] if calls else None
        return (last.script or last.module or last.program) if last else self.command.text


@dataclass(frozen=True)
class _Chooser:
    tree: Tree
    sources: Sources
    documents: Documents
    hints: Hints

    @cached_property
    def recipes(self) -> Recipes:
        return Recipes(self.tree)

    @cached_property
    def resolver(self) -> Resolver:
        pages = [d for d in self.documents.all if not d.path.endswith(".ipynb")]
        words = "\n".join(b.text for d in pages for b in d.blocks)
        return Resolver(self.sources, self.recipes, words[:MAX_WORDS])

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        return tuple(Reader(self.tree, frozenset(self.resolver.entry_points)).read(self.documents.all))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        pages = [s for s in self.stated if not s.command.at.path.endswith(".ipynb")]
        return tuple(Candidate(s, self._purpose(s), i) for i, s in enumerate(pages))

    def _purpose(self, stated: Stated) -> Purpose:
        """By the words; where a script or target has a name that says nothing, by what it runs."""
        command = stated.command
        purpose = purpose_of(command.text, command.heading, stated.lead)
        calls = [c for s in simple_commands(command.text) for c in [invocation(s.words)] if c]
        if purpose is Purpose.TRAIN or not any(
            c.program in ("sh", "make", "just", "task") and own_purpose(c) is None for c in calls
        ):
            return purpose
        named = [of_name(s.path.rpartition("/")[2]) for s in self._follow(command).steps if s.path]
        return Purpose.TRAIN if Purpose.TRAIN in named else purpose

    def commands(self) -> Commands:
        choice = self._choose()
        chosen = choice.commands
        followed = Followed(gaps=list(choice.gaps))
        for command in chosen:
            one = self.resolver.follow(command.text, command.cwd, command.at)
            followed.steps += one.steps
            followed.gaps += [g for g in one.gaps if g not in followed.gaps]
        gaps = (
            [*self._gaps_before(chosen), *followed.gaps]
            if chosen and chosen[0].origin is not Origin.GUESSED
            else followed.gaps
        )
        return Commands(self._all(chosen), chosen, choice.why, tuple(followed.steps), tuple(gaps))

    def _all(self, chosen: tuple[Command, ...]) -> tuple[Command, ...]:
        found = [s.command for s in self.stated]
        found += gather.recipe_commands(self.recipes)
        found += gather.entry_commands(self.resolver.entry_points)
        found += gather.script_commands(self.tree)
        found += gather.notebook_commands(self.tree)
        found += gather.ci_commands(self.tree)
        return tuple(dict.fromkeys((*(c for c in chosen if c not in found), *found)))

    def _choose(self) -> Choice:
        if self.hints.command:
            at = Place("pyproject.toml" if "pyproject.toml" in self.tree else "repro-audit.toml")
            command = Command(self.hints.command, argv_of(self.hints.command), ".", at, Origin.SETTINGS)
            return Choice((command,), "Chosen because the project's settings name it.")
        for way in self._ways():
            choice = way()
            if choice is not None:
                return choice
        return Choice((), "Nothing was chosen, because the project has no command, script or notebook to run.")

    def _ways(self) -> Iterator[Callable[[], Choice | None]]:
        root = self._root_pages
        yield lambda: self._presented(root, Purpose.TRAIN, "to train or to reproduce the results")
        yield lambda: self._presented(root, Purpose.RUN, "to run the project")
        yield lambda: self._pipeline(0 if self._links_to_subprojects else 2)
        yield lambda: self._notebook(root)
        yield self._task
        for page in self._other_pages:
            yield lambda page=page: self._presented((page,), Purpose.TRAIN, "to train or to reproduce the results")  # type: ignore[misc]
            yield lambda page=page: self._presented((page,), Purpose.RUN, "to run the project")  # type: ignore[misc]
        yield lambda: self._pipeline(99)
        yield self._shell_script
        yield lambda: self._presented(root, Purpose.EVALUATE, "to evaluate")
        yield lambda: self._help(True)
        yield lambda: self._guess_named(trains_by_name)
        yield lambda: self._presented(root, Purpose.APP, "to start the app")
        yield lambda: self._guess_named(is_main_by_name)
        yield lambda: self._presented(self._other_pages, Purpose.APP, "to start the app")
        yield self._container
        yield lambda: self._notebook(self._other_pages)
        yield lambda: self._presented(
            (*root, *self._other_pages), Purpose.PREPARE, "to prepare the data; nothing further is stated"
        )
        yield lambda: self._help(False)
        yield self._guess_any

    @property
    def _root_pages(self) -> tuple[str, ...]:
        found = [d for d in self.documents.all if "/" not in d.path and not d.path.endswith(".ipynb")]
        return tuple(d.path for d in found)

    @cached_property
    def _other_pages(self) -> tuple[str, ...]:
        """READMEs of folders in the order of the root README's links, then by depth; then other pages."""
        linked = [t.strip("./") for d in self.documents.all if "/" not in d.path for b in d.blocks for _, t in b.links]
        pages = [d for d in self.documents.all if "/" in d.path and not d.path.endswith(".ipynb")]

        def rank(document: Document) -> tuple[int, int, int, str]:
            folder = folder_of(document.path)
            at = next((i for i, t in enumerate(linked) if t in (folder, document.path)), len(linked))
            return (
                0 if document.is_readme and not SUBPROJECT.search(document.path) else 1,
                at,
                document.path.count("/"),
                document.path,
            )

        return tuple(d.path for d in sorted(pages, key=rank))

    def _presented(self, pages: tuple[str, ...], purpose: Purpose, what: str) -> Choice | None:
        """The first command of these pages for a purpose, with the preparation and evaluation of its block."""
        for page in pages:
            fits = [
                c
                for c in self.candidates
                if c.command.at.path == page and c.purpose is purpose and c.stated.form is not Form.NOTEBOOK
            ]
            fits = self._only_runnable(fits)
            if purpose is Purpose.APP:
                fits = [c for c in fits if any(s.path for s in self._follow(c.command).steps)] or fits[:0]
            else:
                fits = [c for c in fits if not c.is_toy] or fits
            if fits:
                main = self._without_gaps(fits)
                why = f"Chosen because it is the first command that {page} presents {what}."
                return Choice((main.command,), why)
        return None

    def _only_runnable(self, fits: list[Candidate]) -> list[Candidate]:
        """Without those that neither run anything nor lack anything."""
        kept = []
        for candidate in fits:
            found = self._follow(candidate.command)
            if found.steps or found.gaps:
                kept.append(candidate)
        return kept

    def _follow(self, command: Command) -> Followed:
        return self.resolver.follow(command.text, command.cwd, command.at)

    def _without_gaps(self, fits: list[Candidate]) -> Candidate:
        """The first; where it has gaps, the first without among the ways to run the same program.

        Where the very script is absent, any other command of the page is a better way.
        """
        gaps = self._follow(fits[0].command).gaps
        if not gaps:
            return fits[0]
        is_lost = not self._follow(fits[0].command).steps
        same = [c for c in fits if is_lost or c.program == fits[0].program]
        plainest = min(same, key=lambda c: (c.stated.form, c.order)) if not is_lost else fits[0]
        return next((c for c in same if not self._follow(c.command).gaps), plainest)

    @property
    def _links_to_subprojects(self) -> bool:
        """Whether the root README sends the reader to several folders, each with a README of its own."""
        folders = {folder_of(d.path) for d in self.documents.all if d.is_readme and "/" in d.path}
        linked = {
            t.strip("./")
            for d in self.documents.all
            if d.path in self._root_pages
            for b in d.blocks
            for _, t in b.links
        }
        return len(folders & linked) > 1

    def _pipeline(self, depth: int) -> Choice | None:
        """A declared pipeline in a folder of at most that depth, the shallowest one first."""
        found: list[tuple[int, int, Command, str]] = []
        whole = {Origin.DVC: "dvc repro", Origin.SNAKEMAKE: "snakemake --cores 1"}
        for rank, origin in enumerate((Origin.DVC, Origin.MLPROJECT, Origin.GUILD, Origin.SNAKEMAKE)):
            recipes = [r for r in self.recipes.all if r.origin is origin]
            telling = [r for r in recipes if self._recipe_purpose(r.name, r.lines) in (Purpose.TRAIN, Purpose.RUN)]
            if not telling:
                continue
            best = min(
                telling, key=lambda r: (r.path.count("/"), r.name != "main", self._recipe_purpose(r.name, r.lines))
            )
            command = gather.calling(best)
            if origin in whole:
                command = replace(command, text=whole[origin], argv=tuple(whole[origin].split()), heading="")
            found.append((best.path.count("/"), rank, command, best.path))
        for name, text in (
            ("_targets.R", "targets::tar_make()"),
            ("pipeline_registry.py", "kedro run"),
            ("pipeline.yaml", "ploomber build"),
        ):
            for path in self.tree.named(name)[:1]:
                if (
                    name == "pipeline.yaml"
                    and "ploomber" not in self.resolver.words.lower()
                    and "product:" not in (self.tree.text(path) or "")
                ):
                    continue
                is_kedro = name == "pipeline_registry.py"
                cwd = "." if is_kedro else folder_of(path)
                origin = Origin.TASKS
                found.append(
                    (
                        0 if is_kedro else path.count("/"),
                        9,
                        Command(text, argv_of(text), cwd, Place(path, 1), origin),
                        path,
                    )
                )
        found = [f for f in found if f[0] <= depth]
        if not found:
            return None
        _, _, command, path = min(found, key=lambda f: f[:2])
        return Choice(
            (command,), f"Chosen because no README states a training command, and {path} declares the pipeline."
        )

    def _recipe_purpose(self, name: str, lines: Iterable[tuple[str, Place]]) -> Purpose:
        named = of_name(name)
        if named is not None:
            return named
        return min((purpose_of(text) for text, _ in lines), default=Purpose.ASIDE)

    def _notebook(self, pages: tuple[str, ...]) -> Choice | None:
        fits = [c for c in self.candidates if c.stated.form is Form.NOTEBOOK and c.command.at.path in pages]
        if pages != self._root_pages:
            fits = [c for c in fits if _notebook_rank(c) < 3]
        if not fits:
            return None
        best = min(fits, key=lambda c: (pages.index(c.command.at.path), _notebook_rank(c), c.order))
        return Choice((best.command,), f"Chosen because {best.command.at.path} sends the reader to this notebook.")

    def _task(self) -> Choice | None:
        wanted = (Origin.MAKE, Origin.TASKS)
        recipes = [
            r for r in self.recipes.all if r.origin in wanted and r.lines and not r.path.endswith("package.json")
        ]
        fits = [r for r in recipes if of_name(r.name) is Purpose.TRAIN and not re.search("test|data", r.name)]
        fits = fits or [
            r
            for r in recipes
            if re.fullmatch(r"run|all|main|pipeline|reproduce|model\w*|results?", r.name) and self._runs(r.lines)
        ]
        if not fits:
            return None
        best = min(fits, key=lambda r: (r.path.count("/"), r.name != "train"))
        why = f"Chosen because {best.path} has the target `{best.name}`, and no README states a training command."
        return Choice((gather.calling(best),), why)

    def _runs(self, lines: Iterable[tuple[str, Place]]) -> bool:
        return any(purpose_of(text) in (Purpose.TRAIN, Purpose.RUN) for text, _ in lines)

    def _shell_script(self) -> Choice | None:
        scripts = [
            p
            for p in self.tree.suffixed(".sh", ".bash", ".slurm")
            if not re.search(r"(^|/)(tests?|\.\w+|docker|deploy\w*)/", p)
        ]
        fits = [
            p
            for p in scripts
            if of_name(p.rpartition("/")[2]) is Purpose.TRAIN or re.match(r"(run|main|reproduce)", p.rpartition("/")[2])
        ]
        fits = [p for p in fits if any(s.path for s in self._follow(run_file(p, Place(p, 1), Origin.SHELL)).steps[1:])]
        if not fits:
            return None
        path = min(fits, key=lambda p: (p.count("/"), of_name(p.rpartition("/")[2]) is not Purpose.TRAIN, p))
        why = f"Chosen because the name of the shell script {path} says that it runs the experiment."
        return Choice((run_file(path, Place(path, 1), Origin.SHELL),), why)

    def _guess_named(self, is_telling: Callable[[Command], bool]) -> Choice | None:
        command = guess(self.sources)
        if command is None or not is_telling(command):
            return None
        return Choice((command,), f"Chosen by the name of {command.at.path}: nothing states how to run the project.")

    def _guess_any(self) -> Choice | None:
        command = guess(self.sources)
        if command is None:
            return None
        why = (
            f"Chosen as the likeliest program: nothing states how to run the project, and {command.at.path} can be run."
        )
        return Choice((command,), why)

    def _container(self) -> Choice | None:
        found = [r for r in self.recipes.all if r.origin is Origin.DOCKER and self._runs_own(r.lines, r.cwd)]
        if not found:
            return None
        best = found[0]
        at = best.lines[0][1]
        command = Command(best.lines[0][0], argv_of(best.lines[0][0]), best.cwd, at, Origin.DOCKER)
        return Choice((command,), f"Chosen because {best.path} starts it, and nothing else is stated.")

    def _runs_own(self, lines: Iterable[tuple[str, Place]], cwd: str) -> bool:
        return any(s.path for text, at in lines for s in self.resolver.follow(text, cwd, at).steps)

    def _help(self, only_training: bool) -> Choice | None:
        """A command that is only shown with `--help`: what it needs is left to the reader."""
        asking = re.compile(r"\s(?:--help|-h)\b")
        fits = [c for c in self.candidates if asking.search(c.command.text)]
        named = [
            c
            for c in fits
            if purpose_of(asking.sub("", c.command.text), c.command.heading, c.stated.lead) is Purpose.TRAIN
        ]
        for candidate in named if only_training else fits:
            plain = asking.sub("", candidate.command.text).strip()
            if self.resolver.follow(plain, candidate.command.cwd, candidate.command.at).steps:
                why = f"Chosen because {candidate.command.at.path} names it, though only with `--help`."
                gap = Gap(
                    GapKind.INVENTED_VALUE, "only its --help is stated, and no value of an option", candidate.command.at
                )
                return Choice((replace(candidate.command, text=plain, argv=argv_of(plain)),), why, (gap,))
        return None

    def _gaps_before(self, chosen: tuple[Command, ...]) -> Iterator[Gap]:
        """What the page tells to prepare before the command, with an absent script or a value to invent."""
        main = chosen[0]
        before = [
            c
            for c in self.candidates
            if c.command.at.path == main.at.path and (c.command.at.line or 0) < (main.at.line or 0)
        ]
        for candidate in before:
            if candidate.purpose is Purpose.PREPARE and candidate.stated.form is Form.BLOCK and not candidate.is_toy:
                found = self._follow(candidate.command)
                yield from (g for g in found.gaps if not found.steps or g.kind is GapKind.INVENTED_VALUE)


def _notebook_rank(candidate: Candidate) -> int:
    """Notebooks that train before those whose name says nothing, and those before demonstrations."""
    heading = candidate.command.heading
    name = candidate.command.text.rpartition(" ")[2]
    if around(heading, "") is Purpose.TRAIN and of_name(name) is not Purpose.PREPARE:
        return 0
    order = {Purpose.TRAIN: 0, None: 1, Purpose.EVALUATE: 2, Purpose.APP: 3, Purpose.PREPARE: 4}
    return order.get(of_name(name), 5)
