"""Why a build or run failed: a class, the project's line behind it, and what to do next.

Most projects fail here, in this order: imports, files, names, drifted interfaces. What the log
says is matched from the most to the least telling; `failures/` has one file per kind of cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..project import Project
from ..sandbox.model import Ending, Run
from .failures.drift import drifted
from .failures.hardware import needs_gpu
from .failures.image import image_failure
from .failures.imports import missing_package
from .failures.installing import FULL, MAKE_ROOM, install_failure, misfit
from .failures.network import needs_network
from .failures.paths import missing_path
from .failures.secrets import needs_secret
from .failures.terminal import without_terminal
from .failures.versions import wrong_python
from .failures.words import Words, last_lines, plain
from .model import Failure, FailureClass

__all__ = ["image_failure", "install_failure", "run_failure"]

CLASSIFIERS: tuple[Callable[[Words], Failure | None], ...] = (
    wrong_python, missing_package, misfit, needs_gpu, needs_network, needs_secret, missing_path, drifted,
)  # fmt: skip
# With these, the status of the last command hides that of an earlier one.
HIDES_STATUS = re.compile(r"\.sh\b|;|\n|\|\||(?<!\|)\|(?!\|)|^(?:make|snakemake|nextflow|just|task)\b")
INCOMPLETE = re.compile(
    r"the following arguments are required: ([^\n]+)|Error: Missing (?:option|argument|parameter) ([^\n]+)|"
    r"MissingMandatoryValue|Missing mandatory value: ([\w.]+)|one of the arguments ([^\n]+) is required"
)
NO_MEMORY = re.compile(
    r"^(?:MemoryError|\w*\.?OutOfMemoryError)|Unable to allocate [\d.]+ [MGT]iB|"
    r"DefaultCPUAllocator: can't allocate memory|std::bad_alloc|Cannot allocate memory|out of shared memory"
)
NO_PROCESSES = re.compile(
    r"can't start new thread|Thread creation failed: Resource temporarily unavailable|"
    r"fork: (?:retry: )?Resource temporarily unavailable|[Cc]annot fork|"
    r"\[Errno 11\] Resource temporarily unavailable|pthread_create failed.{0,60}Resource temporarily unavailable"
)
TOO_MANY = ("it started more processes or threads than a run may have", "Start fewer workers.")

ERROR = re.compile(r"\b\w*error\b|\bexception\b|\bfailed\b|\bfatal\b|\bcannot\b|\binvalid\b", re.IGNORECASE)
ADVICE = re.compile(r"(?:set|see|try|use|run|for more|hint|note|usage|help|please)\b|https?://", re.IGNORECASE)


def run_failure(run: Run, project: Project, cwd: str = ".", *, packages_fit: bool = False) -> Failure | None:
    """Why a run failed; None where it did not. `packages_fit`: the same code ran before with the same packages."""
    words = Words(plain(run.log.read_bytes()), project, cwd, run.exit, run.folder / "notes")
    if run.ending is not Ending.EXITED:
        return _ended(run, words)
    if run.exit == 0 and not _lies(run, words):
        return None
    if NO_MEMORY.search(words.last):
        return words.failure(
            FailureClass.OUT_OF_MEMORY, "it needed more memory than it was given", "Give it more with --memory."
        )
    if FULL.search(words.last):
        return words.of_ours("the disk is full", MAKE_ROOM)
    if NO_PROCESSES.search(words.last):
        return words.of_ours(*TOO_MANY)
    asked = [c for c in CLASSIFIERS if c is not drifted or not packages_fit]
    found = next((failure for classify in asked if (failure := classify(words))), None)
    return found or _incomplete(words) or without_terminal(words) or _crashed(words, run)


def _ended(run: Run, words: Words) -> Failure | None:
    """What the sandbox ended."""
    reached = next((line.strip() for line in reversed(last_lines(words.log)) if line.strip()), "it had said nothing")
    if run.ending is Ending.TIMED_OUT:
        return words.failure(
            FailureClass.TIMED_OUT, f"still running after {run.seconds:.0f} s; the last it said: {reached[:160]}",
            "Give it more time with --timeout, or a shorter form of the run.",
        )  # fmt: skip
    if run.ending is Ending.OUT_OF_MEMORY:
        return words.failure(
            FailureClass.OUT_OF_MEMORY, "it needed more memory than it was given", "Give it more with --memory."
        )
    if run.ending is Ending.TOO_MUCH_OUTPUT:
        return words.of_ours("it wrote more than a run may write", "Write less, or a shorter form of the run.")
    if run.ending is Ending.TOO_MANY_PROCESSES:
        return words.of_ours(*TOO_MANY)
    return words.of_ours(f"it was ended: {run.ending.value}", "Run it again.")


def _lies(run: Run, words: Words) -> bool:
    """A shell script or task runner may end with status 0 after an error that nobody handled.

    Where one program alone was run, its status counts: a traceback that it printed it also handled.
    """
    tb = words.traceback
    text = " ".join(run.argv[2:] if run.argv[:2] == ("sh", "-c") else run.argv)
    return tb is not None and tb.ended_a_program and HIDES_STATUS.search(text) is not None


def _incomplete(words: Words) -> Failure | None:
    """The command lacks something that only its author knows."""
    found = INCOMPLETE.search("\n".join(last_lines(words.log)))
    if not found:
        return None
    wanted = next((g for g in found.groups() if g), "a value").strip()
    return words.failure(
        FailureClass.NO_COMMAND, f"the command lacks {wanted}", "State the whole command, with values that work."
    )


def _last_word(lines: list[str]) -> str:
    """The last line that speaks of an error, else the last that is no advice on how to see more."""
    plain_words = [line.strip() for line in lines if not ADVICE.match(line.strip())] or [line.strip() for line in lines]
    wrong = [line for line in plain_words if ERROR.search(line)]
    return (wrong or plain_words or ["it said nothing"])[-1]


def _said_before_its_usage(words: Words) -> str:
    """The error that a command line prints above its own help, which fills the last lines."""
    found = re.search(r"^(?:[\w.-]+: )?error: [^\n]+(?=\nusage: )", words.tail, re.IGNORECASE | re.MULTILINE)
    return found.group(0)[:240] if found else ""


def _crashed(words: Words, run: Run) -> Failure:
    tb = words.traceback
    lines = [line for line in last_lines(words.log) if line.strip()]
    said = tb.headline if tb else _said_before_its_usage(words) or _last_word(lines)
    status = "although its exit status was 0" if run.exit == 0 else f"exit status {run.exit}"
    return words.failure(FailureClass.CRASHED, f"{said} ({status})", "Mend the line named, then run it again.")
