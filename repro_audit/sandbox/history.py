"""The least that programs need of a Git repository: they ask for its root, or note down its commit.

The project's own history stays outside: it may hold secrets, and it is large. A run sees one commit
without files, the same in every run, so that DVC starts and trackers find something to write down.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from . import store

FOLDER = ".git"
WHO = "sandbox <sandbox@localhost> 946684800 +0000"  # the day that all files of the copy have
CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"


@cache
def _files() -> dict[str, bytes]:
    """Content by path below `.git`."""
    tree, tree_file = _object(b"tree", b"")
    text = f"tree {tree}\nauthor {WHO}\ncommitter {WHO}\n\nThe project as it is audited, without its history\n"
    commit, commit_file = _object(b"commit", text.encode())
    return {
        "HEAD": b"ref: refs/heads/main\n",
        "config": CONFIG,
        "refs/heads/main": commit.encode() + b"\n",
        f"objects/{tree[:2]}/{tree[2:]}": tree_file,
        f"objects/{commit[:2]}/{commit[2:]}": commit_file,
    }


def _object(kind: bytes, content: bytes) -> tuple[str, bytes]:
    """(its name, its file) as Git stores it."""
    whole = kind + b" " + str(len(content)).encode() + b"\0" + content
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest(), zlib.compress(whole)


def files() -> Iterator[tuple[str, Path]]:
    """(path in the project, where its content is kept on this machine)"""
    kept = store.cache_folder() / "history"
    for name, content in sorted(_files().items()):
        place = kept / name
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(place, content)
        yield f"{FOLDER}/{name}", place


def _write_whole(place: Path, content: bytes) -> None:
    """Another audit may read it at the same time."""
    handle, partial = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(partial, 0o644)
    os.replace(partial, place)
