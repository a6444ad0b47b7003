"""Ways to predictions that pages tell of without naming one of the project's apps or scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents.model import Block
from ..regex import regex
from .code import Code
from .model import App
from .pages import Pages
from .words import FILE_AS_INPUT, OPENS_NOTEBOOK, OWN_INPUT, PREDICTING_CODE, PREDICTING_HEADING, TRAINS, WORD_OF_INPUT

DEMO = regex(
    r"demo|try|play|predict|infer|explor|interactive|quick ?start|pre-?trained|example|tutorial", re.IGNORECASE
)
OWNERS = ("own", "your", "custom", "new", "arbitrary", "unseen", "any", "single", "user", "input")
IMPORTED = regex(r"^[ \t]*(?:>>>\s*)?(?:import|from)\s+(\w+)", re.MULTILINE)
SNIPPET = regex(r"^[ \t]*(?:>>>\s*)?(?:import|from)\s+\w", re.MULTILINE)
COMMAND = regex(
    r"^[ \t]*(?:[$>%!]\s*)?(?:[\w./]*python[\d.]*\s+\S|(?:bash|sh|Rscript|julia|snakemake|nextflow|make)\s+\S|"
    r"\./\S+|[a-z][\w-]+\s+[^(]*\s-{1,2}\w)"
)
PREDICTING_COMMAND = regex(
    r"\b(?:predict|infer|inference|demo|detect|translate|transcribe|generate|recognize|classify|synthesize|"
    r"caption)(?:_(?!data)\w+|or|ion)?\b",
    re.IGNORECASE,
)


def told(pages: Pages, code: tuple[Code, ...]) -> Iterator[App]:
    yield from _notebooks_online(pages, code)
    yield from _snippets(pages, _packages(code))
    yield from _commands(pages)
    yield from _prose(pages, code)


def _notebooks_online(pages: Pages, code: tuple[Code, ...]) -> Iterator[App]:
    """Links that open a notebook ready to run, where the page or the notebook's name says that it shows the model."""
    names = {c.name for c in code if c.is_notebook}
    for text, target, block in pages.links:
        if not OPENS_NOTEBOOK.search(target):
            continue
        name = target.rpartition("/")[2].partition("?")[0]
        around = f"{text} {block.text} {' '.join(block.headings[-1:])}"
        is_shown = DEMO.search(name) or (DEMO.search(_without_badge(around)) and not TRAINS.search(around))
        if is_shown or (name not in names and not TRAINS.search(name)):
            yield App("colab" if "colab" in target else "notebook", block.at, target, target, block.at, bool(is_shown))


def _without_badge(text: str) -> str:
    """A badge says `Open in Colab` whatever the notebook does."""
    return re.sub(r"\S*open\s+in\s+colab\S*|https?://\S+", "", text, flags=re.IGNORECASE)


def _packages(code: tuple[Code, ...]) -> frozenset[str]:
    """The packages that others import from the project."""
    folders = {c.folder.removeprefix("src/").partition("/")[0] for c in code if c.name.endswith(".py") and c.folder}
    return frozenset(folders - {"src"})


def _snippets(pages: Pages, packages: frozenset[str]) -> Iterator[App]:
    """Python on a page that loads a model and gives its output; what a package is shown to do may be to fit first."""
    for block in pages.code_blocks:
        imported = {m.group(1) for m in IMPORTED.finditer(block.text)}
        is_of_package = bool(imported & packages) and ".predict" in block.text
        if SNIPPET.search(block.text) and PREDICTING_CODE.search(block.text) and (is_of_package or not _trains(block)):
            if not is_of_package and re.search(r"\.fit\(|\.train\(|\.backward\(|trainer", block.text):
                continue
            found = PREDICTING_CODE.search(block.text)
            line = block.text.count("\n", 0, found.start()) if found else 0
            yield App(
                "snippet",
                block.at,
                block.text.split("\n")[line].strip(),
                block.text.split("\n")[line].strip(),
                block.at,
            )


def _trains(block: Block) -> bool:
    return bool(TRAINS.search(" ".join(block.headings[-1:])))


def _commands(pages: Pages) -> Iterator[App]:
    """Commands of the project's own that predict, and are given an input."""
    for said in pages.lines:
        if not COMMAND.search(said.text) or said.block.kind.value != "code":
            continue
        heading = " ".join(said.block.headings[-1:])
        is_under = PREDICTING_HEADING.search(heading) and not TRAINS.search(heading)
        if not PREDICTING_COMMAND.search(said.text) and not is_under:
            continue
        if any(WORD_OF_INPUT.search(w) for w in said.block.text.split()) and PREDICTING_COMMAND.search(said.block.text):
            yield App("command", said.at, said.text, said.text, said.at)


def _prose(pages: Pages, code: tuple[Code, ...]) -> Iterator[App]:
    """Sentences that tell how to use the model on one's own input, where there is code to do it with."""
    if not any(PREDICTING_CODE.search(c.text) for c in code):
        return
    for said in pages.prose:
        lower = said.text.lower()
        if not any(word in lower for word in OWNERS) or not (
            OWN_INPUT.search(said.text) or FILE_AS_INPUT.search(said.text)
        ):
            continue
        if not TRAINS.search(said.text) and not TRAINS.search(" ".join(said.block.headings[-1:])):
            yield App("description", said.at, said.text[:200], "", said.at)
