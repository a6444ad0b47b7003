"""Give an option or an override of the command another value."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...sandbox.model import Job
from ..job import shown
from .model import CannotSet
from .rendering import in_words

_SHELL = re.compile(r"[;&|<>\n`]|\$\(")
_WORD = r"""(?P<value>'[^']*'|"[^"]*"|[^\s;&|]+)"""


_GIVEN = re.compile(rf"(?<!\S)(?:(?P<option>--?[A-Za-z][\w.-]*)(?:=|\s+)(?!-)|(?P<name>[a-z_][\w.]*)=){_WORD}")


def given(job: Job, key: str) -> str | None:
    """The value that the command gives to an option or override; "" for an option without one, None for neither."""
    found = _find(shown(job.argv), key)
    return None if found is None else (found["value"] or "").strip("'\"")


def all_given(job: Job) -> Iterator[tuple[str, str]]:
    """Every option and override of the command that gives a value."""
    text = shown(job.argv)
    for found in _GIVEN.finditer(text):
        yield found["option"] or found["name"], found["value"].strip("'\"")


def is_simple(job: Job) -> bool:
    """Whether the command calls one program, so that an option at its end is that program's."""
    return not _SHELL.search(shown(job.argv))


def replaced(job: Job, key: str, value: Any) -> Job:
    """The command with another value where it gives one; raises `CannotSet`."""
    text = shown(job.argv)
    found = _find(text, key)
    if found is None or not found["value"]:
        raise CannotSet(f"the command does not give {key}")
    start, end = found.span("value")
    return _typed(job, text[:start] + shlex.quote(in_words(value)) + text[end:])


def appended(job: Job, words: str) -> Job:
    """The command with more words at its end."""
    if not is_simple(job):
        raise CannotSet("the command calls several programs")
    return _typed(job, f"{shown(job.argv)} {words}")


def without(job: Job, key: str) -> Job:
    """The command without a switch that it gives."""
    text = shown(job.argv)
    found = re.search(rf"\s{re.escape(key)}(?=\s|$)", text)
    if found is None:
        raise CannotSet(f"the command does not give {key}")
    return _typed(job, text[: found.start()] + text[found.end() :])


def _typed(job: Job, text: str) -> Job:
    return replace(job, argv=("sh", "-c", text))


def _find(text: str, key: str) -> re.Match[str] | None:
    """Where an option (`--lr 0.1`, `--lr=0.1`) or an override (`lr=0.1`, `+train.lr=0.1`) stands."""
    if key.startswith("-"):
        names = {key, key.replace("_", "-").replace("---", "--"), "--" + key.lstrip("-").replace("-", "_")}
        name = "|".join(re.escape(n) for n in sorted(names))
        return re.search(rf"(?<!\S)(?:{name})(?:(?:=|\s+)(?!-[a-zA-Z-]){_WORD}|(?=\s|$))", text)
    return re.search(rf"(?<![\w.])(?:[+-]*(?:[\w@/]+\.)*){re.escape(key)}={_WORD}", text)
