"""Random draws and seeds of R and Julia scripts, found in their text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..commands.model import Step
from ..files import Tree
from . import vocabulary as v
from .model import Draw, Randomness, Seed, SeedOrigin

MAX_FILES = 100


def scan_scripts(steps: tuple[Step, ...], files: Tree) -> Randomness:
    """What the scripts that the steps run, and the code beside them, draw and seed."""
    r = [p for p in files.own if p.lower().endswith((".r", ".rmd", ".qmd"))]
    julia = [p for p in files.own if p.lower().endswith(".jl")]
    entries = [s.path for s in steps if s.path]
    if not r and not julia:
        return Randomness((), (), False)
    is_julia = any(p.lower().endswith(".jl") for p in entries) or (not r and bool(julia))
    paths = (julia if is_julia else r)[:MAX_FILES]
    language = "julia" if is_julia else "r"
    draw, seed = (v.JULIA_DRAW, v.JULIA_SEED) if is_julia else (v.R_DRAW, v.R_SEED)
    seeds = [s for p in paths for s in _seeds(p, files, seed, language)]
    draws = [
        Draw(language, at, line, found.group(0).rstrip("( "), tuple(seeds))
        for p in paths
        for at, line, found in _matches(p, files, draw)
        if not seed.search(line)
    ]
    return Randomness(tuple(draws), tuple(seeds), True)


def _matches(path: str, files: Tree, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str, re.Match[str]]]:
    for number, line in enumerate(files.lines(path), 1):
        code = line.split("#", 1)[0]
        found = pattern.search(code)
        if found:
            yield Place(path, number), line.strip(), found


def _seeds(path: str, files: Tree, pattern: re.Pattern[str], language: str) -> Iterator[Seed]:
    for at, line, found in _matches(path, files, pattern):
        value = next((g for g in found.groups() if g), "") or ""
        is_number = re.fullmatch(r"\s*\d+\s*", value) is not None
        is_option = re.search(r"\bargs\b|parsed|\[\"", value) is not None
        origin = SeedOrigin.LITERAL if is_number else SeedOrigin.OPTION if is_option else SeedOrigin.UNKNOWN
        yield Seed((language,), at, line, origin, value.strip())
