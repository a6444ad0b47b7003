"""Commands that a shell script keeps in a variable: `CMD="python train.py"`, then `eval $CMD` or `$CMD --lr 1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..regex import regex
from .shell import Line, simple_commands

NAMED = regex(r"\$\{?([A-Za-z_]\w*)\}?")
CALLED = regex(r"^\s*(?:eval\s+)?[\"']?\$\{?([A-Za-z_]\w*)\}?[\"']?(?=\s|$)")
LONGEST = 2_000  # characters of a command


def spelled_out(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines; one that calls a variable with the command that was kept there last, mostly that of the default."""
    kept: dict[str, str] = {}
    for line in lines:
        called = CALLED.match(line.text)
        command = kept.get(called.group(1), "") if called else ""
        if called and " " in command:
            yield replace(line, text=command + line.text[called.end() :])
            continue
        yield line
        for simple in simple_commands(line.text):
            for name, value in simple.assigned if not simple.words else ():
                kept[name] = NAMED.sub(lambda m: kept.get(m.group(1), m.group()), value[:LONGEST])[:LONGEST]
