"""GNU Make: the variables that the makefiles hold, asked of Make itself, and set on its command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...facts.configuration.leaf import number
from ...model import Place
from ...project import Project
from ...sandbox.model import NOTES, Job, Run
from ..job import shown
from ..parameters import command
from ..parameters.ways import AsWord, set_word
from .files import text_of
from .model import Asked, CannotAsk, Finding, Plain, Scene, words_of

ANSWER = "make.txt"
CALLS = re.compile(r"(?:^|[;&|(\s])make(?=\s|$)")
GIVEN = re.compile(r"(?:^|\s)([A-Za-z_]\w*)=")
HELD = re.compile(r"^# (?:makefile|command line)[^\n]*\n([A-Za-z_]\w*) (?::?:?|\?)= ?(.*)$", re.MULTILINE)
WARNED = re.compile(r"^([\w./-]+):(\d+): warning: undefined variable [`'](\w+)'", re.MULTILINE)
OWN = re.compile(r"MAKE\w*|CURDIR|SHELL|GNUMAKEFLAGS")
MAKEFILES = ("makefile", "gnumakefile")


class Make(Plain):
    """Targets of a makefile that the main command names."""

    name = "make"

    def recognises(self, project: Project) -> bool:
        return bool(makefiles(project)) and any(CALLS.search(c.text) for c in project.commands.chosen)

    def question(self, project: Project, job: Job) -> Job | None:
        """What Make knows once it has read its files; `-n` has it run nothing."""
        if not command.is_simple(job) or not CALLS.match(shown(job.argv)):
            return None
        text = f"{shown(job.argv)} -n -p --warn-undefined-variables > {NOTES}/{ANSWER}"
        return replace(job, argv=("sh", "-c", text))

    def answer(self, project: Project, run: Run) -> Asked:
        told = HELD.findall(text_of(run.folder / "notes" / ANSWER, 4_000_000))
        values = {name: number(value.strip()) for name, value in told if not OWN.fullmatch(name)}
        if not run.is_success and not values:
            last = words_of(run.log).strip().splitlines()[-1:] or ["it said nothing"]
            raise CannotAsk(f"`make -n -p` told nothing: {last[0][:200]}")
        if not values:
            raise CannotAsk("the makefiles hold no variables")
        return Asked(dict(sorted(values.items())), tuple(_undefined(project, words_of(run.log))))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        return set_word(job, AsWord("make", "", key), value)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        at = next((c.at for c in scene.project.commands.chosen if CALLS.search(c.text)), None)
        for name in dict.fromkeys(GIVEN.findall(shown(scene.job.argv))):
            if not is_used(scene.project, name):
                yield Finding(f"the command gives `{name}`, which no makefile and no code uses", at, is_fault=True)


def makefiles(project: Project) -> tuple[str, ...]:
    return tuple(project.files.named(*MAKEFILES)) + tuple(project.files.suffixed(".mk"))


def is_used(project: Project, name: str) -> bool:
    """In a makefile as `$(NAME)`; Make also hands what its command line gives to what it starts, as the environment."""
    referred = re.compile(rf"\$[({{]{re.escape(name)}[)}}:]|\b(?:ifn?def|ifn?eq)\b[^\n]*\b{re.escape(name)}\b")
    if any(referred.search(project.files.text(p) or "") for p in makefiles(project)):
        return True
    word = re.compile(rf"\b{re.escape(name)}\b")
    others = (*(s.text for s in project.program.sources), *(project.files.text(p) or "" for p in _scripts(project)))
    return any(word.search(text) for text in others)


def _scripts(project: Project) -> tuple[str, ...]:
    return tuple(project.files.suffixed(".sh", ".bash"))


def _undefined(project: Project, words: str) -> Iterator[Finding]:
    for path, line, name in dict.fromkeys(WARNED.findall(words)):
        if path in project.files:
            yield Finding(f"`{name}` is used and defined nowhere: Make takes it for empty", Place(path, int(line)))
