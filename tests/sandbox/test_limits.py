"""What a run may use, in every backend, and that nothing of it goes on afterwards."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from repro_audit.experiments.failure import run_failure
from repro_audit.project import Project
from repro_audit.sandbox.model import GIB, MIB, Ending, Limits

from .conftest import Place, said


def is_running(mark: str) -> bool:
    """Whether a process with the mark on its command line lives on this machine."""
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if mark.encode() in file.read():
                        return True
            except OSError:
                continue
    return False


def test_time_is_limited_and_children_end_too(place: Place) -> None:
    code = (
        "import subprocess, sys, time\n"
        "print('begun', flush=True)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(77); \"mark-of-time\"'],\n"
        "                 start_new_session=True, stdout=subprocess.DEVNULL)\n"
        "time.sleep(77)\n"
    )
    begun = time.monotonic()
    run = place.run(code, limits=Limits(seconds=2))
    assert run.ending is Ending.TIMED_OUT and run.exit is None and not run.is_success
    assert time.monotonic() - begun < 12 and said(run).startswith("begun")
    assert not is_running("mark-of-time")


def test_a_child_that_is_left_behind_ends_with_the_run(place: Place) -> None:
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(77); \"mark-of-child\"'],\n"
        "                 start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    )
    run = place.run(code)
    assert run.is_success and not is_running("mark-of-child")


def test_memory_is_limited(place: Place) -> None:
    run = place.run(
        "x = bytearray(900 * 2**20); x[::4096] = b'x' * len(x[::4096]); input()", limits=Limits(60, GIB // 4)
    )
    assert run.ending is Ending.OUT_OF_MEMORY and run.exit is None


def test_workers_that_share_memory_are_not_taken_for_more(place: Place) -> None:
    code = (
        "import os, time\n"
        "x = bytearray(150 * 2**20)\n"
        "for _ in range(5):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(1.5); os._exit(0)\n"
        "for _ in range(5): os.wait()\n"
    )
    run = place.run(code, limits=Limits(60, 500 * MIB))
    assert run.is_success, (run.ending, run.peak_memory)


def test_a_fork_bomb_is_contained(place: Place) -> None:
    """A small one: it stops by itself at a number that no limit should let it reach."""
    code = (
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    while made < 1500:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(60); os._exit(0)\n"
        "        made += 1\n"
        "    time.sleep(60)\n"
        "finally:\n"
        "    print('made', made, flush=True)\n"
    )
    begun = time.monotonic()
    run = place.run(code, limits=Limits(seconds=30, processes=60))
    assert not run.is_success and time.monotonic() - begun < 25
    assert run.ending is Ending.TOO_MANY_PROCESSES or "BlockingIOError" in said(run)
    assert place.run("print('fine')").is_success


def test_words_are_limited_and_the_last_ones_kept(place: Place) -> None:
    code = "print('first words')\nfor i in range(200_000): print('x' * 100)\nprint('last words')\nraise SystemExit(1)\n"
    run = place.run(code, limits=replace(place.limits, log=MIB))
    text = said(run)
    assert run.exit == 1 and run.log.stat().st_size <= MIB + 100
    assert text.startswith("first words") and text.rstrip().endswith("last words") and "bytes left out" in text


def test_output_is_limited_while_it_runs(place: Place) -> None:
    code = (
        "import time\n"
        "with open('big', 'wb') as file:\n"
        "    for _ in range(40):\n"
        "        file.write(b'x' * 2**20); file.flush(); time.sleep(0.02)\n"
        "time.sleep(60)\n"
    )
    begun = time.monotonic()
    run = place.run(code, limits=Limits(seconds=50, output=8 * MIB))
    assert run.ending is Ending.TOO_MUCH_OUTPUT and time.monotonic() - begun < 30
    assert run.changed == ()


def test_output_is_limited_however_quick_it_is_made(place: Place) -> None:
    """A terabyte of nothing takes no time to make, and none to copy."""
    code = "open('small', 'w').write('x')\nwith open('big', 'wb') as file: file.truncate(2**40)\n"
    begun = time.monotonic()
    run = place.run(code, limits=Limits(seconds=50, output=8 * MIB))
    assert run.ending is Ending.TOO_MUCH_OUTPUT and time.monotonic() - begun < 20
    assert not any("big" in path for path in run.changed)


def test_what_the_project_brings_is_not_its_output(place: Place) -> None:
    run = place.run("import time; time.sleep(2.5)", {"data.bin": b"x" * (2 * MIB)}, limits=Limits(output=MIB))
    assert run.is_success and run.changed == ()


def test_memory_that_was_used_is_told(place: Place) -> None:
    run = place.run("import time; x = bytearray(b'x') * 2**27; time.sleep(2.5)")
    assert run.peak_memory is not None and 100 * MIB < run.peak_memory < 400 * MIB
    assert 2.4 < run.seconds < 10


def test_a_full_disk_is_said_by_the_program_and_held_against_nobody(place: Place) -> None:
    code = "with open('/dev/shm/big', 'wb') as file:\n    for _ in range(64): file.write(b'x' * 2**20)\n"
    run = place.run(code, limits=Limits(60, 64 * MIB))
    assert run.ending is Ending.EXITED and "No space left on device" in said(run)
    failure = run_failure(run, Project(place.folder / "project"))
    assert failure is not None and failure.message == "the disk is full" and failure.is_the_sandbox
