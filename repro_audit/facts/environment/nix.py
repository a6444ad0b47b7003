"""Python packages that a Nix expression puts into an environment; the revision of nixpkgs fixes their versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..distributions import normalise_name
from ..files import Tree
from ..regex import regex
from .model import Declaration, Exactness, PackageFile

MAX_EXPRESSION = 256 * 1024  # bytes

_PACKAGE = regex(r"\b(?:python3?\d*Packages|python3?\d*\.pkgs|ps|pythonPackages)\.([A-Za-z][\w-]*)")
_LIST = regex(r"\bwith\s+(?:ps|p|pkgs|python-packages|pythonPackages|python3?\d*Packages)\s*;\s*\[([^][]{0,4000})\]")
_WORD = regex(r"(?<![\w.])[A-Za-z][\w-]*")
_PYTHON = regex(r"withPackages|[pP]ythonPackages|python3?\d*Packages|mkPython|buildPython")
_REVISION = regex(r"\b(?:rev|sha256|narHash)\s*=\s*\"|/archive/[0-9a-f]{40}")
_OTHER_BUILD = regex(r"-(?:bin|with-?cuda|withcuda)$", re.IGNORECASE)


def read_nix(tree: Tree, path: str) -> PackageFile | None:
    """The packages of a flake, a shell or a derivation."""
    text = (tree.text(path) or "") if tree.size(path) <= MAX_EXPRESSION else ""
    if not _PYTHON.search(text):
        return None
    is_locked = bool(_REVISION.search(text)) or _has_lock_above(tree, path)
    exactness = Exactness.LOCKED if is_locked else Exactness.BARE
    found = {name: Declaration(name, "", exactness, at) for name, at in _names(path, text)}
    return PackageFile(path, "nix", tuple(found.values()), is_locked, Place(path, 1)) if found else None


def _names(path: str, text: str) -> Iterator[tuple[str, Place]]:
    offsets = [(m.group(1), m.start(1)) for m in _PACKAGE.finditer(text)]
    for listed in _LIST.finditer(text):
        offsets += [(m.group(), listed.start(1) + m.start()) for m in _WORD.finditer(listed.group(1))]
    for name, offset in offsets:
        yield normalise_name(_OTHER_BUILD.sub("", name)), Place(path, text.count("\n", 0, offset) + 1)


def _has_lock_above(tree: Tree, path: str) -> bool:
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if f"{folder}/flake.lock".lstrip("/") in tree:
            return True
    return False
