"""Which processors a run may use."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .model import Job, Limits


def wanted(job: Job, limits: Limits) -> int:
    """How many processors a program counts."""
    return job.surroundings.cpus or limits.cpus


def chosen(available: Sequence[int], number: int) -> list[int]:
    """So many of them, and none where that are all; each process begins elsewhere, so that audits do not queue."""
    if not 0 < number < len(available):
        return []
    first = os.getpid() * number % len(available)
    return sorted([*available, *available][first : first + number])


@contextmanager
def narrowed(number: int) -> Iterator[None]:
    """What is started meanwhile sees so many processors; they are this thread's own, and what it starts has them.

    A program that asks the system how many there are, and not which it may use, still counts them all.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    fewer = chosen(sorted(before), number)
    if not fewer:
        yield
        return
    os.sched_setaffinity(0, fewer)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
