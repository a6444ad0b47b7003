"""How a user gives the run other data: a word of the command, an option, a configuration value, a documented place.

Each way says which value names the data now, and what to put there instead; it is set as any other parameter is.
The new data stand in a folder beside the old ones, so that the new value is right whatever folder it is relative to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePosixPath

from ...facts.commands.recipes import Recipes
from ...facts.configuration.model import Holder, Parameter, ParameterSet
from ...model import Place
from ...sandbox.model import Job
from ..lab import Lab
from ..parameters.declared import Declared
from ..parameters.model import Read, Setting
from ..parameters.model import Way as Setter
from ..parameters.paths import BehindScript, InWords, OnLine, replaced
from ..parameters.texts import reader
from ..parameters.ways import FirstOf
from .inputs import Input

BESIDE = "other-data"  # the folder that the variant is put in
DOCUMENTS = (".md", ".rst", ".txt")


class By(Enum):
    """What is changed to use other data, best first."""

    COMMAND = "the command"
    OPTION = "an option"
    VALUE = "a configuration value"
    PLACE = "the files in a documented place"
    CODE = "the files that the code names"


@dataclass(frozen=True)
class Way:
    """`target` is the file or folder of the project that `old` names."""

    by: By
    target: str
    old: str = ""
    name: str = ""  # of the option or key
    at: Place | None = None
    setter: Setter | None = None  # None where the files themselves are replaced

    @property
    def is_open(self) -> bool:
        """Whether it is offered to the user, and is no constant of the code."""
        return self.by is not By.CODE

    @property
    def is_in_place(self) -> bool:
        return self.by in (By.PLACE, By.CODE)

    @property
    def new(self) -> str:
        """What names the variant where `old` names the project's own data."""
        return beside(self.old)

    @property
    def told(self) -> str:
        return {By.COMMAND: f"{self.name or self.old} of the command", By.OPTION: self.name}.get(
            self.by, f"{self.name} in {self.at.path}" if self.name and self.at else self.by.value
        )

    def place_of(self, path: str) -> str:
        """Where the variant of one of the project's files is put."""
        if self.is_in_place:
            return path
        return beside(self.target) + path[len(self.target) :]

    def setting(self, read: Read, job: Job) -> Setting:
        """The project and command with the variant named in place of its own data; raises `CannotSet`."""
        return self.setter(read, job, self.new) if self.setter else Setting()


def find_way(lab: Lab, given: Input) -> Way:
    """The best way there is; at worst the files are replaced where the code finds them."""
    return next(_ways(lab, given), Way(By.CODE, given.path))


def _ways(lab: Lab, given: Input) -> Iterator[Way]:
    targets = (given.path, *(str(p) for p in PurePosixPath(given.path).parents if str(p) != "."))
    text = _text(lab.job)
    for target in targets:
        for form in _forms(target, lab.job.cwd):
            if replaced(text, form, "") != text:
                yield Way(By.COMMAND, target, form, _option_before(text, form), setter=InWords(form))
    for target in targets:
        for one in lab.project.configuration.main:
            yield from _values(lab, one, target)
    yield from _in_pipelines(lab, targets)
    for handle in lab.project.data.handles:
        if handle.is_open and handle.at.path.lower().endswith(DOCUMENTS):
            yield Way(By.PLACE, given.path, at=handle.at)


def _values(lab: Lab, one: ParameterSet, target: str) -> Iterator[Way]:
    """The parameters of a set that name the target; constants of code are no handles."""
    if one.holder in (Holder.CONSTANTS, Holder.SHELL):
        return
    folders = {lab.job.cwd, str(PurePosixPath(one.path).parent)}
    for parameter in one.parameters:
        value = parameter.value
        if not isinstance(value, str) or not value.strip("./") or not _names(value, target, folders):
            continue
        script = PurePosixPath(one.path).name
        if one.holder is not Holder.OPTIONS:
            yield Way(By.VALUE, target, value, parameter.key, parameter.at, _setter(lab, one, parameter))
        elif parameter.key.startswith("-") and replaced(_text(lab.job), script, "") != _text(lab.job):
            at = replace(parameter.at, path=one.path)
            yield Way(By.OPTION, target, value, parameter.key, at, BehindScript(script, parameter.key))


def _setter(lab: Lab, one: ParameterSet, parameter: Parameter) -> Setter:
    """As the parameter is set for any other experiment, else on its line."""
    knob = Declared(lab.project, lab.job, reader(lab)).knob(one, parameter)
    on_line = OnLine(parameter.at.path, parameter.at.line or 0, str(parameter.value))
    return FirstOf((knob.way, on_line)) if knob else on_line


def _names(value: str, target: str, folders: set[str]) -> bool:
    """Whether a value is this path: from the root, from a folder, or by its bare name."""
    plain = value.strip().removeprefix("./").rstrip("/")
    if plain == target:
        return True
    if any(f not in ("", ".") and f"{f}/{plain}" == target for f in folders):
        return True
    is_name = "/" not in plain and "." in plain.strip(".")
    return is_name and PurePosixPath(target).name == plain


def _in_pipelines(lab: Lab, targets: tuple[str, ...]) -> Iterator[Way]:
    """A file of a pipeline that names the input, where what it starts takes it as an argument."""
    files = lab.project.files
    if not any(h.is_open for h in lab.project.data.handles):
        return
    for path in Recipes(files).paths:
        for number, line in enumerate(files.lines(path), 1):
            for form in (f for t in targets for f in _forms(t, str(PurePosixPath(path).parent))):
                if replaced(line, form, "") != line and not line.lstrip().startswith("#"):
                    target = next(t for t in targets if form in _forms(t, str(PurePosixPath(path).parent)))
                    yield Way(By.VALUE, target, form, form, Place(path, number), OnLine(path, number, form))


def _option_before(text: str, value: str) -> str:
    """The option (or `key=`) of a command that has this value; empty where it stands alone."""
    found = re.search(rf"(?:^|\s)(--?[\w-]+|[\w.]+(?==))(?:=|\s+){re.escape(value)}", text)
    return found.group(1) if found else ""


def _forms(target: str, cwd: str) -> tuple[str, ...]:
    """How a command in a folder writes a path."""
    inner = target.removeprefix(f"{cwd}/") if cwd not in ("", ".") else target
    return tuple(dict.fromkeys((inner, target)))


def beside(path: str) -> str:
    """The path of the same name in the folder of the variant."""
    folder, slash, name = path.rstrip("/").rpartition("/")
    return f"{folder}{slash}{BESIDE}/{name}{'/' if path.endswith('/') else ''}"


def _text(job: Job) -> str:
    return " ".join(job.argv)
