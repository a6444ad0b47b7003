"""Packages of R and Julia: what DESCRIPTION and Project.toml declare, and what the code loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from .lines import MAX_LINE
from .model import Declaration, Exactness, Needed, PackageFile
from .reading import Lines, as_table, load_toml

MAX_DESCRIPTION = 64 * 1024  # characters
MAX_SCANNED = 200  # files of R or Julia code that are looked at

R_BUNDLED = frozenset(
    "base compiler datasets graphics grDevices grid methods parallel splines stats stats4 tcltk tools utils".split()
)
JULIA_BUNDLED = frozenset(
    "ArgTools Artifacts Base Base64 CRC32c Core Dates DelimitedFiles Distributed Downloads FileWatching Future "
    "InteractiveUtils LazyArtifacts LibGit2 Libdl LinearAlgebra Logging Main Markdown Mmap NetworkOptions Pkg "
    "Printf Profile REPL Random SHA Serialization SharedArrays Sockets SparseArrays Statistics SuiteSparse TOML "
    "Tar Test UUIDs Unicode".split()
)

_R_LOAD = regex(
    r"\b(?:library|require|requireNamespace)\([ \t]*[\"']?([A-Za-z][\w.]{0,60})|"
    r"(?<![\w.])([A-Za-z][\w.]{0,60}):::?[A-Za-z.]"
)
_JULIA_USING = regex(r"^[ \t]*(?:@everywhere[ \t]+)?(?:using|import)[ \t]+([A-Z][^\n#]*)", re.MULTILINE)
_DESCRIPTION_FIELD = regex(r"^(Depends|Imports|LinkingTo|Suggests):((?:[^\n]*\n(?=[ \t]))*[^\n]*)", re.MULTILINE)
_DESCRIPTION_ITEM = regex(r"([A-Za-z][\w.]*)\s*(?:\(([^)]*)\))?")


def read_description(tree: Tree, path: str) -> PackageFile | None:
    """DESCRIPTION of an R package or project."""
    text = (tree.text(path) or "")[:MAX_DESCRIPTION]
    found = []
    for field in _DESCRIPTION_FIELD.finditer(text):
        for item in _DESCRIPTION_ITEM.finditer(field.group(2)):
            if item.group(1) == "R":
                continue
            version = (item.group(2) or "").strip()
            exactness = (
                Exactness.BARE if not version else Exactness.EXACT if version.startswith("==") else Exactness.RANGE
            )
            line = text.count("\n", 0, field.start(2) + item.start()) + 1
            found.append(Declaration(item.group(1), version, exactness, Place(path, line), "r"))
    return PackageFile(path, "DESCRIPTION", tuple(found), at=found[0].at) if found else None


def read_julia_project(tree: Tree, path: str) -> PackageFile | None:
    """Project.toml; a compat entry is a range."""
    text = tree.text(path) or ""
    data = load_toml(text)
    lines = Lines(text)
    compat = as_table(data.get("compat"))
    found = tuple(
        Declaration(
            name,
            str(compat.get(name, "")),
            Exactness.EXACT
            if str(compat.get(name, "")).startswith("=")
            else Exactness.RANGE
            if name in compat
            else Exactness.BARE,
            Place(path, lines.find(name, "=")),
            "julia",
        )
        for name in as_table(data.get("deps"))
    )
    return PackageFile(path, "Project.toml", found, at=found[0].at) if found else None


def needed_elsewhere(tree: Tree) -> tuple[Needed, ...]:
    """What R and Julia code loads, without a declaration yet."""
    found: dict[tuple[str, str], Needed] = {}
    for path in tree.suffixed(".r", ".rmd", ".qmd", ".jl")[:MAX_SCANNED]:
        if path.startswith("renv/") or "/test" in path or path.startswith("test"):
            continue
        for name, line in _loaded(tree.text(path) or "", path):
            ecosystem = "julia" if path.endswith(".jl") else "r"
            found.setdefault((ecosystem, name), Needed(name, name, Place(path, line), None))
    return tuple(found.values())


def _loaded(text: str, path: str) -> Iterator[tuple[str, int]]:
    """(package, line) of each `library(x)`, `x::f` of R, or `using X` of Julia."""
    for number, line in enumerate(text.split("\n"), 1):
        code = line[:MAX_LINE].split("#")[0]
        if path.endswith(".jl"):
            names = [n for m in _JULIA_USING.finditer(code) for n in _julia_names(m.group(1))]
        else:
            names = [m.group(1) or m.group(2) for m in _R_LOAD.finditer(code)]
        for name in names:
            if name not in R_BUNDLED and name not in JULIA_BUNDLED:
                yield name, number


def _julia_names(words: str) -> list[str]:
    """`A, B.C: f` is A and B."""
    names = (part.strip().split(".")[0].split(" ")[0] for part in words.split(":")[0].split(","))
    return [n for n in names if n[:1].isupper()]
