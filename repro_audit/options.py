"""The options of a run, said once for every command that runs a project."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from typing import Annotated, Any, Optional, get_type_hints

import typer

from .completing import Offer, variables

Names = Optional[list[str]]  # noqa: UP045  (older typers read it at run time on Python 3.10)
Word = Optional[str]  # noqa: UP045
RUN = "Options of a run"
ASK = "What is asked of a run"


class Runner(str, Enum):
    auto = "auto"
    docker = "docker"
    local = "local"


class Depth(str, Enum):
    repeat = "repeat"
    standard = "standard"
    deep = "deep"


def _option(
    *names: str, help: str, panel: str = RUN, metavar: str | None = None, min: int | None = None,
    words: Callable[[str], list[Offer]] | None = None,
) -> Any:  # fmt: skip
    return typer.Option(*names, help=help, rich_help_panel=panel, metavar=metavar, min=min, autocompletion=words)


@dataclass
class RunChoices:
    """What the user may choose of a run, as typed."""

    depth: Annotated[
        Depth,
        _option(
            "--depth",
            help="repeat: only twice; standard: why they differ, stress, seeds, configuration, data, app; deep: all.",
            panel=ASK,
        ),
    ] = Depth.standard
    budget: Annotated[
        str,
        _option(
            "--budget",
            metavar="TIME",
            help="How long experiments may take; at standard depth, no longer than 17 runs.",
            panel=ASK,
        ),
    ] = "10m"
    seeds: Annotated[
        int, _option("--seeds", min=0, metavar="N", help="Measure each metric's spread under N seeds.", panel=ASK)
    ] = 0
    short: Annotated[
        Names,
        _option("--short", metavar="KEY=VALUE", help="Experiment on a shorter form of the run. Repeatable.", panel=ASK),
    ] = None
    runner: Annotated[
        Runner, _option("--runner", help="Where: a container engine, or this machine under bubblewrap.")
    ] = Runner.auto
    timeout: Annotated[str, _option("--timeout", metavar="TIME", help="End a run after this (90s, 10m).")] = "10m"
    memory: Annotated[str, _option("--memory", metavar="SIZE", help="End a run that needs more (8g).")] = "8g"
    cpus: Annotated[int, _option("--cpus", min=0, metavar="N", help="Processors of a run; 0 is all.")] = 0
    network: Annotated[bool, _option("--network", help="Open the network to the runs.")] = False
    env: Annotated[
        Names,
        _option(
            "--env", metavar="NAME", help="Pass this variable in; it is never printed. Repeatable.", words=variables
        ),
    ] = None
    evidence: Annotated[
        Word, _option("--evidence", metavar="DIR", help="Keep logs and outputs here, not in .repro-audit.")
    ] = None
    python: Annotated[Word, _option("--python", metavar="3.N", help="This Python, not the one the project states.")] = (
        None
    )
    newest: Annotated[
        Word,
        _option("--newest", metavar="DAY", help="Resolve loose requirements as of DAY (or `today`), not the commit's."),
    ] = None
    packages: Annotated[
        Names, _option("--with", metavar="PACKAGE", help="Install this, not what is declared. Repeatable.")
    ] = None
    rtol: Annotated[
        float, _option("--rtol", min=0, metavar="NUMBER", help="Numbers this close (relative) count as equal.")
    ] = 0.0
    atol: Annotated[
        float, _option("--atol", min=0, metavar="NUMBER", help="Numbers this close (absolute) count as equal.")
    ] = 0.0
    unsafe: Annotated[bool, _option("--unsafe-local", help="Run here even without bubblewrap, not sealed off.")] = False


def with_run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `RunChoices` in place of its parameter `choices`.

    Typer reads a command's options from its signature, so the signature is what is changed.
    """
    signature = inspect.signature(command)
    types = get_type_hints(command, include_extras=True)
    choices = get_type_hints(RunChoices, include_extras=True)
    own = [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=types[name])
        for name, p in signature.parameters.items()
        if name != "choices"
    ]
    added = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=choices[f.name])
        for f in fields(RunChoices)
    ]

    @functools.wraps(command)
    def wrapped(**given: Any) -> None:
        chosen = {f.name: given.pop(f.name) for f in fields(RunChoices)}
        command(**given, choices=RunChoices(**chosen))

    wrapped.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in (*own, *added)}
    return wrapped
