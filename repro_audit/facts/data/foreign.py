"""What R and Julia code of the main experiment reads, found in its text without parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree, normalise
from ..program import Program
from ..regex import regex
from .location import Given, Location
from .openings import is_input_path
from .reads import Read, ReadKind
from .vocabulary import PINNED_ADDRESS

MAX_FILES = 60
MAX_TEXT = 200_000  # characters

READ_CALL = regex(
    r"\b(?:read_csv2?|read\.csv2?|read_tsv|read\.table|read\.delim|fread|read_excel|readRDS|read_rds|read_parquet|"
    r"read_feather|"
    r"st_read|read_sf|CSV\.(?:read|File)|readdlm|FileIO\.load|h5open|npzread|load_object|tar_file|loadfolderdata|"
    r"loadtable|"
    r"Images\.load|readtable|vroom|load|datadir|readLines|import)\s*\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)?)\)"
)
LIBRARY_CALL = regex(
    r"^\s*data\(\s*[\"']?(\w+)|\bMLDatasets\.(\w+)|\b(MNIST|CIFAR10|FashionMNIST|Iris|"
    r"BostonHousing)(?:\.traindata)?\(|\bRDatasets\.dataset",
    re.M,
)
LITERAL = regex(r"(?:\b([\w.]+)\s*=\s*)?[\"']([^\"'\n]+)[\"']")
PATH_NAMES = ("", "file", "path", "con", "x", "root", "filename", "input")  # of arguments; others are `sep`, `dec` ...
JOIN = regex(r"\b(?:file\.path|here|joinpath|datadir|paste0?|projectdir|path|str_c|glue|string)\s*\(")


def foreign_reads(files: Tree, program: Program) -> Iterator[Read]:
    """Reads of R and Julia code, where the main experiment is no Python."""
    if program.sources and not program.is_whole_project:
        return
    paths = [p for p in files.suffixed(".r", ".rmd", ".qmd", ".jl") if not re.search(r"(^|/)(tests?|docs?|renv)/", p)]
    for path in paths[:MAX_FILES]:
        yield from _file_reads(path, (files.text(path) or "")[:MAX_TEXT])


def _file_reads(path: str, text: str) -> Iterator[Read]:
    for found in LIBRARY_CALL.finditer(text):
        place, line = _at(path, text, found.start())
        yield Read(ReadKind.LIBRARY, next((g for g in found.groups() if g), found.group()), None, place, line, path)
    for found in READ_CALL.finditer(text):
        place, line = _at(path, text, found.start())
        parts = _path_parts(found.group())
        address = next((p for p in parts if p.startswith(("http://", "https://"))), "")
        if address and not line.startswith("#"):
            is_pinned = bool(PINNED_ADDRESS.search(address))
            yield Read(
                ReadKind.DOWNLOAD, address, Location(address, Given.NAMED, place, address), place, line, path, is_pinned
            )
            continue
        what = normalise("/".join(parts)) if parts else ""
        if line.startswith("#") or not parts or not is_input_path(what) or "://" in what:
            continue
        folder = "data/" if "datadir" in found.group() else ""
        yield Read(ReadKind.FILE, folder + what, Location(what, Given.NAMED, place, what), place, line, path)


def _path_parts(call: str) -> list[str]:
    """The texts of a call that make its path: the first one, or all where the call joins them."""
    parts = [text for name, text in LITERAL.findall(call) if name in PATH_NAMES]
    return parts if JOIN.search(call) else parts[:1]


def _at(path: str, text: str, offset: int) -> tuple[Place, str]:
    number = text.count("\n", 0, offset) + 1
    return Place(path, number), text.split("\n")[number - 1].strip()[:200]
