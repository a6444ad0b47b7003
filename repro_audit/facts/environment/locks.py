"""Lock files: every package at one version. Read line by line, because they are long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Place
from ..distributions import normalise_name
from ..files import Tree
from ..regex import regex
from .model import Declaration, Exactness, PackageFile
from .reading import Lines, as_table, load_json

_TOML = regex(r"^\[\[packages?\]\]\s*\nname = \"([^\"\n]+)\"\s*\nversion = \"([^\"\n]+)\"", re.MULTILINE)
_CONDA_LOCK = regex(r"^[ \t]*-[ \t]+name: (\S+)\n[ \t]+version: ['\"]?([^\s'\"]+)", re.MULTILINE)
_PIXI_CONDA = regex(
    r"^- (?:conda|kind: conda\n[ \t]+name): \S*?/?([\w.-]+?)-(\d[\w.!]*)-[\w.]+\.(?:conda|tar\.bz2)", re.MULTILINE
)
_PIXI_NAMED = regex(r"^[ \t]+name: (\S+)\n[ \t]+version: ['\"]?([^\s'\"]+)", re.MULTILINE)
_JULIA = regex(r"\[\[(?:deps\.)?([\w-]+)\]\]")
_JULIA_VERSION = regex(r"version = \"([^\"]+)\"")

LOCKS = {
    "poetry.lock": (_TOML, "pypi"),
    "uv.lock": (_TOML, "pypi"),
    "pdm.lock": (_TOML, "pypi"),
    "pylock.toml": (_TOML, "pypi"),
    "conda-lock.yml": (_CONDA_LOCK, "conda"),
    "pixi.lock": (_PIXI_NAMED, "conda"),
}


def read_lock(tree: Tree, path: str) -> PackageFile | None:
    """A lock file of Poetry, uv, PDM, PEP 751, conda-lock or pixi."""
    name = path.rpartition("/")[2].lower()
    pattern, ecosystem = LOCKS[name if name in LOCKS else "pylock.toml"]
    text = tree.text(path) or ""
    found = tuple(_matches(path, text, pattern, ecosystem))
    if name == "pixi.lock":
        found += tuple(_matches(path, text, _PIXI_CONDA, ecosystem))
    return PackageFile(path, name, found, True, Place(path, 1)) if found else None


def _matches(path: str, text: str, pattern: re.Pattern[str], ecosystem: str) -> Iterator[Declaration]:
    last, line = 0, 1
    for found in pattern.finditer(text):
        line += text.count("\n", last, found.start(1))
        last = found.start(1)
        yield Declaration(
            normalise_name(found.group(1)), found.group(2), Exactness.LOCKED, Place(path, line), ecosystem
        )


def read_pipfile_lock(tree: Tree, path: str) -> PackageFile | None:
    text = tree.text(path) or ""
    data = as_table(load_json(text))
    lines = Lines(text)
    found = tuple(
        Declaration(
            normalise_name(name),
            str(as_table(value).get("version", "")),
            Exactness.LOCKED,
            Place(path, lines.find(f'"{name}"')),
        )
        for section in ("default", "develop")
        for name, value in as_table(data.get(section)).items()
    )
    return PackageFile(path, "Pipfile.lock", found, True, Place(path, 1)) if found else None


def read_renv_lock(tree: Tree, path: str) -> PackageFile | None:
    text = tree.text(path) or ""
    lines = Lines(text)
    found = tuple(
        Declaration(
            name,
            str(as_table(value).get("Version", "")),
            Exactness.LOCKED,
            Place(path, lines.find(f'"{name}"', "{")),
            "r",
        )
        for name, value in as_table(as_table(load_json(text)).get("Packages")).items()
    )
    return PackageFile(path, "renv.lock", found, True, Place(path, 1)) if found else None


def read_julia_manifest(tree: Tree, path: str) -> PackageFile | None:
    """Manifest.toml; packages of Julia's standard library have no version of their own."""
    found: list[Declaration] = []
    for number, line in enumerate(tree.lines(path), 1):
        package, version = _JULIA.match(line), _JULIA_VERSION.match(line)
        if package:
            found.append(Declaration(package.group(1), "", Exactness.LOCKED, Place(path, number), "julia"))
        elif version and found:
            found[-1] = replace(found[-1], version=version.group(1))
    return PackageFile(path, "Manifest.toml", tuple(found), True, Place(path, 1)) if found else None
