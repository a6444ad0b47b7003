"""How a user gives the run other data: a word of the command, an option, a configuration value, a documented place.

Each way says which value names the data now, and what to put there instead. The new data stand in a folder
beside the old ones, so that the new value is right whatever folder it is relative to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePosixPath

from ...facts.commands.recipes import Recipes
from ...facts.configuration.model import Holder, Parameter, ParameterSet
from ...model import Place
from ...sandbox.model import Job
from ..lab import Lab
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

    def job(self, job: Job) -> Job:
        """The job that reads the variant, where the command line says what it reads."""
        if self.by is By.COMMAND:
            return _with_text(job, lambda text: replaced(text, self.old, self.new))
        if self.by is By.OPTION and self.at is not None:
            script = re.escape(PurePosixPath(self.at.path).name)
            added = f"{self.name} {self.new}"
            return _with_text(job, lambda text: re.sub(rf"({script})(?=[\s;&|)\"']|$)", rf"\1 {added}", text, count=1))
        return job


def find_way(lab: Lab, given: Input) -> Way:
    """The best way there is; at worst the files are replaced where the code finds them."""
    return next(_ways(lab, given), Way(By.CODE, given.path))


def _ways(lab: Lab, given: Input) -> Iterator[Way]:
    targets = (given.path, *(str(p) for p in PurePosixPath(given.path).parents if str(p) != "."))
    text = _text(lab.job)
    for target in targets:
        for form in _forms(target, lab.job.cwd):
            if replaced(text, form, "") != text:
                yield Way(By.COMMAND, target, form, _option_before(text, form))
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
        if one.holder is not Holder.OPTIONS:
            yield Way(By.VALUE, target, value, parameter.key, parameter.at)
        elif parameter.key.startswith("-") and _calls(_text(lab.job), Way(By.OPTION, target, at=parameter.at)):
            yield Way(By.OPTION, target, value, parameter.key, _script(one, parameter))


def _script(one: ParameterSet, parameter: Parameter) -> Place:
    return parameter.at if parameter.at.path == one.path else replace(parameter.at, path=one.path)


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
                    yield Way(By.VALUE, target, form, form, Place(path, number))


def _calls(text: str, way: Way) -> bool:
    """Whether the command calls the script whose option it is."""
    name = PurePosixPath(way.at.path).name if way.at else ""
    return bool(name) and replaced(text, name, "") != text


def _option_before(text: str, value: str) -> str:
    """The option (or `key=`) of a command that has this value; empty where it stands alone."""
    found = re.search(rf"(?:^|\s)(--?[\w-]+|[\w.]+(?==))(?:=|\s+){re.escape(value)}", text)
    return found.group(1) if found else ""


def _forms(target: str, cwd: str) -> tuple[str, ...]:
    """How a command in a folder writes a path."""
    inner = target.removeprefix(f"{cwd}/") if cwd not in ("", ".") else target
    return tuple(dict.fromkeys((inner, target)))


def replaced(text: str, old: str, new: str) -> str:
    """The text with a path that stands alone in it replaced, wherever it does."""
    alone = rf"(?<![\w./-])((?:\./)?){re.escape(old)}(?![\w-]|/[\w*]|\.\w)"
    return re.sub(alone, lambda found: found.group(1) + new, text)


def beside(path: str) -> str:
    """The path of the same name in the folder of the variant."""
    folder, slash, name = path.rstrip("/").rpartition("/")
    return f"{folder}{slash}{BESIDE}/{name}{'/' if path.endswith('/') else ''}"


def _text(job: Job) -> str:
    return " ".join(job.argv)


def _with_text(job: Job, change: Callable[[str], str]) -> Job:
    """A job whose words are changed; an option that a script gets becomes a word of its own."""
    if job.argv[:2] == ("sh", "-c"):
        return replace(job, argv=("sh", "-c", change(job.argv[2])))
    return replace(job, argv=tuple(w for word in job.argv for w in change(word).split(" ")))
