"""Settings modules in R and Julia: a file of assignments that a script takes in (`source("config.R")`)."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from .model import Holder, Parameter, ParameterSet
from .names import CONFIG_MODULE
from .words import is_tunable

TAKEN_IN = regex(
    r"\b(?:source|sys\.source|include)\s*\(\s*(?:file\s*=\s*)?[\"']([^\"'\n]+\.(?:R|jl))[\"']", re.IGNORECASE
)
ASSIGNED = regex(
    r"^[ \t]*(?:const[ \t]+|global[ \t]+)?([A-Za-z][\w.]*)[ \t]*(?:<-|=(?!=))[ \t]*([^#\n]+?)[ \t,;]*(?:#.*)?$",
    re.MULTILINE,
)
PROGRAM = regex(r"\bfunction\b|^\s*(?:for|while)\b|\b(?:library|using|import)\b", re.MULTILINE)
TRUTH = {"TRUE": True, "FALSE": False, "true": True, "false": False}


def script_modules(tree: Tree, scripts: Mapping[str, str]) -> Iterator[ParameterSet]:
    """The settings that the scripts take in: by name, or because they are assignments of tunable values only."""
    seen: set[str] = set()
    for path, text in scripts.items():
        for found in TAKEN_IN.finditer(text):
            reader = Place(path, text.count("\n", 0, found.start()) + 1)
            module = _file(tree, found.group(1), path)
            if module and module not in seen:
                seen.add(module)
                yield from _set(module, tree.text(module) or "", reader, text)


def _file(tree: Tree, name: str, importer: str) -> str | None:
    folder = posixpath.dirname(importer)
    paths = (normalise(name), normalise(f"{folder}/{name}"))
    return next((p for p in paths if p in tree), None)


def _set(path: str, text: str, reader: Place, user: str) -> Iterator[ParameterSet]:
    is_named = CONFIG_MODULE.search(posixpath.splitext(path)[0] + ".py") is not None
    if PROGRAM.search(text) and not is_named:
        return
    values = tuple(
        Parameter(
            m.group(1),
            _value(m.group(2)),
            Place(path, text.count("\n", 0, m.start(1)) + 1),
            re.search(rf"(?<![\w.]){re.escape(m.group(1))}(?![\w.])", user) is not None or None,
        )
        for m in ASSIGNED.finditer(text)
        if "function" not in m.group(2)
    )
    if (is_named and values) or any(is_tunable(p.key) for p in values):
        yield ParameterSet(path, Holder.MODULE, values, reader, True, values[0].at)


def _value(text: str) -> object:
    plain = text.strip()
    if plain in TRUTH:
        return TRUTH[plain]
    try:
        return ast.literal_eval(plain.removesuffix("L"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ... if re.match(r"[\w.]+\(", plain) and not plain.startswith("c(") else plain
