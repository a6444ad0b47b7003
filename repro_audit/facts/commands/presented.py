"""Choosing among what documents present: commands for a purpose, notebooks, and what is shown with `--help` only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..regex import regex
from .gather import notebook_commands, script_commands
from .ground import Candidate, Choice, Ground, calls_of
from .invocation import Invocation, invocation
from .model import Command, Gap, GapKind
from .purpose import Purpose, around, of_name, own_purpose, purpose_of
from .stated import Form, argv_of
from .walk import Followed

PRETRAINS = regex(r"pre-?_?train(?!ed)", re.IGNORECASE)
INSTALLS = regex(r"(?:^|[\s/])(?:install|setup|build|configure|bootstrap)[\w-]*\.(?:sh|bash|bat|ps1)\b", re.IGNORECASE)
ASKING = regex(r"\s(?:--help|-h)\b")


def presented(ground: Ground, pages: tuple[str, ...], purpose: Purpose, what: str) -> Choice | None:
    """The first command of these pages for a purpose; toy sections only where there is no other."""
    for page in pages:
        fits = [c for c in _commands_of(ground, page) if c.purpose is purpose]
        if purpose is Purpose.APP:
            fits = [c for c in fits if any(s.path for s in ground.follow(c.command).steps)]
        else:
            fits = [c for c in fits if not c.is_toy] or fits
        if fits:
            best = _without_gaps(ground, fits)
            why = f"chosen because it is the first command that {page} presents {what}"
            whole = _spelled_out(ground, best)
            if whole is not None:
                return Choice((whole,), f"{why}; {whole.at.path} gives it with its values")
            return Choice((best.command,), why)
    return None


def _commands_of(ground: Ground, page: str) -> Iterator[Candidate]:
    """The commands of a page that run something, or lack something."""
    for candidate in ground.candidates:
        if candidate.page == page and candidate.stated.form is not Form.NOTEBOOK:
            found = ground.follow(candidate.command)
            if found.gaps or any(s.path for s in found.steps) or any(is_known(c) for c in _programs(candidate, found)):
                yield candidate


def _programs(candidate: Candidate, found: Followed) -> list[Invocation]:
    """What a command calls, and what that calls, files of the project left out."""
    called = [invocation(s.arguments) for s in found.steps if not s.path]
    return [*calls_of(candidate.command), *(c for c in called if c)]


def is_known(call: Invocation) -> bool:
    """Whether a program that is no file of the project is known to train: other tools only help along."""
    return own_purpose(call) in (Purpose.TRAIN, Purpose.EVALUATE) or of_name(call.program) is Purpose.TRAIN


def _without_gaps(ground: Ground, fits: list[Candidate]) -> Candidate:
    """The first; where it has gaps, the first without among the ways to run the same program.

    Where the very script is absent, any other command of the page is a better way.
    """
    found = ground.follow(fits[0].command)
    if not found.gaps:
        return fits[0]
    same = [c for c in fits if not found.steps or c.program == fits[0].program]
    plainest = min(same, key=lambda c: (c.stated.form, c.order)) if found.steps else fits[0]
    return next((c for c in same if not ground.follow(c.command).gaps), plainest)


def _spelled_out(ground: Ground, brief: Candidate) -> Command | None:
    """Where a page leaves out options that the program demands: the call of a script or notebook that gives them."""
    gaps = ground.follow(brief.command).gaps
    if not gaps or not all(g.kind is GapKind.INVENTED_VALUE and g.what.endswith("not given") for g in gaps):
        return None
    wanted = [s.path for s in ground.follow(brief.command).steps]
    for command in (*script_commands(ground.tree), *notebook_commands(ground.tree)):
        if brief.program.rpartition("/")[2] in command.text:
            found = ground.follow(command)
            if not found.gaps and [s.path for s in found.steps] == wanted:
                return command
    return None


def notebook(ground: Ground, pages: tuple[str, ...], *, is_telling: bool = False) -> Choice | None:
    """A notebook that one of these pages sends the reader to, unless its name says that it only prepares or looks."""
    fits = [c for c in ground.candidates if c.stated.form is Form.NOTEBOOK and c.page in pages]
    most = dict.fromkeys(pages, 3) | dict.fromkeys(ground.root_pages, 4 if is_telling else 9)
    fits = [c for c in fits if _notebook_rank(c) < most[c.page] and _holds_code(ground, c)]
    if not fits:
        return None
    best = min(fits, key=lambda c: (pages.index(c.page), _notebook_rank(c), c.order))
    return Choice((best.command,), f"chosen because {best.page} sends the reader to this notebook")


def _holds_code(ground: Ground, candidate: Candidate) -> bool:
    """Whether a notebook does anything: one that only lists others is a table of contents."""
    steps = ground.follow(candidate.command).steps
    sources = [ground.sources.get(s.path) for s in steps if s.path and s.path.endswith(".ipynb")]
    return not sources or any(s is None or s.tree.body for s in sources)


def _notebook_rank(candidate: Candidate) -> int:
    """Notebooks that train before those whose name says nothing, and those before demonstrations."""
    name = candidate.command.text.rpartition(" ")[2]
    if PRETRAINS.search(name):
        return 2  # what comes before the main experiment
    if around(candidate.command.heading, "") is Purpose.TRAIN and of_name(name) is not Purpose.PREPARE:
        return 0
    if of_name(name) is None and around(candidate.command.heading, "") is Purpose.EVALUATE:
        return 2
    order = {Purpose.TRAIN: 0, None: 1, Purpose.EVALUATE: 2, Purpose.APP: 3, Purpose.PREPARE: 4}
    return order.get(of_name(name), 5)


def only_help(ground: Ground, *, only_training: bool) -> Choice | None:
    """A command that is only shown with `--help`: what it needs is left to the reader."""
    for candidate in ground.candidates:
        command = candidate.command
        text = ASKING.sub("", command.text).strip()
        if text == command.text.strip():
            continue
        if only_training and purpose_of(text, command.heading, candidate.stated.lead) is not Purpose.TRAIN:
            continue
        plain = replace(command, text=text, argv=argv_of(text))
        if ground.follow(plain).steps:
            gap = Gap(GapKind.INVENTED_VALUE, "only its --help is stated, and no value of an option", command.at)
            return Choice((plain,), f"chosen because {candidate.page} names it, though only with `--help`", (gap,))
    return None


def preparations(ground: Ground, main: Command) -> Iterator[Candidate]:
    """What the page tells to prepare before the command, toy sections left out."""
    for candidate in ground.candidates:
        if candidate.page != main.at.path or (candidate.command.at.line or 0) >= (main.at.line or 0):
            continue
        if candidate.purpose is Purpose.PREPARE and candidate.stated.form is Form.BLOCK and not candidate.is_toy:
            yield candidate


def gaps_before(ground: Ground, main: Command) -> Iterator[Gap]:
    """What the preparation lacks: an absent script, or a value to invent; installers are those of other software."""
    for candidate in preparations(ground, main):
        found = ground.follow(candidate.command)
        if not INSTALLS.search(candidate.command.text):
            yield from (g for g in found.gaps if not found.steps or g.kind is GapKind.INVENTED_VALUE)
