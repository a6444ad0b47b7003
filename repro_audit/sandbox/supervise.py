"""Runs one process to its end within limits: keeps its words, samples its memory, ends it when it must."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .log import KeptLog
from .model import MIB, Ending, Limits
from .processors import narrowed

SAMPLE_EVERY = 0.2  # seconds
SIZES_EVERY = 2.0  # seconds
END_WITHIN = 10.0  # seconds
OURS = 3  # processes: the sandbox's own, and the shell that sets its limits
SMALL = 8 * MIB  # bytes: a process that is not worth a closer look
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Ended:
    ending: Ending
    exit: int | None
    seconds: float
    peak_memory: int | None  # bytes


def supervise(
    command: Sequence[str], log: Path, limits: Limits, *, env: dict[str, str], cwd: Path | None = None,
    on_line: Callable[[str], None] = lambda line: None, written: Callable[[], int] = lambda: 0, processors: int = 0,
) -> Ended:  # fmt: skip
    """Run `command`, both streams into `log`; `written` tells how many bytes of files it has made so far.

    It gets so many `processors`, and all of them where that is 0.
    """
    begun = time.monotonic()
    with narrowed(processors):
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd,
            start_new_session=True,
        )  # fmt: skip
    reader = threading.Thread(target=_drain, args=(process, log, limits.log, on_line), daemon=True)
    reader.start()
    peak, ending, usage = 0, Ending.EXITED, Usage(0)
    next_size_check = begun + SIZES_EVERY
    try:
        while process.poll() is None:
            usage = tree_usage(process.pid, more_than=peak)
            peak = max(peak, usage.memory)
            ending = _exceeded(limits, time.monotonic() - begun, peak, len(usage.family))
            if time.monotonic() > next_size_check and ending is Ending.EXITED:
                ending = Ending.TOO_MUCH_OUTPUT if written() > limits.output else ending
                next_size_check = time.monotonic() + SIZES_EVERY
            if ending is not Ending.EXITED:
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(SAMPLE_EVERY, max(0.01, begun + limits.seconds - time.monotonic())))
    finally:
        end_all(process, usage.family)
        reader.join(timeout=5)
    seconds = time.monotonic() - begun
    if ending is Ending.EXITED and process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
        ending = Ending.OUT_OF_MEMORY  # nothing of ours sent it
    return Ended(ending, process.returncode if ending is Ending.EXITED else None, seconds, peak or None)


def _exceeded(limits: Limits, seconds: float, memory: int, processes: int) -> Ending:
    if seconds > limits.seconds:
        return Ending.TIMED_OUT
    if memory > limits.memory:
        return Ending.OUT_OF_MEMORY
    return Ending.TOO_MANY_PROCESSES if processes > limits.processes + OURS else Ending.EXITED


def end_all(process: subprocess.Popen[bytes], family: frozenset[int]) -> None:
    """End the process and everything it started, and wait until nothing of it can write any more.

    `family` is what was seen last: a sandbox's first process may be gone a moment before what ran in it.
    """
    if process.poll() is None:
        living = tree_usage(process.pid).family
        family |= living
        for pid in living:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_WITHIN)
    deadline = time.monotonic() + END_WITHIN
    while any(_is_running(pid) for pid in family) and time.monotonic() < deadline:
        time.sleep(0.01)


def end_left(folder: Path) -> None:
    """End what a killed audit left running in a folder of its own: a sandbox that had hardly begun when it was killed
    has not yet asked to die with it. Its command line names the folder.
    """
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        with suppress(OSError), open(f"/proc/{name}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
            is_of_it = any(word.startswith(os.fsencode(folder) + b"/") for word in words)
            if is_of_it and os.path.basename(words[0]) == b"bwrap":
                os.kill(int(name), signal.SIGKILL)


def _is_running(pid: int) -> bool:
    """Whether a process lives; one that nobody has asked about since it died does not."""
    with suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[:1] not in ([b"Z"], [b"X"], [])
    return False


def _drain(process: subprocess.Popen[bytes], log: Path, limit: int, on_line: Callable[[str], None]) -> None:
    """Copy the stream into the log."""
    assert process.stdout is not None
    with KeptLog(log, limit) as kept:
        while chunk := process.stdout.read1(65536):  # type: ignore[attr-defined]
            on_line(kept.write(chunk))


@dataclass(frozen=True, slots=True)
class Usage:
    memory: int  # bytes
    family: frozenset[int] = frozenset()


def tree_usage(pid: int, more_than: int = 0) -> Usage:
    """What a process and all its descendants use, 0 where /proc does not tell.

    Memory that workers share with their parent counts once. That takes a closer look, which is spared
    where even without it there is no more memory in use than `more_than`.
    """
    children, resident = _processes()
    found, stack = [], [pid]
    while stack:
        one = stack.pop()
        if one in resident:
            found.append(one)
        stack += children.get(one, ())
    memory = sum(resident[one] for one in found)
    if memory > more_than and len(found) > 1:
        memory = sum(_share(one, resident[one]) for one in found)
    return Usage(memory, frozenset(found))


def _processes() -> tuple[dict[int, list[int]], dict[int, int]]:
    """(children of each process, resident bytes of each process) of this machine."""
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, int] = {}
    try:
        names = os.listdir("/proc")
    except OSError:
        return children, resident
    for name in names:
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
                children[int(fields[1])].append(int(name))
                resident[int(name)] = int(fields[21]) * PAGE
    return children, resident


def _share(pid: int, resident: int) -> int:
    """A process's share of its pages, each divided by those who have it; `resident` where the system does not tell."""
    if resident < SMALL:
        return resident
    with suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return resident
