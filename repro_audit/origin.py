"""Where a project comes from: a folder, or a Git address that is cloned into a temporary folder.

Cloning runs nothing of the project: no template, hook, filter (so no Git LFS download), submodule or
configuration of the user takes part, and only the protocol that the address names is allowed.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from . import certificates
from .errors import ProjectError, Unavailable, UsageError
from .facts.files import normalise
from .facts.git import program as git_program
from .facts.git import safe_environment, web_address
from .text import meant, one_line

CLONE_TIMEOUT = 900  # seconds for one git call
_URL = re.compile(r"(?P<scheme>https|ssh|file)://(?P<host>[^/\s]*)(?P<path>/[^\s@#]+)")
_SCP = re.compile(r"(?P<user>[\w.-]+@)(?P<host>[\w.-]+):(?P<path>(?!//)[^\s@#]+)")
_FORGE_PAGE = re.compile(r"(?P<url>https://[^/]+/[^/]+/[^/]+)(?:/-)?/tree/(?P<ref>[\w][\w.+-]*)(?:/(?P<folder>.+?))?/?")
_REST = re.compile(r"(?:@(?P<ref>[\w][\w./+-]*))?(?:#(?:subdirectory=)?(?P<folder>[^\s#]+))?")


@dataclass(frozen=True, slots=True)
class Origin:
    """A folder that can be read, and how the user named it."""

    path: Path
    label: str  # without user names, passwords and, where possible, without the machine's own paths
    name: str  # the project's short name
    is_clone: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A Git address, the revision after `@`, and the sub-folder after `#`."""

    url: str
    scheme: str
    ref: str = "HEAD"
    folder: str = "."

    @property
    def label(self) -> str:
        """The address without credentials, with revision and folder."""
        url = re.sub(r"(?<=://)[^/@]*@", "", self.url)
        return url + ("" if self.ref == "HEAD" else f"@{self.ref}") + ("" if self.folder == "." else f"#{self.folder}")

    @property
    def name(self) -> str:
        where = self.url if self.folder == "." else self.folder
        return re.split(r"[/:]", where.rstrip("/").removesuffix(".git"))[-1] or "project"


@contextmanager
def open_project(target: str) -> Iterator[Origin]:
    """The project that a path or address names; a clone is removed at the end, however it ends."""
    address = parse_address(target)
    if address is None:
        yield from_path(target)
        return
    with tempfile.TemporaryDirectory(prefix="repro-audit-", ignore_cleanup_errors=True) as folder:
        clone(address, Path(folder) / "project")
        yield Origin(_inside(Path(folder) / "project", address.folder), address.label, address.name, is_clone=True)


def from_path(target: str) -> Origin:
    """A folder of this machine; one line of explanation where it is none."""
    path, name = Path(target), one_line(target)
    try:
        if not path.exists():
            hint = _beside(path) or "Give a folder or a Git address (https, ssh, file)."
            raise ProjectError(f"there is no folder {name}", hint)
        if not path.is_dir():
            raise ProjectError(f"{name} is no folder", "Give the folder of the project, not a file of it.")
        with os.scandir(path):
            pass
    except (OSError, ValueError) as error:
        raise ProjectError(f"{name} cannot be read: {_reason(error)}", "Check the path and its rights.") from error
    resolved = path.resolve()
    return Origin(path, label(path, resolved, Path.cwd().resolve()), resolved.name or "project")


def _beside(path: Path) -> str:
    """A hint that names the nearest of the folders that stand where `path` would."""
    try:
        with os.scandir(path.parent) as entries:
            return meant(path.name, sorted(entry.name for entry in entries if entry.is_dir()))
    except OSError:
        return ""


def parse_address(target: str) -> Address | None:
    """The parts of a Git address, None for a path; raises UsageError for an address of another kind."""
    text = target.removeprefix("git+")
    full, short = _URL.match(text), _SCP.match(text)
    match = full or (short if not Path(target).exists() else None)
    if match is None:
        scheme = re.match(r"([\w+.-]{2,})::?//", text)  # one letter is a drive of Windows
        if scheme:
            raise UsageError(f"{scheme.group(1)} addresses are not read", "Use https, ssh or file.")
        return None
    rest = _REST.fullmatch(text, match.end())
    if rest is None:
        raise UsageError(f"{one_line(text[match.end() :])} is no revision", "Write ADDRESS@TAG, @BRANCH or @COMMIT.")
    url, ref, folder = match.group(), rest["ref"] or "HEAD", rest["folder"] or "."
    page = _FORGE_PAGE.fullmatch(url)
    if page and ref == "HEAD" and folder == ".":
        url, ref, folder = page["url"], page["ref"], page["folder"] or "."
    if full and match["host"].rpartition("@")[2].startswith("-"):
        raise UsageError("the address names no host", "Write https://HOST/OWNER/NAME.")
    return Address(url, full["scheme"] if full else "ssh", ref, normalise(folder))


def clone(address: Address, folder: Path) -> None:
    """Fetch one revision, without history, and lay out its files."""
    program = git_program()
    if program is None:
        raise Unavailable("git is not installed", "Install git, or give a folder.")
    folder.mkdir(parents=True)
    git = [program, "-C", str(folder)]
    for setting in (
        "core.hooksPath=" + os.devnull, "core.fsmonitor=false", "core.autocrlf=false", "submodule.recurse=false",
        "fetch.recurseSubmodules=false", "credential.helper=", "advice.detachedHead=false", "gc.auto=0",
        "core.attributesFile=" + os.devnull, "core.protectNTFS=true", "core.protectHFS=true",
    ):  # fmt: skip
        git += ["-c", setting]
    env = safe_environment() | {
        "GIT_ALLOW_PROTOCOL": address.scheme,
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
        "GIT_ASKPASS": "true",
        **_authorities(),
    }
    _git([*git, "init", "--quiet", "--template="], env, address)
    _git([*git, "fetch", "--quiet", "--depth=1", "--no-tags", "--", address.url, address.ref], env, address)
    _git([*git, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"], env, address)
    web = web_address(address.url)
    if web:
        _git([*git, "config", "--local", "remote.origin.url", web], env, address)


def _authorities() -> dict[str, str]:
    """The certificates that the caller trusts, in git's words."""
    own = {name: os.environ[name] for name in ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH") if os.environ.get(name)}
    trusted = certificates.bundle()
    return own or ({"GIT_SSL_CAINFO": trusted} if trusted else {})


def _git(command: list[str], env: dict[str, str], address: Address) -> None:
    try:
        done = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=CLONE_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ProjectError(f"cloning {address.label} took too long", "Clone it and give the folder.") from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        reason = one_line(lines[0].replace(address.url, address.label))
        hint = "Check the address, the revision after @ (a branch, a tag or a full commit hash) and your access."
        if "certificate" in reason:
            hint = "Name the file of the authority that signed it in SSL_CERT_FILE, or clone it and give the folder."
        raise ProjectError(f"{address.label} cannot be cloned: {reason}", hint)


def _inside(root: Path, folder: str) -> Path:
    path = (root / folder).resolve()
    if not path.is_dir() or not path.is_relative_to(root.resolve()):
        hint = _beside(path) if path.is_relative_to(root.resolve()) else ""
        raise ProjectError(f"the repository has no folder {one_line(folder)}", hint or "Name a folder of it after #.")
    return path


def label(path: PurePath, resolved: PurePath, here: PurePath) -> str:
    """The path as given; an absolute one relative to the working directory, or else its name alone."""
    if not path.is_absolute():
        return normalise(path.as_posix())
    return resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else resolved.name or "/"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
