"""The references to versions in a store, as its client would be given them, with their places.

Only what is written out is taken: an address with something to be filled in is not one yet.
"""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..regex import regex
from ..source import constant
from . import vocabulary as v
from .evidence import Evidence
from .model import Management, Source
from .tree import POINTER

MOST = 20  # references of one data set
LONGEST = 2000  # characters of one
ADDRESS = regex(r"lakefs://[^\s'\"`,;)\]]*")
OPEN = regex(r"[{}<>$%*|?]|\.\.\.|(?:^|/)[A-Z_]{3,}(?:/|$)")  # a reader or the program fills something in
NO_PATH = regex(r"lakefs://[^/]+/([^/]+)")
HASH_OPTION = regex(r"--top-hash[ =](\S+)")


@dataclass(frozen=True, slots=True)
class Reference:
    """`text` is an address, a package's name, a hash (of `package`) or a pointer's lines."""

    store: Management
    text: str
    at: Place
    package: str = ""

    @property
    def shown(self) -> str:
        return "its pointer" if self.store is Management.LFS else f"`{self.text[:100]}`"


def references_of(source: Source, seen: Evidence) -> tuple[Reference, ...]:
    """Those of one data set, each once."""
    found: Iterator[Reference] = iter(())
    if source.management is Management.LAKEFS:
        found = _lakefs(source, seen)
    elif source.management is Management.QUILT:
        found = _quilt(source, seen)
    elif source.management is Management.LFS:
        found = _lfs(source, seen)
    unique = {(r.text, r.package): r for r in reversed([r for r in found if len(r.text) < LONGEST])}
    return tuple(sorted(unique.values(), key=lambda r: (r.at, r.text)))[:MOST]


def _lakefs(source: Source, seen: Evidence) -> Iterator[Reference]:
    """The address of a pointer or command, else those in the code and in what configures it."""
    is_code = any(source.at.path == s.path for s in seen.program.sources)
    stated = [] if is_code else [(a, source.at) for a in ADDRESS.findall(source.text)]
    for text, at in stated or [*_literals(seen), *_repositories(seen), *_configured(seen)]:
        if not OPEN.search(text):
            yield Reference(Management.LAKEFS, _with_path(text), at)


def _with_path(address: str) -> str:
    """`lakefs://clicks/main` names a reference as well; one that ends in a file's name has left it out."""
    found = NO_PATH.fullmatch(address)
    if found is None or f".{found[1].rpartition('.')[2].lower()}" in v.DATA_ENDINGS:
        return address
    return f"{address}/"


def _literals(seen: Evidence) -> Iterator[tuple[str, Place]]:
    """Texts of the code that are an address from their first letter; a piece of a joined text is none yet."""
    for unit in seen.program.units:
        pieces = {id(p) for j in unit.of(ast.JoinedStr) for p in j.values}
        pieces |= {id(side) for b in unit.of(ast.BinOp) for side in (b.left, b.right)}
        for node in unit.of(ast.Constant):
            if isinstance(node.value, str) and node.value.startswith("lakefs://") and id(node) not in pieces:
                yield node.value, unit.source.place(node)


def _repositories(seen: Evidence) -> Iterator[tuple[str, Place]]:
    """`lakefs.repository("clicks").commit("8a4c")`"""
    for call in seen.program.calls:
        owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        if call.last in ("branch", "commit", "tag", "ref") and isinstance(owner, ast.Call) and owner.args:
            repository, reference = constant(owner.args[0]), constant(call.argument(0))
            if isinstance(repository, str) and isinstance(reference, str) and "lakefs" in call.receiver:
                yield f"lakefs://{repository}/{reference}/", call.place


def _configured(seen: Evidence) -> Iterator[tuple[str, Place]]:
    for parameter in (p for s in seen.configuration.sets if s.is_main for p in s.parameters):
        if isinstance(parameter.value, str) and parameter.value.startswith("lakefs://"):
            yield parameter.value, parameter.at


def _quilt(source: Source, seen: Evidence) -> Iterator[Reference]:
    """Packages that the code opens, or that a stated command installs, with the hash that is given."""
    words = _words(source.text)
    if words[:2] == ["quilt3", "install"]:
        found = HASH_OPTION.search(source.text)
        yield from _package(next((w for w in words[2:] if "/" in w), ""), found[1] if found else "", source.at)
        return
    for call in seen.program.calls:
        if call.name.startswith("quilt3.") and call.last in ("browse", "install"):
            name, given = constant(call.argument(0, "name")), constant(call.argument(None, "top_hash"))
            yield from _package(_text(name), _text(given), call.place)


def _package(name: str, given: str, at: Place) -> Iterator[Reference]:
    if name and not OPEN.search(name):
        yield Reference(Management.QUILT, name, at)
        if given and not OPEN.search(given):
            yield Reference(Management.QUILT, given, at, name)


def _lfs(source: Source, seen: Evidence) -> Iterator[Reference]:
    """The pointers that lie in place of the data; where Git LFS has fetched the data, there is nothing to read."""
    for path in seen.tree.match(source.what)[:MOST]:
        text = (seen.files.text(path) or "") if seen.files.size(path) < 300 else ""
        if text.startswith(POINTER.decode()):
            yield Reference(Management.LFS, text, Place(path, 2))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text.lstrip("$ "))
    except ValueError:
        return text.split()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
