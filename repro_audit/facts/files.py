"""Which files the project has, and their text, without following a link out of the tree.

With git it is what git tracks, as it stands in the work tree; without git, the tree less caches.
Only regular files are ever opened: a FIFO or a device would block, and a link may lead anywhere.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from ..errors import ProjectError
from ..opening import open_regular
from .generated import without_generated
from .git import Repository

MAX_FILES = 200_000
MAX_TEXT = 8 * 1024 * 1024  # bytes; a larger file is data, and only its head is ever looked at

CACHE_FOLDERS = frozenset(
    ".git .hg .svn .tox .nox .venv venv env __pycache__ .mypy_cache .pytest_cache .ruff_cache "
    ".ipynb_checkpoints node_modules .eggs build dist .repro-audit .idea".split()
)
VENDORED_FOLDERS = frozenset(
    "vendor vendors vendored third_party third-party thirdparty 3rdparty external externals extern node_modules "
    "site-packages archive archived .venv venv".split()
)


@dataclass(frozen=True)
class Tree:
    """The project's files; paths are relative to the root, with `/`, in sorted order."""

    root: Path
    repository: Repository | None = None
    ignored: tuple[str, ...] = ()  # glob patterns from the settings
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _folders: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # without links

    @cached_property
    def real_root(self) -> str:
        return os.path.realpath(self.root)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file (and link) that counts, sorted."""
        tracked = self.repository.tracked(self.root) if self.repository else ()
        names = tracked or sorted(walk(self.root))
        if len(names) > MAX_FILES:
            raise ProjectError(f"{len(names)} files are too many to audit", "Give the sub-folder of one project.")
        if self.ignored:
            names = [n for n in names if not self._is_ignored(n)]
        return tuple(names)

    def _is_ignored(self, path: str) -> bool:
        return any(fnmatchcase(path, p) or path.startswith(p.rstrip("/") + "/") for p in self.ignored)

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, `.` not among them."""
        found: set[str] = set()
        for path in self.paths:
            parent = path.rpartition("/")[0]
            while parent and parent not in found:
                found.add(parent)
                parent = parent.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The files that are the project's own work: not vendored, not archived."""
        return tuple(p for p in self.paths if not is_vendored(p))

    @cached_property
    def by_suffix(self) -> dict[str, tuple[str, ...]]:
        """Own files by lower-case suffix (`.py`); files without one are under the empty string."""
        found: dict[str, list[str]] = {}
        for path in self.own:
            found.setdefault(suffix_of(path).lower(), []).append(path)
        return {suffix: tuple(paths) for suffix, paths in found.items()}

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Own files by lower-case file name, shallowest first."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.own, key=lambda p: (p.count("/"), p)):
            found.setdefault(path.rpartition("/")[2].lower(), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def __contains__(self, path: object) -> bool:
        return path in self._set

    def has(self, path: str) -> bool:
        """Whether a file or folder of that (normalised) path is part of the project."""
        path = normalise(path)
        return path == "." or path in self._set or path in self.folders

    def named(self, *names: str) -> tuple[str, ...]:
        """Own files with one of these names (case ignored), shallowest first."""
        found = [p for n in names for p in self.by_name.get(n.lower(), ())]
        return tuple(sorted(found, key=lambda p: (p.count("/"), p)))

    def suffixed(self, *suffixes: str) -> tuple[str, ...]:
        """Own files with one of these suffixes (`.py`), in sorted order."""
        return tuple(sorted(p for s in suffixes for p in self.by_suffix.get(s, ())))

    def matching(self, *patterns: str) -> tuple[str, ...]:
        """Own files whose path, or whose name, matches one of these globs (`*` crosses `/`)."""
        return tuple(
            p for p in self.own if any(fnmatchcase(p, g) or fnmatchcase(p.rpartition("/")[2], g) for g in patterns)
        )

    def size(self, path: str) -> int:
        """Bytes, 0 where the file cannot be looked at."""
        try:
            return os.lstat(os.path.join(self.root, path)).st_size
        except (OSError, ValueError):
            return 0

    def open_bytes(self, path: str, limit: int = MAX_TEXT) -> bytes | None:
        """The first `limit` bytes, or None where it is no regular file inside the tree."""
        real = self._real(path)
        if real != self.real_root and not real.startswith(self.real_root.rstrip(os.sep) + os.sep):
            return None
        try:
            with open_regular(real) as file:
                size = os.fstat(file.fileno()).st_size
                return file.read(min(limit, size or limit))  # room for `limit` takes longer to get than to fill
        except (OSError, ValueError):
            return None

    def _real(self, path: str) -> str:
        """The path without links; those of the folder above are followed once for all its files."""
        folder, _, name = path.rpartition("/")
        if name in ("", ".", ".."):
            return os.path.realpath(os.path.join(self.root, path))
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(os.path.join(self.root, folder))
        real = os.path.join(self._folders[folder], name)
        return os.path.realpath(real) if os.path.islink(real) else real

    def text(self, path: str) -> str | None:
        """The text of a file, None where it is missing, binary or not a regular file of the tree.

        A file over `MAX_TEXT` gives its head. Bytes that are not UTF-8 are read as Latin-1:
        every byte has a meaning there, and what rules look for is ASCII. What this program wrote into a
        report is blanked, or its own words would prove it true.
        """
        if path not in self._texts:
            text = decode(self.open_bytes(path))
            self._texts[path] = without_generated(text) if text and path.endswith(".md") else text
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        return (self.text(path) or "").split("\n")


def decode(data: bytes | None) -> str | None:
    """Text of any bytes, None for binary ones; line ends become `\\n`."""
    if data is None:
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif b"\0" in data[:8192]:
        return None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def suffix_of(path: str) -> str:
    """As `PurePosixPath(path).suffix` has it, which takes ten times as long."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def normalise(path: str) -> str:
    """`./a//b/../c` is `a/c`; a path that leaves the root keeps its `..`."""
    return posixpath.normpath(path.replace("\\", "/")) if path else "."


def is_vendored(path: str) -> bool:
    """Third-party or archived code that is carried along, which is not the project's own."""
    return any(part.lower() in VENDORED_FOLDERS for part in path.split("/")[:-1])


def walk(root: Path) -> Iterator[str]:
    """Files and links below the root, caches left out, links to folders not entered; with a stack of its
    own, because `os.walk` calls itself for every folder and strangers nest them deep."""
    seen, stack = 0, [""]
    while stack:
        prefix = stack.pop()
        for entry in _entries(os.path.join(root, prefix)):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in CACHE_FOLDERS and not _is_junction(entry):
                    stack.append(f"{prefix}{entry.name}/")
                continue
            seen += 1
            if seen > MAX_FILES + 1:
                return
            yield prefix + entry.name


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows' other kind of link to a folder, which Python tells apart from 3.12 on."""
    return bool(getattr(entry, "is_junction", bool)())


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What a folder holds, nothing where it cannot be listed or its path is too long."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def under(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """The paths below a folder; `.` is the root."""
    prefix = "" if folder in (".", "") else folder.rstrip("/") + "/"
    return tuple(p for p in paths if p.startswith(prefix))
