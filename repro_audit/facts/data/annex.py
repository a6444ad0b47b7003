"""Files whose content git-annex keeps, as DataLad's data sets have them: a link or a short text names a key.

A key that is made of a hash is one content. One made of an address (`URL`, `VURL`), or of a name, size and time
(`WORM`), fits whatever comes from there.
"""

from __future__ import annotations

import os

from ..files import Tree
from ..regex import regex

OBJECTS = regex(r"(?:^|/)annex/objects/(?:[^\n]*/)?([^/\n]+)/?(?:\n|$)")
KEY = regex(r"(?P<backend>[A-Z][A-Z0-9_]*)(?:-[a-zA-Z]\d+)*--(?P<name>.+)")
BITS = regex(r"(\d+)E?$")
FEWEST = {"MD5": 128, "SHA1": 160, "GIT": 160}  # bits of those whose name does not tell them
POINTER = 1000  # bytes; longer files are no pointers


def annex_key(files: Tree, path: str) -> str:
    """The key that stands in place of a file; nothing where it is an ordinary one."""
    text = _target(files, path)
    if not text and files.size(path) < POINTER:
        text = (files.open_bytes(path, POINTER) or b"").decode("utf-8", "replace")
    found = OBJECTS.search(text) if "annex/objects/" in text[:POINTER] else None
    return found[1] if found else ""


def looseness(key: str) -> str:
    """Why a key may stand for several contents, nothing where it is the hash of one."""
    found = KEY.fullmatch(key)
    if found is None:
        return "is no key of git-annex"
    backend, name = found["backend"], found["name"].partition(".")[0]
    if backend in ("URL", "VURL", "WORM"):
        return "is made of an address" if backend != "WORM" else "is made of a name, a size and a time"
    bits = FEWEST.get(backend.removesuffix("E")) or int(m[1] if (m := BITS.search(backend[:20])) else 0)
    if len(name) < 32 or len(name) * 4 < bits or not regex(r"[0-9a-f]+").fullmatch(name):
        return "holds no whole hash"
    return ""


def _target(files: Tree, path: str) -> str:
    """Where a link leads, as text; it is not followed."""
    folder = os.path.realpath(os.path.join(files.root, path.rpartition("/")[0]))
    if folder != files.real_root and not folder.startswith(files.real_root.rstrip(os.sep) + os.sep):
        return ""
    try:
        return os.readlink(os.path.join(folder, path.rpartition("/")[2])).replace(os.sep, "/")
    except (OSError, ValueError):
        return ""
