"""A multirun of Hydra: one job for each combination of the values that the command or the sweeper's settings give."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from ...facts.configuration.hydra import hydra_folders
from ...facts.configuration.leaves import leaves_of
from ...project import Project
from ...sandbox.model import Job
from ..job import shown
from ..parameters import command

FLAGS = ("-m", "--multirun")
ONE_RUN = "hydra.mode=RUN"
OVERRIDE = re.compile(r"[+~]*(?P<key>[\w@/.-]+)=(?P<value>.+)", re.DOTALL)
CALL = re.compile(r"(?P<name>choice|range|interval|shuffle|sort|tag)\((?P<inside>.*)\)$", re.DOTALL)
PYTHON, ASSIGNED = re.compile(r"python[\d.]*$"), re.compile(r"[A-Za-z_]\w*=")
MODE = "hydra.mode"
PARAMS = "hydra.sweeper.params."
SWEEPER = re.compile(r"^defaults\.\d+\.override /?hydra/sweeper$")


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is swept, each key with its values as they are written, and the job that is the first of its runs."""

    values: Mapping[str, tuple[str, ...]]
    first: Job
    sweeper: str = ""  # one that is not Hydra's own

    @property
    def jobs(self) -> int | None:
        """How many runs it makes; None where that is for the sweeper to say."""
        if self.sweeper or not all(self.values.values()):
            return None
        return prod(len(v) for v in self.values.values())

    @property
    def told(self) -> str:
        number = f"{self.jobs} jobs" if self.jobs else "many jobs"
        keys = ", ".join(f"`{k}`" for k in self.values) or "its values"
        by = f", chosen by the sweeper {self.sweeper}" if self.sweeper else ""
        return (
            f"the command is a multirun of {number} over {keys}{by}; one of them is run here: {shown(self.first.argv)}"
        )


def sweep_of(project: Project, job: Job) -> Sweep | None:
    """The multirun that a command starts; None for one run, and for a command that calls several programs."""
    try:
        words = shlex.split(shown(job.argv))
    except ValueError:
        return None
    start, given = _arguments(words), dict(_settings(project))
    is_asked = any(w in FLAGS for w in words[start:])
    if not command.is_simple(job) or not (is_asked or str(given.get(MODE)).upper() == "MULTIRUN"):
        return None
    settings = {k.removeprefix(PARAMS): str(v) for k, v in given.items() if k.startswith(PARAMS)}
    arguments, values = _first_run(words[start:], settings)
    first = shlex.join([*words[:start], *arguments, *(() if is_asked else (ONE_RUN,))])
    sweeper = next((str(v) for k, v in given.items() if SWEEPER.match(k) and v != "basic"), "")
    return Sweep(values, command.typed(job, first), sweeper)


def _first_run(words: list[str], settings: Mapping[str, str]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The arguments of the first run, and the values of each key; the command's word counts before the settings'."""
    arguments, values, given = [], dict[str, tuple[str, ...]](), set[str]()
    for word in (w for w in words if w not in FLAGS):
        found = OVERRIDE.fullmatch(word)
        options = choices(found["value"]) if found and not found["key"].startswith("hydra.") else None
        given |= {found["key"]} if found else set()
        if found and options is not None:
            values[found["key"]] = options
            word = f"{word[: found.start('value')]}{first_of(found['value'])}"
        arguments.append(word)
    for key, value in ((k, v) for k, v in settings.items() if k not in given):
        values[key] = choices(value) or (value,)
        arguments.append(f"{key}={first_of(value)}")
    return arguments, values


def _arguments(words: list[str]) -> int:
    """Where the application's own words begin: `-m` before that is Python's."""
    place = next((i for i, w in enumerate(words) if not ASSIGNED.match(w)), len(words))
    if place == len(words) or not PYTHON.match(words[place].rpartition("/")[2]):
        return place + 1
    for after in range(place + 1, len(words)):
        if words[after] == "-m":
            return after + 2
        if not words[after].startswith("-"):
            return after + 1
    return len(words)


def _settings(project: Project) -> Iterator[tuple[str, object]]:
    """What the composed files say of Hydra itself."""
    for folder in hydra_folders(project.files, project.program, project.commands):
        for path in folder.composed:
            for leaf in leaves_of(path, project.files.text(path) or ""):
                if leaf.key.startswith("hydra.") or SWEEPER.match(leaf.key):
                    yield leaf.key, leaf.value


def choices(value: str) -> tuple[str, ...] | None:
    """The values of a sweep; an empty tuple where they cannot be counted, None for one value."""
    call = CALL.match(value.strip())
    if call is None:
        parts = _parts(value)
        return tuple(parts) if len(parts) > 1 else None
    if call["name"] == "choice":
        return tuple(_parts(call["inside"]))
    if call["name"] == "range":
        return _range(call["inside"])
    if call["name"] == "interval":
        return ()
    return choices(_parts(call["inside"])[-1] if call["name"] == "tag" else call["inside"])


def first_of(value: str) -> str:
    """The first value of a sweep, as an override has it."""
    call = CALL.match(value.strip())
    if call is None:
        return _parts(value)[0]
    inside = _parts(call["inside"])
    if call["name"] in ("shuffle", "sort", "tag"):
        return first_of(inside[-1] if call["name"] == "tag" else call["inside"])
    if call["name"] == "range" and len(inside) == 1:
        return "0"
    return inside[0].partition("=")[2] or inside[0]


def _range(inside: str) -> tuple[str, ...]:
    """Whole numbers only; of others the values are not listed."""
    try:
        numbers = [int(part.partition("=")[2] or part) for part in _parts(inside)]
        return tuple(str(n) for n in range(*numbers))[:1000]
    except (TypeError, ValueError):
        return ()


def _parts(text: str) -> list[str]:
    """Split at commas that stand in no brackets and no quotes."""
    parts, depth, quote = [""], 0, ""
    for sign in text:
        if quote or sign in "'\"":
            quote = "" if sign == quote else quote or sign
        depth += 0 if quote else (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return [p.strip() for p in parts]
