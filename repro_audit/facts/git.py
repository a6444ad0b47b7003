"""What git knows of a project, asked by plumbing that a hostile repository cannot bend.

Plumbing and not GitPython: GitPython costs 0.17 s to import and runs the same program without the
guards below. A repository's own `.git/config` may name programs (`core.fsmonitor`, filters, hooks,
`diff.external`, `gpg.program`, `ext::` remotes); so only `ls-files`, `rev-parse` and `cat-file` are
called, which run none of them once the settings here override the rest, and changed files are
recognised by hashing them here: `git status` would run the clean filters.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import Unavailable

TIMEOUT = 60  # seconds

GUARDS = (
    "core.fsmonitor=false", "core.hooksPath=" + os.devnull, "core.pager=cat", "core.sshCommand=false",
    "core.gitProxy=false", "core.askPass=false", "credential.helper=", "protocol.allow=never",
    "log.showSignature=false", "gpg.program=false", "diff.external=", "core.untrackedCache=false",
    "submodule.recurse=false", "core.attributesFile=" + os.devnull,
)  # fmt: skip


def safe_environment() -> dict[str, str]:
    """The caller's environment without git's own variables, and with every side door closed."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
    return env


def program() -> str | None:
    """Git by its absolute path. Windows looks for a program in the working directory first, which may be the project's;
    so does a PATH with a relative folder in it."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


@dataclass(frozen=True)
class Repository:
    """A work tree and its git folder; nothing of it is executed."""

    top: Path
    git_dir: Path

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """The repository that `folder` is in, or None."""
        if program() is None:
            return None
        folder = folder.resolve()
        for top in (folder, *folder.parents):
            git_dir = _git_dir(top / ".git")
            if git_dir is not None:
                return cls(top, git_dir)
        return None

    def run(self, *arguments: str) -> bytes | None:
        """The standard output of a plumbing command, None where it fails."""
        git = program()
        if git is None:
            raise Unavailable("git is not installed", "Install git, or copy the project without its .git.")
        command = [git, f"--git-dir={self.git_dir}", f"--work-tree={self.top}"]
        for guard in GUARDS:
            command += ["-c", guard]
        try:
            done = subprocess.run(
                [*command, *arguments], cwd=self.top, env=safe_environment(), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=TIMEOUT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
        return done.stdout if done.returncode == 0 else None

    @cached_property
    def index(self) -> dict[str, IndexEntry]:
        """What is tracked, by path relative to the top."""
        output = self.run("ls-files", "-z", "--stage", "--debug") or b""
        return {e.path: e for e in parse_index(output)}

    def tracked(self, root: Path) -> list[str]:
        """Tracked files below `root` that exist in the work tree, relative to it, sorted."""
        prefix = self.prefix(root)
        names = [p[len(prefix) :] for p, e in self.index.items() if p.startswith(prefix) and not e.is_submodule]
        return sorted(n for n in names if os.path.lexists(os.path.join(root, n)))

    def prefix(self, root: Path) -> str:
        """The path of `root` below the top, with a closing `/`, or nothing."""
        relative = os.path.relpath(root.resolve(), self.top).replace(os.sep, "/")
        return "" if relative == "." else relative + "/"

    @cached_property
    def commit(self) -> str | None:
        """The full hash of HEAD, None before the first commit."""
        output = self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return output.decode("ascii", "replace").strip() if output else None

    @cached_property
    def commit_time(self) -> int | None:
        """Seconds since the epoch at which HEAD was committed."""
        output = self.run("cat-file", "commit", "HEAD") or b""
        found = re.search(rb"^committer .*> (\d{1,12}) [+-]\d{4}$", output.split(b"\n\n", 1)[0], re.MULTILINE)
        return int(found.group(1)) if found else None

    @cached_property
    def remote_url(self) -> str | None:
        """The address of `origin` without user name or password, as a web address where it has one."""
        output = self.run("config", "--local", "--no-includes", "--get", "remote.origin.url")
        return web_address(output.decode("utf-8", "replace").strip()) if output else None

    def content(self, root: Path, besides: str = "") -> str | None:
        """A name for what is tracked below `root` but for one path: equal content has it in every clone, shallow or
        merged, whatever its commit is called. None where files are not as the index has them."""
        if set(self.changed(root)) - {besides}:
            return None
        prefix = self.prefix(root)
        found = hashlib.sha256()
        for path, entry in sorted(self.index.items()):
            if path.startswith(prefix) and path != prefix + besides:
                found.update(_encoded(f"{entry.mode} {entry.blob} {path[len(prefix) :]}\0"))
        return found.hexdigest()[:16]

    def changed(self, root: Path) -> tuple[str, ...]:
        """Tracked files below `root` whose content is no longer what the index has."""
        prefix = self.prefix(root)
        return tuple(
            sorted(p[len(prefix) :] for p, e in self.index.items() if p.startswith(prefix) and e.is_changed(self.top))
        )


@dataclass(frozen=True, slots=True)
class IndexEntry:
    path: str
    mode: str
    blob: str
    size: int
    mtime: tuple[int, int]

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"

    def is_changed(self, top: Path) -> bool:
        """By size and time as git does first, then by content; a submodule is not looked into."""
        if self.is_submodule:
            return False
        path = os.path.join(top, self.path)
        try:
            now = os.lstat(path)
        except OSError:
            return True
        if now.st_size == self.size and (now.st_mtime_ns // 10**9, now.st_mtime_ns % 10**9) == self.mtime:
            return False
        try:
            content = _encoded(os.readlink(path).replace(os.sep, "/")) if os.path.islink(path) else _read(Path(path))
        except OSError:
            return True
        return self.blob not in (blob_hash(content, self.blob), blob_hash(content.replace(b"\r\n", b"\n"), self.blob))


def blob_hash(content: bytes, like: str) -> str:
    """The object name that git gives to a file's content, in the repository's own hash."""
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()


_ENTRY = re.compile(
    rb"(\d{6}) ([0-9a-f]{40,64}) \d\t([^\0]+)\0"
    rb"  ctime: \d+:\d+\n  mtime: (\d+):(\d+)\n  dev: \d+\tino: \d+\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: \w+\n"
)


def parse_index(output: bytes) -> list[IndexEntry]:
    """The entries of `git ls-files -z --stage --debug`."""
    return [
        IndexEntry(_decoded(path), mode.decode(), blob.decode(), int(size), (int(sec), int(nsec)))
        for mode, blob, path, sec, nsec, size in _ENTRY.findall(output)
    ]


def web_address(url: str) -> str | None:
    """`git@host:owner/name.git` is `https://host/owner/name`; what is no address of a host is None."""
    url = url.strip().removesuffix("/").removesuffix(".git")
    scp = re.fullmatch(r"(?:[\w.-]+@)?([\w.-]+\.[a-z]{2,}):([\w./~-]+)", url)
    if scp:
        return f"https://{scp.group(1)}/{scp.group(2).lstrip('/')}"
    full = re.fullmatch(r"(?:https?|ssh|git)://(?:[^@/\s]*@)?([\w.-]+)(?::\d+)?/([\w./~%+-]+)", url)
    return f"https://{full.group(1)}/{full.group(2)}" if full else None


def _decoded(path: bytes) -> str:
    """A path as the functions of `os` take it. Windows' own decoding refuses bytes that are no UTF-8."""
    return path.decode("utf-8", "surrogateescape") if os.name == "nt" else os.fsdecode(path)


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape") if os.name == "nt" else os.fsencode(path)


def _git_dir(dot_git: Path) -> Path | None:
    """The git folder that a `.git` folder or file stands for."""
    if dot_git.is_dir():
        return dot_git if (dot_git / "HEAD").is_file() else None
    if not dot_git.is_file():
        return None
    words: Sequence[str] = dot_git.read_text("utf-8", "replace")[:4096].split(":", 1)
    if len(words) != 2 or words[0] != "gitdir":
        return None
    folder = (dot_git.parent / words[1].strip()).resolve()
    return folder if (folder / "HEAD").is_file() else None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read()
