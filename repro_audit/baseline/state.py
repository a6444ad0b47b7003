"""An earlier commit laid out in a temporary folder.

`git checkout` in the project's repository would run the hooks and filters that its configuration names. So a new
repository is made that borrows the objects and has a configuration of its own, an empty one; the commit is read into
its index and its files are written from there. Nothing is fetched: objects that a partial clone left out are missed.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import ProjectError
from ..facts.git import Repository
from ..text import meant, one_line

_NAME = re.compile(r"[^\s\x00-\x1f\x7f~^:?*\[\\-][^\s\x00-\x1f\x7f:?*\[\\]{0,250}")  # `~` and `^` may follow


@dataclass(frozen=True, slots=True)
class Point:
    """The commit to compare with, and a note where it is not the one that was meant."""

    commit: str
    note: str = ""


def find(repository: Repository, name: str) -> Point:
    """The commit where the branch in front of us left `name`. Raises ProjectError with how to fetch it."""
    commit = _commit(repository, name) or _commit(repository, f"refs/remotes/origin/{name}")
    if commit is None:
        near = meant(name, _references(repository))
        hint = f"{near} Else fetch it: " if near else "Fetch it: "
        raise ProjectError(f"the repository has no {one_line(name)}", hint + _how_to_fetch(name))
    base = repository.run("merge-base", commit, "HEAD")
    if base:
        return Point(base.decode("ascii", "replace").split()[0])
    return Point(commit, f"where the branch left {one_line(name)} is not in this clone, so it is compared with its tip")


def has(repository: Repository, commit: str) -> bool:
    """Whether the clone knows this commit."""
    return bool(re.fullmatch(r"[0-9a-f]{40,64}", commit)) and _commit(repository, commit) is not None


def _commit(repository: Repository, name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return None
    output = repository.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return output.decode("ascii", "replace").strip() if output else None


def _references(repository: Repository) -> list[str]:
    """Branches and tags."""
    output = repository.run("for-each-ref", "--format=%(refname:short)") or b""
    return output.decode("utf-8", "replace").split()


def _how_to_fetch(name: str) -> str:
    branch = one_line(name.removeprefix("refs/heads/").removeprefix("origin/"))
    if re.fullmatch(r"[0-9a-f]{40,64}", branch):
        return f"git fetch --depth=1 origin {branch}"
    return f"git fetch --depth=1 origin {branch}:refs/remotes/origin/{branch}"


@contextmanager
def laid_out(repository: Repository, commit: str) -> Iterator[Path]:
    """The top of the tree of a commit, removed at the end. Raises ProjectError."""
    with tempfile.TemporaryDirectory(prefix="repro-audit-", ignore_cleanup_errors=True) as folder:
        top = Path(folder).resolve() / "project"
        top.mkdir()
        copy = Repository(top, top / ".git")
        done = _borrow(repository, copy, commit) and copy.run("read-tree", commit) is not None
        if not done or copy.run("checkout-index", "--all", "--force", "--quiet", "-u") is None:
            hint = "The clone is a partial one; complete it: git fetch --refetch --no-filter origin"
            raise ProjectError(f"commit {commit[:10]} cannot be laid out: objects of it are missing", hint)
        yield top


def _borrow(repository: Repository, copy: Repository, commit: str) -> bool:
    """An empty repository over the objects of another one, with `commit` as its HEAD."""
    form = (repository.run("rev-parse", "--show-object-format") or b"sha1").decode("ascii", "replace").strip()
    objects = repository.run("rev-parse", "--git-path", "objects")
    if objects is None or copy.run("init", "--quiet", "--template=", f"--object-format={form}") is None:
        return False
    path = os.path.join(os.fsencode(repository.top), objects.removesuffix(b"\n")).replace(os.sep.encode(), b"/")
    info = copy.git_dir / "objects" / "info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_bytes(os.path.realpath(path) + b"\n")
    (copy.git_dir / "HEAD").write_bytes(commit.encode("ascii") + b"\n")
    return True
