"""The options of a run, shared by `score --run` and `run`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

Names = Optional[list[str]]  # noqa: UP045  (older typers read it at run time on Python 3.10)


class Runner(str, Enum):
    auto = "auto"
    docker = "docker"
    local = "local"


RUN = "Options of a run"
RunnerOption = Annotated[
    Runner,
    typer.Option("--runner", help="Where: a container engine, or this machine under bubblewrap.", rich_help_panel=RUN),
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe-local", help="Run here even without bubblewrap, not sealed off.", rich_help_panel=RUN)
]
Timeout = Annotated[str, typer.Option(metavar="TIME", help="End a run after this (90s, 10m).", rich_help_panel=RUN)]
Memory = Annotated[str, typer.Option(metavar="SIZE", help="End a run that needs more (8g).", rich_help_panel=RUN)]
Cpus = Annotated[int, typer.Option(min=0, help="Processors of a run; 0 is all.", rich_help_panel=RUN)]
Network = Annotated[bool, typer.Option("--network", help="Open the network to the runs.", rich_help_panel=RUN)]
Env = Annotated[
    Names,
    typer.Option(metavar="NAME", help="Pass this variable in; it is never printed. Repeatable.", rich_help_panel=RUN),
]
EvidenceOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--evidence", metavar="DIR", help="Keep logs and outputs here, not in .repro-audit.", rich_help_panel=RUN
    ),
]
Python = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="3.N", help="This Python, not the one the project states.", rich_help_panel=RUN),
]
Newest = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        metavar="DAY", help="Resolve loose requirements as of DAY (or `today`), not the commit's.", rich_help_panel=RUN
    ),
]
With = Annotated[
    Names,
    typer.Option(
        "--with", metavar="PACKAGE", help="Install this, not what is declared. Repeatable.", rich_help_panel=RUN
    ),
]
Rtol = Annotated[float, typer.Option(min=0, help="Numbers this close (relative) count as equal.", rich_help_panel=RUN)]
Atol = Annotated[float, typer.Option(min=0, help="Numbers this close (absolute) count as equal.", rich_help_panel=RUN)]
