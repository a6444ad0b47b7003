"""Give an option or an override of the command another value."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest
from typing import Any

from ...sandbox.model import Job
from ..job import shown
from .model import CannotSet
from .rendering import in_words

_SHELL = re.compile(r"[;&|<>\n`]|\$\(")
_WORD = re.compile(r"""(?:[^\s;&|<>'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+""", re.DOTALL)
_OPTION = re.compile(r"(--?[A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)
_OVERRIDE = re.compile(r"([a-z_][\w.]*)=(.+)", re.DOTALL)
_QUOTES = "'\""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the command: where it stands, and what the program gets of it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Given:
    """A value in the command: the word that holds it, what stands before it in that word, and the value."""

    word: _Word
    before: str
    value: str


def given(job: Job, key: str, *, is_exact: bool = False) -> str | None:
    """The value that the command gives to an option or override; "" for an option without one, None for neither.

    An exact key stands alone; else `lr` is also found as `+train.lr=0.1`.
    """
    found = _find(shown(job.argv), key, is_exact)
    return None if found is None else _bare(found.value)


def all_given(job: Job) -> Iterator[tuple[str, str]]:
    """Every option and override of the command that gives a value."""
    yield from given_in(shown(job.argv))


def given_in(text: str) -> Iterator[tuple[str, str]]:
    """The same of a part of a command."""
    for word, after in _words(text):
        option, override = _OPTION.fullmatch(word.text), _OVERRIDE.fullmatch(word.text)
        if override:
            yield override[1], _bare(override[2])
        elif option and option[2]:
            yield option[1], _bare(option[2])
        elif option and option[2] is None and after and not after.text.startswith("-"):
            yield option[1], _bare(after.text)


def is_simple(job: Job) -> bool:
    """Whether the command calls one program, so that an option at its end is that program's."""
    return not _SHELL.search(shown(job.argv))


def replaced(job: Job, key: str, value: Any, *, is_exact: bool = False) -> Job:
    """The command with another value where it gives one; raises `CannotSet`."""
    text = shown(job.argv)
    found = _find(text, key, is_exact)
    if found is None or not found.value:
        raise CannotSet(f"the command does not give {key}")
    word = found.word
    return typed(job, text[: word.start] + shlex.quote(found.before + in_words(value)) + text[word.end :])


def replaced_at(job: Job, script: str, index: int, word: str, value: str) -> Job:
    """The command with another word in the place of one that stands `index` words behind its script."""
    text = shown(job.argv)
    for behind in _behind(text, script):
        if index < len(behind) and behind[index].text == word:
            old = behind[index]
            return typed(job, text[: old.start] + shlex.quote(value) + text[old.end :])
    raise CannotSet(f"the command does not give {script} {word} there")


def _behind(text: str, script: str) -> Iterator[list[_Word]]:
    """The words behind each call of the script, up to where another command begins."""
    words = list(_words(text))
    module = script.removesuffix(".py").replace("/", ".")
    for number, (word, _) in enumerate(words):
        plain = word.text.removeprefix("./")
        if plain and (f"/{script}".endswith(f"/{plain}") or f".{module}".endswith(f".{plain}")):
            behind = takewhile(lambda pair: pair[1] is not None, words[number:])
            yield [after for _, after in behind if after is not None]


def appended(job: Job, words: str) -> Job:
    """The command with more words at its end."""
    if not is_simple(job):
        raise CannotSet("the command calls several programs")
    return typed(job, f"{shown(job.argv)} {words}")


def without(job: Job, key: str) -> Job:
    """The command without a switch that it gives."""
    text = shown(job.argv)
    found = re.search(rf"\s{re.escape(key)}(?=\s|$)", text)
    if found is None:
        raise CannotSet(f"the command does not give {key}")
    return typed(job, text[: found.start()] + text[found.end() :])


def typed(job: Job, text: str) -> Job:
    """The job with another command line."""
    return replace(job, argv=("sh", "-c", text))


def _words(text: str) -> Iterator[tuple[_Word, _Word | None]]:
    """Each word with the one after it, None where another command begins."""
    words = [_Word(m.start(), m.end(), unquoted(m.group())) for m in _WORD.finditer(text)]
    for word, after in zip_longest(words, words[1:]):
        yield word, after if after and text[word.end : after.start].isspace() else None


def unquoted(word: str) -> str:
    """The word as a program gets it; one that a shell would not take stays."""
    try:
        return "".join(shlex.split(word)[:1])
    except ValueError:
        return word


def _find(text: str, key: str, is_exact: bool) -> _Given | None:
    """Where an option (`--lr 0.1`, `--lr=0.1`) or an override (`lr=0.1`, `+train.lr=0.1`) stands."""
    if key.startswith("-"):
        return _option(
            text, {key, key.replace("_", "-").replace("---", "--"), "--" + key.lstrip("-").replace("-", "_")}
        )
    above = "" if is_exact else r"(?:[\w@/]+\.)*"
    override = re.compile(rf"([+~-]*{above}{re.escape(key)}=)(.+)", re.DOTALL)
    found = ((w, m) for w, _ in _words(text) if (m := override.fullmatch(w.text)))
    return next((_Given(w, m[1], m[2]) for w, m in found), None)


def _option(text: str, names: set[str]) -> _Given | None:
    for word, after in _words(text):
        name, equals, value = word.text.partition("=")
        if name not in names:
            continue
        if equals:
            return _Given(word, f"{name}=", value)
        is_value = after is not None and not re.match(r"-[a-zA-Z-]", after.text)
        return _Given(after, "", after.text) if after and is_value else _Given(word, name, "")
    return None


def _bare(value: str) -> str:
    return value.strip(_QUOTES)
