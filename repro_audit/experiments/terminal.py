"""A program that asks its terminal for something, such as how wide it is, gets one where it failed for want of it.

Runs have none: with one, programs draw in place, in colors, and wait for keys. So it is only tried where a run
without one ended over that, as progress bars do that ask `stty size`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace

from ..sandbox.model import Job
from .failures.imports import no_program
from .failures.terminal import NO_TERMINAL
from .model import Failure

PLAIN = "stty rows 24 cols 80 -onlcr"  # a usual size, and line ends as they are written
TOOL = "script"  # of every Debian system


def with_terminal(job: Job, failure: Failure | None) -> Job | None:
    """The job in a terminal; None where it has one, or failed for something else."""
    if failure is None or failure.message != NO_TERMINAL or job.surroundings.has_terminal:
        return None
    around = replace(job.surroundings, has_terminal=True)
    return replace(job, surroundings=around, variables={"TERM": "xterm", **job.variables})


def in_terminal(argv: Iterable[str]) -> tuple[str, ...]:
    """The command as it is typed to have a terminal around it, which ends with its exit status."""
    return (TOOL, "-qec", f"{PLAIN}; exec {shlex.join(argv)}", "/dev/null")


def had_none(failure: Failure | None) -> bool:
    """Whether the image has no program that makes a terminal, so that the run without one is what counts."""
    return failure is not None and failure.message == no_program(TOOL)
