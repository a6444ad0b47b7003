"""`score --watch`: read the project again whenever one of its files changes, and say what that did to the stars."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..baseline.compare import compare
from ..baseline.model import Side
from ..errors import ReproAuditError, Unavailable, UsageError
from ..facts.files import CACHE_FOLDERS, walk
from ..facts.git import Repository
from ..origin import from_path, parse_address
from ..result import Result
from ..settings import FILE
from ..text import one_line

QUIET_AFTER, AT_LATEST = 150, 2000  # milliseconds without a change until it is read again, and from the first one on
WAKE = 250  # milliseconds
OF_GIT = ("HEAD", "index")  # what of its folder tells that the commit or the list of tracked files is another one
SETTINGS = (FILE, "pyproject.toml")
MOST_NAMES = 3

Read = Callable[[], list[Result]]
Tell = Callable[[list[Result]], None]


def check(targets: list[str], refused: dict[str, object]) -> None:
    """One folder, and none of the options (by name) that need a run or an end."""
    name = next((name for name, value in refused.items() if value), None)
    if name == "--run":
        raise UsageError("--watch reads and does not run", "Run it once with `repro-audit score --run`.")
    if name is not None:
        raise UsageError(f"--watch and {name} do not go together", f"Give {name} without --watch.")
    if len(targets) != 1 or parse_address(targets[0]) is not None:
        raise UsageError("--watch takes one folder", "Give the folder of the project.")
    from_path(targets[0])


def watch(target: str, read: Read, tell: Tell, written: list[str], no_color: bool) -> int:
    """Score until Ctrl-C, which is how it ends; `written` are files of our own, whose change tells nothing."""
    rounds = _Rounds(read, tell, no_color)
    project = _Watched(Path(target).resolve(), frozenset(os.path.realpath(path) for path in written))
    try:
        for changed in _changes(project):
            if changed or rounds.last is None:
                rounds.next(changed)
                project.look_again()
                print("watching for changes; Ctrl-C ends", file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


@dataclass(slots=True)
class _Rounds:
    """One score after the other, each told with what the last change did."""

    read: Read
    tell: Tell
    no_color: bool
    last: Result | None = None

    def next(self, changed: tuple[str, ...]) -> None:
        from ..report.changes import since
        from ..report.terminal import console

        screen = console(self.no_color)
        if changed:
            print(f"reading again: {_names(changed)}", file=sys.stderr)
        try:
            results = self.read()
        except ReproAuditError as error:  # a setting that is half typed
            screen.clear()
            print(f"error: {one_line(str(error))}\nhint: {one_line(error.hint)}", file=sys.stderr)
            return
        screen.clear()
        self.tell(results)
        if self.last is not None:
            did = compare("the last score", Side.of(self.last), Side.of(results[0]))
            since(screen, did.to_dict(), _names(changed))
        self.last = results[0]


@dataclass(slots=True)
class _Watched:
    """Which changes below the root concern the score."""

    root: Path
    written: frozenset[str]
    repository: Repository | None = None
    is_tracked: bool = False  # a file counts once git tracks it; without git, every one does that is in no cache
    files: frozenset[str] = field(default_factory=frozenset)

    def look_again(self) -> None:
        self.repository = Repository.around(self.root)
        tracked = self.repository.tracked(self.root) if self.repository else []
        self.is_tracked = bool(tracked)
        self.files = frozenset(tracked or walk(self.root))

    @property
    def folders(self) -> list[Path]:
        """What the system is asked to watch: git's own folder may lie above the root, or elsewhere."""
        git = self.repository.git_dir.resolve() if self.repository else self.root
        return [self.root] if git.is_relative_to(self.root) else [self.root, git]

    def name(self, path: str) -> str | None:
        """What changed, in words; None where it concerns nobody."""
        if os.path.realpath(path) in self.written:
            return None
        if self.repository and Path(path).parent.resolve() == self.repository.git_dir.resolve():
            return "git" if os.path.basename(path) in OF_GIT else None
        if not Path(path).is_relative_to(self.root):  # more of git's folder
            return None
        name = Path(path).relative_to(self.root).as_posix()
        if name in self.files or name in SETTINGS:
            return name
        is_passing = not os.path.lexists(path) or name.endswith(("~", ".swp")) or "/.#" in f"/{name}"
        if self.is_tracked or is_passing or set(name.split("/")) & CACHE_FOLDERS:
            return None
        return name


def _changes(project: _Watched) -> Iterator[tuple[str, ...]]:
    """The names of what changed, gathered until it is quiet; first nothing, once every later change is sure to be seen.

    Where the system takes no more watches, the files are looked at again and again instead.
    """
    try:
        from watchfiles import watch as watched
    except ImportError as error:
        raise Unavailable("watchfiles is not installed", "Install it: pip install watchfiles") from error
    project.look_again()
    for is_polling in (None, True):
        try:
            for found in watched(
                *project.folders, watch_filter=None, debounce=AT_LATEST, step=QUIET_AFTER, rust_timeout=WAKE,
                yield_on_timeout=True, force_polling=is_polling, ignore_permission_denied=True,
            ):  # fmt: skip
                yield tuple(sorted({name for _, path in found if (name := project.name(path)) is not None}))
        except (OSError, RuntimeError):
            if is_polling:
                raise
            print("note: the system watches no more files, so they are looked at in turn", file=sys.stderr)


def _names(changed: tuple[str, ...]) -> str:
    more = f" and {len(changed) - MOST_NAMES} more" if len(changed) > MOST_NAMES else ""
    return one_line(", ".join(changed[:MOST_NAMES]) + more)
