"""Guild AI: an operation's flags asked with `--print-cmd`, its runs read where Guild keeps them.

Every run of ours has a home folder of its own, so that Guild's store in it is private.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from ...facts.configuration.leaf import number
from ...facts.yamls import read_yaml
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..logged import in_log
from ..parameters import command
from ..parameters.ways import AsWord, set_word
from .files import text_of
from .model import Asked, CannotAsk, Finding, Plain, Record, Scene, flat_entry, words_of

RUNS = re.compile(r"\bguild\s+run\b")
COMMAND = re.compile(r"^\S*python\S*\s.*\bguild\.op_main\b.*$", re.MULTILINE)
REFUSED = re.compile(
    r"^guild: ((?:unsupported flag|invalid|no such operation|operation '|cannot find|unsupported)[^\n]*)", re.MULTILINE
)


class Guild(Plain):
    """Operations of `guild.yml`, and scripts that `guild run` starts as they are."""

    name = "guild"

    def recognises(self, project: Project) -> bool:
        return any(RUNS.search(c.text) for c in project.commands.chosen)

    def question(self, project: Project, job: Job) -> Job | None:
        if not RUNS.search(shown(job.argv)) or not command.is_simple(job):
            return None
        return command.appended(job, "--print-cmd")

    def answer(self, project: Project, run: Run) -> Asked:
        words = words_of(run.log)
        lines = COMMAND.findall(words)
        if not lines:
            refused = REFUSED.search(words)
            raise CannotAsk(
                f"`--print-cmd` told nothing: {refused.group(1)[:200] if refused else words.strip()[-200:]}"
            )
        parameters = {k: v for line in reversed(lines) for k, v in flags_of(line)}
        return Asked(parameters, details={"steps": len(lines)})

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        return set_word(job, AsWord("guild", "", key), value)

    def kept(self, run: Run) -> Iterator[Record]:
        for path in sorted(p for p in run.changed if p.endswith("/.guild/attrs/flags")):
            folder = path.removesuffix("/.guild/attrs/flags")
            flags = dict(flat_entry(read_yaml(text_of(run.folder / path))))
            status = text_of(run.folder / folder / ".guild/attrs/exit_status").strip()
            own = tuple(p for p in run.changed if p.startswith(f"{folder}/") and "/.guild/" not in p)
            events = [p for p in run.changed if p.startswith(f"{folder}/.guild/") and ".tfevents." in p]
            scalars = {k: v for p in events for k, v in in_log(run.folder / p, p).items()}
            yield Record(PurePosixPath(folder).name, status, flags, scalars, own)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        for refused in dict.fromkeys(REFUSED.findall(scene.said)):
            at = next((c.at for c in scene.project.commands.chosen if RUNS.search(c.text)), None)
            yield Finding(f"Guild refuses the command: {refused}", at, is_fault=True)
        if asked is not None:
            yield from _undeclared(scene.project, asked)


def flags_of(line: str) -> Iterator[tuple[str, Any]]:
    """`--name value` behind the module that Guild starts."""
    try:
        words = shlex.split(line)
    except ValueError:
        return
    for word, value in zip(words, [*words[1:], ""], strict=False):
        if word.startswith("--") and len(word) > 2 and not value.startswith("--"):
            yield word[2:], number(value)


def _undeclared(project: Project, asked: Asked) -> Iterator[Finding]:
    """Flags that Guild found in the code and no file declares: they change with the code."""
    declared = project.files.named("guild.yml", "guild.yaml")
    if not declared and asked.parameters:
        entry = next((s.path for s in project.program.entries), None)
        names = ", ".join(f"`{k}`" for k in list(asked.parameters)[:5])
        yield Finding(
            f"no guild.yml declares the flags ({names}): Guild reads them from the code",
            Place(entry) if entry else None,
        )
