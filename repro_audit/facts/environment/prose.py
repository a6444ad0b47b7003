"""Packages that documents ask for: install commands, and requirement lists in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..distributions import distribution_of, normalise_name
from ..documents import Block, BlockKind, Document, Documents
from ..regex import regex
from .installs import INSTALL, read_install
from .lines import joined, lines_of
from .model import Declaration, Exactness, PackageFile
from .versions import spoken_exactness

REQUIREMENT_HEADING = regex(
    r"requir|depend|install|prereq|environment|set-?\s?up|getting started|package|librar|\benv\b|"
    r"环境|依赖|安装|要求|usage|quick",
    re.IGNORECASE,
)
_AFTER_NAME = (
    r"\W{0,3}?\s*(?:\(|version\s+|v(?=\d)|`)?\s*(===?|>=|<=|~=|≥|=|>)?\s*"
    r"v?(\d+(?:\.\d+)+|(?<=[=>≥] )\d+|(?<=[=>≥])\d+)?"
)

ABOUT_NEEDS = regex(r"requir|depend|tested (with|on|under)|packages?:|written in", re.IGNORECASE)
ABOUT_VERSIONS = regex(
    r"\brun(?:s|nable)?\b|\bworks?\b|compatible|recommend|\b(?:built|developed|implemented)\b", re.IGNORECASE
)
# `badge/scikit--learn-v1.0.2-blue`: a dash within a name is doubled
BADGE = regex(r"shields\.io/badge/((?:\w|\.|--)+)-v?(\d+(?:\.\d+)+)(\+|%2B)?-", re.IGNORECASE)
_CELL_BORDER = regex(r"[`*]{0,3}[ \t]*\|[ \t]*[`*]{0,3}")  # between a package and its version, in a table


def read_documents_packages(documents: Documents, modules: frozenset[str]) -> list[PackageFile]:
    """One entry for each document that declares packages; words count for `modules` that are needed only,
    because most capitalised words with a number after them are no packages."""
    words = _spoken_names(modules)
    pattern = _word_pattern(words)
    found = []
    for document in documents.all:
        declarations = tuple(_of_document(document, pattern, words))
        if declarations:
            found.append(PackageFile(document.path, "document", declarations, at=declarations[0].at))
    return found


def _of_document(document: Document, pattern: re.Pattern[str] | None, words: dict[str, str]) -> Iterator[Declaration]:
    for block in document.blocks:
        if block.kind is BlockKind.CODE:
            for number, line in joined(block.text.split("\n")):
                if INSTALL.search(line):
                    yield from read_install(_plain(line), _below(block, number))
        for code in block.inline_code:
            if INSTALL.search(code):
                yield from read_install(_plain(code), block.at)
        if pattern and block.kind is not BlockKind.HEADING:
            yield from _of_words(block, pattern, words)


def _below(block: Block, number: int) -> Place:
    """The place of a block's line, counted from 1."""
    return Place(block.at.path, block.at.line + number - 1 if block.at.line else None)


def _plain(line: str) -> str:
    return re.sub(r"^\s*(?:[$>%!]|In \[\d*\]:)\s*", "", line).replace("{", " ").replace("}", " ")


def _of_words(block: Block, pattern: re.Pattern[str], words: dict[str, str]) -> Iterator[Declaration]:
    is_list = any(REQUIREMENT_HEADING.search(h) for h in block.headings)
    for line, at in lines_of(block):
        if INSTALL.search(line):
            continue
        is_about_needs = is_list or bool(ABOUT_NEEDS.search(line))
        tells_versions = is_about_needs or bool(ABOUT_VERSIONS.search(line))
        yield from _of_badges(line, at, words)
        line = _CELL_BORDER.sub(" ", line)
        for match in pattern.finditer(line):
            name = words[match.group(1).lower()]
            operator, version = match.group(2) or "", match.group(3) or ""
            if version and (tells_versions or operator):
                yield Declaration(name, operator + version, spoken_exactness(operator, line[match.end(3) :]), at)
            elif is_about_needs and len(line) < 200:
                yield Declaration(name, "", Exactness.BARE, at)


def _of_badges(line: str, at: Place, words: dict[str, str]) -> Iterator[Declaration]:
    for found in BADGE.finditer(line) if "shields.io" in line else ():
        name = words.get(found.group(1).replace("--", "-").replace("_", " ").lower())
        if name is not None:
            exactness = Exactness.RANGE if found.group(3) else Exactness.EXACT
            yield Declaration(name, found.group(2), exactness, at)


def _spoken_names(modules: frozenset[str]) -> dict[str, str]:
    """Lower-case word -> distribution, for each way to speak of a needed module."""
    found: dict[str, str] = {}
    for module in sorted(modules):
        name = distribution_of(module)
        for word in (module, module.replace("_", "-"), name, name.replace("-", " ")):
            found[word.lower()] = normalise_name(name)
        if name == "torch":
            found["pytorch"] = name
    return found


def _word_pattern(words: dict[str, str]) -> re.Pattern[str] | None:
    if not words:
        return None
    names = "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))
    return re.compile(rf"(?<![\w./@-])({names})(?![\w-]|\.\w){_AFTER_NAME}", re.IGNORECASE)
