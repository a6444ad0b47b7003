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

from .model import Ending, Limits

SAMPLE_EVERY = 0.2  # seconds
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Ended:
    ending: Ending
    exit: int | None
    seconds: float
    peak_memory: int | None  # bytes


def supervise(
    command: Sequence[str], log: Path, limits: Limits, *, env: dict[str, str], cwd: Path | None = None,
    on_line: Callable[[str], None] = lambda line: None, written: Callable[[], int] = lambda: 0,
) -> Ended:  # fmt: skip
    """Run `command`, both streams into `log`; `written` tells how many bytes of files it has made so far."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd,
        start_new_session=True,
    )  # fmt: skip
    reader = threading.Thread(target=_drain, args=(process, log, limits.log, on_line), daemon=True)
    reader.start()
    peak, ending = 0, Ending.EXITED
    next_size_check = begun + 2.0
    try:
        while process.poll() is None:
            now = time.monotonic()
            peak = max(peak, tree_memory(process.pid))
            if now - begun > limits.seconds:
                ending = Ending.TIMED_OUT
            elif peak > limits.memory:
                ending = Ending.OUT_OF_MEMORY
            elif now > next_size_check:
                next_size_check = now + 2.0
                if written() > limits.output:
                    ending = Ending.TOO_MUCH_OUTPUT
            if ending is not Ending.EXITED:
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE_EVERY if now - begun > 2 else 0.02)
    finally:
        end_group(process)
        reader.join(timeout=5)
    seconds = time.monotonic() - begun
    exit_code = process.returncode if ending is Ending.EXITED else None
    if exit_code == -signal.SIGKILL or exit_code == 128 + signal.SIGKILL:
        ending = Ending.OUT_OF_MEMORY  # nothing of ours sent it
    return Ended(ending, exit_code, seconds, peak or None)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)


def _drain(process: subprocess.Popen[bytes], log: Path, limit: int, on_line: Callable[[str], None]) -> None:
    """Copy the stream into the log, its first `limit` bytes; the rest is read and thrown away."""
    assert process.stdout is not None
    kept = 0
    with log.open("wb") as file:
        while chunk := process.stdout.read1(65536):  # type: ignore[attr-defined]
            if kept < limit:
                file.write(chunk[: limit - kept])
                file.flush()
                kept += len(chunk)
            lines = chunk.decode("utf-8", "replace").replace("\r", "\n").rstrip().rsplit("\n", 1)
            on_line(lines[-1])


def tree_memory(pid: int) -> int:
    """Resident bytes of a process and all its descendants, 0 where /proc does not tell."""
    children: dict[int, list[int]] = defaultdict(list)
    memory: dict[int, int] = {}
    try:
        names = os.listdir("/proc")
    except OSError:
        return 0
    for name in names:
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
                children[int(fields[1])].append(int(name))
                memory[int(name)] = int(fields[21]) * PAGE
    total, stack = 0, [pid]
    while stack:
        one = stack.pop()
        total += memory.get(one, 0)
        stack += children.get(one, ())
    return total
