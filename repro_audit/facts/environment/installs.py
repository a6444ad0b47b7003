"""Packages named by install commands: pip, conda, uv, Poetry, R's install.packages, Julia's Pkg.add."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from ...model import Place
from ..regex import regex
from .model import Declaration, Exactness
from .requirement import read_conda_spec, read_requirement

PIP = regex(r"\b(?:pip[\d.]*|uv pip)(?: -[\w-]+)* install\b|\buv add\b|\bpoetry add\b|\bpdm add\b|\bpipenv install\b")
CONDA = regex(r"\b(?:conda|mamba|micromamba)(?: env)? (?:install|create)\b")
IN_CODE = regex(r"install\.packages|\bp_load|Pkg\.add|install_github|install_version")
INSTALL = regex(
    rf"{PIP.pattern}|{CONDA.pattern}|{IN_CODE.pattern}", needs=("install", " add", " create", "p_load", "Pkg.add")
)

MAX_COMMAND = 20_000  # characters of a command that are read

_PIP_VALUES = frozenset(
    "-i --index-url --extra-index-url -f --find-links -t --target -c --constraint --trusted-host --prefix --root "
    "--platform --python --python-version --abi --proxy --timeout --group -G --progress-bar --cache-dir --index".split()
)
_PIP_FILES = frozenset("-r --requirement --requirements".split())
_CONDA_VALUES = frozenset("-c --channel -n --name -p --prefix --repodata-fn --solver".split())
_CONDA_FILES = frozenset("-f --file".split())
_SPLIT = regex(r"&&|\|\||;(?=\s)|\||\n")
_R_PACKAGES = regex(r"(?:install\.packages|Pkg\.add|install_version)\(([^\n]*)")
_R_LOADED = regex(r"\bp_load\(([\w., \"']*)")  # pacman, which installs what it loads


def read_install(text: str, at: Place) -> Iterator[Declaration]:
    """The packages that one line of shell (or R, or Julia) installs."""
    for part in _SPLIT.split(text):
        pip, conda = PIP.search(part), CONDA.search(part)
        if pip:
            yield from _pip_packages(_words(part[pip.end() :]), at)
        elif conda:
            yield from _conda_packages(_words(part[conda.end() :]), at)
        else:
            yield from _quoted_packages(part, at)


def installed_files(text: str) -> Iterator[str]:
    """The requirement and environment files that an install command names."""
    for part in _SPLIT.split(text):
        conda = CONDA.search(part)
        start = PIP.search(part) or conda
        options = _CONDA_FILES if conda else _PIP_FILES
        words = _words(part[start.end() :]) if start else []
        for option, value in pairwise(words):
            if option in options:
                yield value.removeprefix("./")
        for word in words:
            name, sign, value = word.partition("=")
            if sign and name in options:
                yield value.removeprefix("./")
            elif word.startswith("-r") and len(word) > 2 and not conda:
                yield word[2:].removeprefix("./")


def _words(text: str) -> list[str]:
    text = text[:MAX_COMMAND]
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def _pip_packages(words: list[str], at: Place) -> Iterator[Declaration]:
    skip = False
    for word in words:
        if skip or word in _PIP_VALUES or word in _PIP_FILES:
            skip = not skip
            continue
        if word.startswith("-") or word in (".", "\\") or word.startswith(("./", "../", "/", "<", "$", ".[")):
            continue
        declaration = read_requirement(word, at)
        if declaration:
            yield declaration


def _conda_packages(words: list[str], at: Place) -> Iterator[Declaration]:
    skip = False
    for word in words:
        if skip or word in _CONDA_VALUES or word in _CONDA_FILES:
            skip = not skip
            continue
        if word.startswith(("-", "<", "$", "/", "./")) or word == "\\":
            continue
        declaration = read_conda_spec(word, at)
        if declaration:
            yield declaration


def _quoted_packages(text: str, at: Place) -> Iterator[Declaration]:
    """`install.packages(c("a", "b"))` of R and `Pkg.add("X")` of Julia, which install the newest."""
    loaded = _R_LOADED.search(text)
    for name in re.findall(r"[A-Za-z][\w.]*", loaded.group(1)) if loaded else ():
        yield Declaration(name, "", Exactness.BARE, at, "r")
    found = _R_PACKAGES.search(text)
    if not found:
        return
    ecosystem = "julia" if "Pkg.add" in text else "r"
    for name in re.findall(r"[\"']([A-Za-z][\w.]*)[\"']", found.group(1)):
        yield Declaration(name, "", Exactness.BARE, at, ecosystem)
