"""Which systems a project really uses: imported by its own code, present as their files, or called.

A mention in prose is no use, nor is a name in a requirements file, a vendored copy or a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from ..model import Place
from .carried import carried_folders, is_carried
from .commands.model import Commands
from .documents.model import BlockKind, Documents
from .files import Tree
from .keras_backend import runs_on_theano
from .regex import regex
from .source import scan_imports
from .sources import Sources
from .system_marks import COMMANDS, CONTENTS, IMPORTS, MAKE, NAMES, OTHER_LANGUAGES

MAX_SMALL = 1024 * 1024  # bytes of a configuration file; a larger one is data
MAX_NOTEBOOK = 16 * 1024 * 1024  # bytes

Mark = tuple[str, Place, str]  # slug, where it stands, the text there

TESTS = regex(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$", re.IGNORECASE)
ASIDE = regex(r"(^|/)(docs?|tests?|\.ipynb_checkpoints)/", re.IGNORECASE)
HIDDEN = regex(r"(^|/)\.[^/]+/")  # what a tool keeps for itself
_TOPS = frozenset(name.split(".")[0] for name in IMPORTS)
_TENSORBOARD = regex(
    r"\btf\.(?:compat\.v1\.)?(?:contrib\.)?summary\.(?:FileWriter|create_file_writer)|\bcreate_file_writer\(|"
    r"\bTensorBoard(?:Logger)?\s*\(|\breport_to\s*=\s*[\[\"'(]+tensorboard"
)
_WANDB = regex(r"\breport_to\s*=\s*[\[\"'(]+wandb")
_NOTEBOOK_IMPORT = regex(r'(?:^[ \t]*|\[|\\n)"?(?:source": ")?[ ]*(?:from|import) +([A-Za-z_][\w.]*)', re.MULTILINE)
_CODE_CELL = regex(r'"(?:source|input)"\s*:\s*(?:\[\s*)?"[^"]')
_COLAB = regex(r'"colab"\s*:|"colab_type"\s*:|colab\.research\.google\.com')
_OTHER_IMPORT = regex(
    r"^[ \t]*(?:library|require|requireNamespace)\s*\(\s*[\"']?(\w+)|^[ \t]*(?:using|import)\s+([\w, ]+)", re.MULTILINE
)
_NO_MARKS = (".py", ".png", ".jpg", ".jpeg", ".svg", ".npy", ".npz", ".pkl", ".json", ".csv", ".ipynb", ".html", ".pdf")


@dataclass(frozen=True)
class Systems:
    """The systems in use, each with the first place that shows it."""

    places: tuple[Mark, ...]  # sorted by slug, one for each

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(slug for slug, _, _ in self.places)


def find_systems(files: Tree, sources: Sources, documents: Documents, commands: Commands) -> Systems:
    """Every system in use, at its first place; its own files come before imports, these before commands."""
    found: dict[str, Mark] = {}
    ways = (
        _by_file(files),
        _imported(files, sources),
        _in_notebooks(files),
        _in_other_languages(files),
        _documented(files, documents),
        _stated(files, commands),
    )
    for mark in chain(*ways):
        found.setdefault(mark[0], mark)
    return Systems(tuple(found[slug] for slug in sorted(found)))


def _by_file(files: Tree) -> Iterator[Mark]:
    """Configuration, lock and pointer files, by their names and, where a name says too little, by their text."""
    for path in files.own:
        if path.lower().endswith(_NO_MARKS):
            continue
        for name, slug in NAMES:
            if name.search(path) and not (slug == "make" and ASIDE.search(path)) and files.size(path):
                yield slug, Place(path, 1), path.rpartition("/")[2]
        for name, content, slug in CONTENTS:
            if name.search(path) and not ASIDE.search(path) and files.size(path) <= MAX_SMALL:
                yield from _first(slug, path, files.text(path) or "", content)


def _first(slug: str, path: str, text: str, pattern: re.Pattern[str]) -> Iterator[Mark]:
    found = pattern.search(text)
    if found:
        yield _at(slug, path, text, found.end())


def _at(slug: str, path: str, text: str, offset: int) -> Mark:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return slug, Place(path, text.count("\n", 0, offset) + 1), text[start : end if end >= 0 else None].strip()[:200]


def _imported(files: Tree, sources: Sources) -> Iterator[Mark]:
    """Imports of the project's own Python files, found in the text; nothing is parsed."""
    carried = carried_folders(files)
    for path in sources.python:
        if TESTS.search(path) or is_carried(path, carried):
            continue
        text = files.text(path) or ""
        for module, offset in scan_imports(text):
            slug = _slug(module, text, offset)
            if module.split(".")[0] == "keras" and runs_on_theano(files):
                continue
            if slug and not sources.resolve(module.split(".")[0], path):
                yield _at(slug, path, text, _past_blanks(text, offset))
        if "ummary." in text or "ensor" in text:
            yield from _first("tensorboard", path, text, _TENSORBOARD)
        if "report_to" in text:
            yield from _first("wandb", path, text, _WANDB)
        if "lakefs://" in text:
            yield _at("lakefs", path, text, text.index("lakefs://"))


def _slug(module: str, text: str, offset: int) -> str:
    """The system that an import stands for; `from torch.utils import tensorboard` names it only at the end."""
    if module.split(".")[0] not in _TOPS:
        return ""
    line = text[_past_blanks(text, offset) :].partition("\n")[0]
    dotted = f"{module}.{line.partition(' import ')[2].strip()}" if line.startswith("from") else module
    for name in (n for n in IMPORTS if "." in n):
        if dotted == name or dotted.startswith(name + "."):
            return IMPORTS[name]
    return IMPORTS.get(module.split(".")[0], "")


def _past_blanks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in " \t\n":
        offset += 1
    return offset


def _in_notebooks(files: Tree) -> Iterator[Mark]:
    """Imports and Colab's own keys in the raw text of notebooks: quicker than decoding them."""
    for path in files.suffixed(".ipynb"):
        if ASIDE.search(path) or HIDDEN.search(path) or files.size(path) > MAX_NOTEBOOK:
            continue
        data = files.open_bytes(path, MAX_NOTEBOOK)
        text = data.decode("utf-8", "replace") if data else ""
        if _CODE_CELL.search(text):
            yield "jupyter", Place(path, 1), path.rpartition("/")[2]
        yield from _first("colab", path, text, _COLAB)
        for found in _NOTEBOOK_IMPORT.finditer(text):
            slug = _slug(found.group(1), text[found.start() : found.end() + 80].lstrip('\n "[\\n'), 0)
            if slug:
                yield _at(slug, path, text, found.end())


def _in_other_languages(files: Tree) -> Iterator[Mark]:
    for path in files.suffixed(".r", ".rmd", ".qmd", ".jl"):
        text = files.text(path) or ""
        for found in _OTHER_IMPORT.finditer(text):
            for name in (found.group(1) or found.group(2)).split(","):
                if name.strip() in OTHER_LANGUAGES:
                    yield _at(OTHER_LANGUAGES[name.strip()], path, text, found.end())


def _documented(files: Tree, documents: Documents) -> Iterator[Mark]:
    """Commands that a page shows, and links that open a notebook in Colab."""
    for document in documents.all:
        blocks = [b for b in document.blocks if b.kind is not BlockKind.HEADING]
        for block in blocks:
            for _, target in block.links:
                if "colab.research.google.com" in target:
                    yield "colab", block.at, target
        yield from _calls(files, [(text, b.at) for b in blocks for text in (*b.inline_code, b.text)])


def _stated(files: Tree, commands: Commands) -> Iterator[Mark]:
    yield from _calls(files, [(command.text, command.at) for command in commands.all])


def _calls(files: Tree, texts: list[tuple[str, Place]]) -> Iterator[Mark]:
    """The systems that these texts call; most are never named, so all texts are looked through together first."""
    together = "\n".join(text for text, _ in texts)
    candidates = [(p, slug) for needles, p, slug in COMMANDS if any(n in together for n in needles)]
    if "make" in together and files.named("makefile", "gnumakefile"):
        candidates.append((MAKE, "make"))
    for pattern, slug in candidates:
        for text, at in texts:
            found = pattern.search(text)
            if found:
                line = (at.line or 1) + text.count("\n", 0, found.end())
                yield slug, Place(at.path, line), found.group().strip()[:200]
                break
