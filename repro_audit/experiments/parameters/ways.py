"""The ways to set a parameter: in the file that holds it, in the code that writes it, in the command that gives it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...sandbox.model import Job
from ..job import shown
from . import command, lines, structured
from .model import CannotSet, Read, Setting, Way
from .python import Spot, edit_python
from .rendering import in_words

Edit = Callable[[str, str, Any, "int | None"], str]
Write = Callable[[Any], str]  # a value as the tool behind the command reads it
EDITORS: dict[str, Edit] = {
    "yaml": structured.edit_yaml,
    "yml": structured.edit_yaml,
    "json": structured.edit_json,
    "json5": structured.edit_json,
    "jsonc": structured.edit_json,
    "toml": structured.edit_toml,
    "csv": lines.edit_table,
    "tsv": lines.edit_table,
}
ANY_TOOL = "*"
YAML_NAMES = ("mlproject", "guild.yml", "guild.yaml")


def editor_of(path: str) -> Edit:
    """How a file of that name is edited; by lines where its format is none that is known."""
    name = path.lower().rpartition("/")[2]
    return structured.edit_yaml if name in YAML_NAMES else EDITORS.get(name.rpartition(".")[2], lines.edit_pair)


@dataclass(frozen=True, slots=True)
class InFile:
    """Edit the file in a copy; `key` is as the file has it."""

    path: str
    key: str
    line: int | None
    edit: Edit

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        text = _text(read, self.path)
        return Setting({self.path: self.edit(text, self.key, value, self.line)})


@dataclass(frozen=True, slots=True)
class InCode:
    """Edit a literal in a copy."""

    spot: Spot

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        return Setting({self.spot.path: edit_python(_text(read, self.spot.path), self.spot, value)})


@dataclass(frozen=True, slots=True)
class InCommand:
    """Give the command another value for an option or override that it gives."""

    key: str
    write: Write = in_words
    is_exact: bool = False  # whether the key stands in the command as it is, without a group before it

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        return Setting(job=command.replaced(job, self.key, self.write(value), is_exact=self.is_exact))


@dataclass(frozen=True, slots=True)
class AtPlace:
    """Give the command another word where it gives one without a name: `index` words behind its script."""

    script: str
    index: int
    word: str

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        return Setting(job=command.replaced_at(job, self.script, self.index, self.word, in_words(value)))


@dataclass(frozen=True, slots=True)
class AsOption:
    """Add an option at the end of the command, where parsers take the last one given."""

    flag: str
    is_switch: bool = False

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        if not self.is_switch:
            return Setting(job=command.appended(job, f"{self.flag} {in_words(value)}"))
        if command.given(job, self.flag) is not None:
            return Setting(job=command.without(job, self.flag))
        return Setting(job=command.appended(job, self.flag))


@dataclass(frozen=True, slots=True)
class AsWord:
    """Add `key=value` at the end of the command, behind what the tool wants before it (`with`, `-P`)."""

    tool: str  # a word that the command must have
    before: str
    key: str
    write: Write = in_words

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        words = shown(job.argv).split()
        if self.tool not in words and self.tool != ANY_TOOL:
            raise CannotSet(f"the command does not call {self.tool}")
        before = "" if self.before == "with" and "with" in words else self.before
        given = shlex.quote(f"{self.key}={self.write(value)}")
        return Setting(job=command.appended(job, f"{before} {given}".strip()))


def set_word(job: Job, word: AsWord, value: Any) -> Job:
    """The command with the value in the place where it gives the key already, else at its end."""
    if command.given(job, word.key, is_exact=True) is not None:
        return command.replaced(job, word.key, word.write(value), is_exact=True)
    return word(lambda path: None, job, value).job or job


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first way that works."""

    ways: tuple[Way, ...]

    def __call__(self, read: Read, job: Job, value: Any) -> Setting:
        reason = "no way to set it is known"
        for way in self.ways:
            try:
                return way(read, job, value)
            except CannotSet as error:
                reason = str(error)
        raise CannotSet(reason)


def _text(read: Read, path: str) -> str:
    text = read(path)
    if text is None:
        raise CannotSet(f"{path} is no text that could be edited")
    return text
