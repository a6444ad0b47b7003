"""Random draws and seeds of R, Julia, Lua and MATLAB scripts, found in their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model import Place
from ..commands.model import Step
from ..files import Tree
from ..regex import regex
from ..source import kernel_language
from . import vocabulary as v
from .model import Draw, Randomness, Seed, SeedOrigin

MAX_FILES = 100
COMMENT = regex(r"#|--|^\s*%")


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    endings: tuple[str, ...]
    draw: re.Pattern[str]
    seed: re.Pattern[str]


LANGUAGES = (  # where the commands name no script of them, the first that the project has
    Language("r", (".r", ".rmd", ".qmd"), v.R_DRAW, v.R_SEED),
    Language("julia", (".jl",), v.JULIA_DRAW, v.JULIA_SEED),
    Language("lua", (".lua",), v.LUA_DRAW, v.LUA_SEED),
    Language("matlab", (".m",), v.MATLAB_DRAW, v.MATLAB_SEED),
)


def scan_scripts(steps: tuple[Step, ...], files: Tree) -> Randomness:
    """What the scripts that the steps run, and the code beside them, draw and seed."""
    entries = [s.path for s in steps if s.path]
    notebooks = {p: kernel_language(files.text(p) or "") for p in entries if p.endswith(".ipynb")}
    present = [(k, _written_in(k, files, notebooks)) for k in LANGUAGES]
    present = [(k, paths[:MAX_FILES]) for k, paths in present if paths]
    if not present:
        return Randomness((), (), False)
    run = [(k, paths) for k, paths in present if any(p in paths for p in entries)]
    language, paths = (run or present)[0]
    seeds = [s for p in paths for s in _seeds(p, files, language.seed, language.name)]
    draws = [
        Draw(language.name, at, line, found.group(0).rstrip("( "), tuple(seeds))
        for p in paths
        for at, line, found in _matches(p, files, language.draw)
        if not language.seed.search(_code(line))
    ]
    return Randomness(tuple(draws), tuple(seeds), True)


def _written_in(language: Language, files: Tree, notebooks: Mapping[str, str]) -> list[str]:
    """The notebooks of that language that are run, and all of its scripts."""
    run = [p for p, name in notebooks.items() if name == language.name]
    return run + [p for p in files.own if p.lower().endswith(language.endings)]


def _matches(path: str, files: Tree, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str, re.Match[str]]]:
    for number, line in enumerate(files.lines(path), 1):
        found = pattern.search(_code(line))
        if found:
            yield Place(path, number), line.strip(), found


def _code(line: str) -> str:
    return COMMENT.split(line, maxsplit=1)[0]


def _seeds(path: str, files: Tree, pattern: re.Pattern[str], language: str) -> Iterator[Seed]:
    for at, line, found in _matches(path, files, pattern):
        value = next((g for g in found.groups() if g), "") or ""
        is_number = re.fullmatch(r"\s*\d+\s*", value) is not None
        is_option = re.search(r"\b(?:args|opts?|params)\b|parsed|\[\"", value) is not None
        origin = SeedOrigin.LITERAL if is_number else SeedOrigin.OPTION if is_option else SeedOrigin.UNKNOWN
        name = re.search(r"(\w+)\s*(?:\"?\])?$", value.strip()) if is_option else None
        yield Seed((language,), at, line, origin, value.strip(), name.group(1) if name else "")
