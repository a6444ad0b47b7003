"""Reads Python's tracebacks out of a log: plain ones, those of notebooks, and those in rich's boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
HEADER = re.compile(r"^(?P<before>.*?)Traceback \(most recent call")
NOTEBOOK_HEADER = re.compile(r"^([A-Za-z_][\w.]*)\s{2,}Traceback \(most recent call last\)")
FRAME = re.compile(r'^\W*File "([^"]+)", line (\d+)(?:, in (\S+))?')
CELL_FRAME = re.compile(r"^(?:Input |Cell )?(?:In ?\[(\d+)\])|^<ipython-input-(\d+)-\w+>")
NOTEBOOK_FRAME = re.compile(r"^(?:File )?([~/.\w][^\s:]*\.py)(?::(\d+))?(?:,)? in ")
NOTEBOOK_LINE = re.compile(r"^-+> (\d+)\s?(.*)$")
BOX_FRAME = re.compile(r"(\S+?\.py):(\d+) in ")
BOX_BREAKS = (
    re.compile(r"(\.py:\d*)\n(\d* ?in )"),
    re.compile(r"^(/\S+)\n(\S*\.py:\d+ in )", re.MULTILINE),
)
ERROR = re.compile(r"^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: ?(.*))?$")
NAMED_LIKE_ONE = re.compile(r"(?:Error|Exception|Exit|Interrupt|Warning|\.error|NoSuchKernel|Timeout|Unavailable)$")
LINK = re.compile(r"^\s*(?:During handling of the above exception|The above exception was the direct cause)")
INSTALLED = re.compile(r"/(?:site|dist)-packages/")
STANDARD = re.compile(r"/lib/python\d|^<frozen|^<string>|/usr/lib/|/bin/[\w.-]+$")
LONGEST = 3000  # lines of one traceback
MESSAGE_LINES = 8
# They only tell that something else failed; what did stands before them in the log.
WRAPPERS = frozenset(
    "CalledProcessError CellExecutionError PapermillExecutionError DAGBuildError TaskBuildError ExecutionException "
    "ChildFailedError ShellCommandException WorkflowError RemoteTraceback SubprocessError ProcessRaisedException "
    "DAGRenderError ReproductionError StageCmdFailedError RunError SystemExit Exit".split()
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One call: the file as the log names it (`<cell 3>` in a notebook), the line, and what stands there."""

    path: str
    line: int
    code: str = ""
    function: str = ""

    @property
    def is_installed(self) -> bool:
        return INSTALLED.search(self.path) is not None

    @property
    def is_foreign(self) -> bool:
        return self.is_installed or STANDARD.search(self.path) is not None


@dataclass(frozen=True, slots=True)
class Traceback:
    """The error, its message, and the frames from the outermost in."""

    error: str  # without its module
    message: str
    frames: tuple[Frame, ...]
    is_linked: bool = False  # it was raised while the one before it was handled
    module: str = ""  # of the error's class

    @property
    def text(self) -> str:
        return f"{self.error}: {self.message}"

    @property
    def headline(self) -> str:
        """The first line, which is what a person would quote; one that ends in a colon says nothing alone."""
        first, *more = self.text.split("\n")
        return (f"{first} {more[0]}" if more and first.endswith(":") else first)[:240]

    @property
    def ended_a_program(self) -> bool:
        """Whether nobody caught it: it begins at the top of a program; a caught one begins where it was caught."""
        outermost = self.frames[0].function if self.frames else ""
        is_asked_for = self.error in ("SystemExit", "KeyboardInterrupt")
        return not is_asked_for and outermost in ("", "<module>", "_run_module_as_main")

    @property
    def own(self) -> Frame | None:
        """The innermost frame in code that is not installed."""
        return next((f for f in reversed(self.frames) if not f.is_foreign), None)

    @property
    def is_in_a_package(self) -> bool:
        """Whether the innermost frame is in an installed package, or in the standard library called by one."""
        inner = next((f for f in reversed(self.frames) if f.is_installed or not f.is_foreign), None)
        return inner is not None and inner.is_installed

    @property
    def package(self) -> str:
        """The top-level module of the innermost installed frame."""
        inner = next((f for f in reversed(self.frames) if f.is_installed), None)
        found = re.search(r"/(?:site|dist)-packages/(\w+)", inner.path) if inner else None
        return found.group(1) if found else ""


def last_traceback(log: str) -> Traceback | None:
    """The last traceback that tells what failed, None without one; a chain of causes gives its last link."""
    chain = last_chain(tracebacks(log))
    return chain[-1] if chain else None


def last_chain(found: Sequence[Traceback]) -> tuple[Traceback, ...]:
    """The last traceback that tells what failed, behind those that it was raised from."""
    telling = [i for i, t in enumerate(found) if t.error not in WRAPPERS]
    if not found:
        return ()
    end = start = telling[-1] if telling else len(found) - 1
    while start and found[start].is_linked:
        start -= 1
    return tuple(found[start : end + 1])


def tracebacks(log: str) -> list[Traceback]:
    """Every traceback of a log, in its order."""
    lines = ANSI.sub("", log).replace("\r", "\n").split("\n")
    found: list[Traceback] = []
    position, is_linked = 0, False
    while position < len(lines):
        line = lines[position]
        is_linked = is_linked or LINK.match(line) is not None
        one, after = _at(lines, position)
        if one is not None:
            error, message, frames = one
            module, _, name = error.rpartition(".")
            found.append(Traceback(name, message, tuple(frames), is_linked and bool(found), module))
            is_linked = False
        position = max(after, position + 1)
    return found


Read = tuple[tuple[str, str, list[Frame]] | None, int]


def _at(lines: Sequence[str], start: int) -> Read:
    """The traceback that begins at a line, and where to read on."""
    line = lines[start]
    if "Traceback (most recent call" in line:
        in_notebook = NOTEBOOK_HEADER.match(line)
        if in_notebook:
            return _of_notebook(lines, start, in_notebook.group(1))
        if "╭" in line or "┌" in line:
            return _in_box(lines, start)
        header = HEADER.match(line)
        return _plain(lines, start + 1, header.group("before") if header else "")
    if line.startswith("  File ") and FRAME.match(line):
        return _plain(lines, start, "")  # a syntax error of the script itself has no header
    return None, start + 1


def _plain(lines: Sequence[str], start: int, before: str) -> Read:
    """Indented frames up to the first line that stands as far left as the header (behind what a logger put there)."""
    margin = len(before) if before.strip() in ("", "|", "E") else 0
    frames: list[Frame] = []
    for position in range(start, min(len(lines), start + LONGEST)):
        line = lines[position][margin:]
        frame = FRAME.match(line)
        if frame:
            code = _code_below(lines, position, margin)
            frames.append(Frame(frame.group(1), int(frame.group(2)), code, frame.group(3) or ""))
            continue
        if not line.strip() or line[0] in " \t":
            continue
        error = ERROR.match(line.rstrip())
        if not error or not frames:
            return None, position
        return (error.group(1), _message(lines, position, error.group(2) or ""), frames), position + 1
    return None, start + LONGEST


def _code_below(lines: Sequence[str], position: int, margin: int) -> str:
    code = lines[position + 1][margin:] if position + 1 < len(lines) else ""
    return code.strip() if code.startswith("    ") else ""


def _message(lines: Sequence[str], position: int, first: str) -> str:
    """The message, which may go on over some lines."""
    found = [first.strip()]
    for line in lines[position + 1 : position + MESSAGE_LINES]:
        is_other = line.startswith(("-----", "╭")) or (line.startswith("[") and not line.startswith("[Errno"))
        if not line.strip() or is_other or HEADER.match(line) or FRAME.match(line):
            break
        found.append(line.strip())
    return "\n".join(t for t in found if t)[:2000]


def _of_notebook(lines: Sequence[str], start: int, name: str) -> Read:
    """IPython's form: the error's name first, then frames with an arrow at their line, and the message last."""
    frames: list[Frame] = []
    path = "<cell>"
    for position in range(start + 1, min(len(lines), start + LONGEST)):
        line = lines[position]
        cell, file, arrow = CELL_FRAME.match(line), NOTEBOOK_FRAME.match(line), NOTEBOOK_LINE.match(line)
        plain = FRAME.match(line)
        if cell:
            path = f"<cell {cell.group(1) or cell.group(2)}>"
        elif file:
            path = file.group(1)
        elif plain:
            frames.append(Frame(plain.group(1), int(plain.group(2)), _code_below(lines, position, 0)))
        elif arrow:
            frames.append(Frame(path, int(arrow.group(1)), arrow.group(2).strip()))
        elif line.startswith(name) and line[len(name) : len(name) + 1] in ("", ":"):
            return (name, _message(lines, position, line[len(name) + 1 :]), frames), position + 1
        elif "Traceback (most recent call" in line:
            return None, position
    return None, start + LONGEST


def _in_box(lines: Sequence[str], start: int) -> Read:
    """Rich's form: frames within a box, the error below it; both are broken at the terminal's width."""
    end = _end_of_box(lines, start + 1)
    if not end:
        return None, start + 1
    inside = "\n".join(line.strip().strip("│|").strip() for line in lines[start + 1 : end])
    for broken in BOX_BREAKS:
        inside = broken.sub(r"\1\2", inside)
    frames = [Frame(m.group(1), int(m.group(2))) for m in BOX_FRAME.finditer(inside)]
    below = next((i for i in range(end + 1, min(len(lines), end + 3)) if lines[i].strip()), end)
    error = ERROR.match(lines[below].strip())
    if not error or not NAMED_LIKE_ONE.search(error.group(1)):
        return None, end + 1
    return (error.group(1), _message(lines, below, error.group(2) or ""), frames), below + 1


def _end_of_box(lines: Sequence[str], start: int) -> int:
    for position in range(start, min(len(lines), start + LONGEST)):
        if "╰" in lines[position] or "└" in lines[position]:
            return position
        if "Traceback (most recent call" in lines[position]:
            break
    return 0
