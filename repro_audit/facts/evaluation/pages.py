"""What READMEs and documentation say of getting predictions: commands, apps, links, own input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...model import Place
from ..carried import is_carried
from ..documents.model import Block, BlockKind, Document, Documents
from ..regex import regex
from .code import TESTS

MAX_LINE = 2_000  # characters; more is data

TREE_LINE = regex(r"[├└│╰]|\|--|^[ \t]*[-*+]?\s*`?[\w./-]+`?\s*(?::|#|-{1,2}|–|—)\s", re.MULTILINE)
RUNS = regex(  # before the name of a file
    r"(?:^|[\s`$(;&])(?:python[\d.]*|py|ipython|streamlit|uvicorn|gunicorn|flask|panel|gradio|bash|sh|fastapi|"
    r"voila|docker|make|chainlit|torchrun|"
    r"Rscript|julia|accelerate|jupyter|uv|poetry|waitress-serve|snakemake|deepspeed)\s|\./\S*$|%run",
    re.IGNORECASE,
)
TELLS = regex(
    r"\b(?:run|start|launch|open|execut|use|using|see|try|call|provide|check|via|with|load|follow)\w*\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a page."""

    at: Place
    text: str
    block: Block

    @property
    def heading(self) -> str:
        return " > ".join(self.block.headings)


@dataclass(frozen=True)
class Pages:
    """The pages of the project; the prose of notebooks stands with their code and is left out."""

    documents: Documents
    carried: tuple[str, ...] = ()  # folders of somebody else's project, whose pages tell of that one

    @cached_property
    def own(self) -> tuple[Document, ...]:
        pages = (d for d in self.documents.all if not d.path.endswith(".ipynb"))
        return tuple(d for d in pages if not TESTS.search(d.path) and not is_carried(d.path, self.carried))

    @cached_property
    def lines(self) -> tuple[Said, ...]:
        """Every line of every block but headings."""
        return tuple(_lines(self.own))

    @cached_property
    def prose(self) -> tuple[Said, ...]:
        return tuple(s for s in self.lines if s.block.kind is not BlockKind.CODE)

    @cached_property
    def code_blocks(self) -> tuple[Block, ...]:
        return tuple(b for d in self.own for b in d.blocks if b.kind is BlockKind.CODE)

    @cached_property
    def links(self) -> tuple[tuple[str, str, Block], ...]:
        """(text, target, block) of every link."""
        return tuple((text, target, b) for d in self.own for b in d.blocks for text, target in b.links)

    def telling_of(self, path: str) -> Said | None:
        """The line with the command that runs this file, else the sentence that sends the reader to it.

        A list of the project's files tells nothing of that kind.
        """
        name = path.rpartition("/")[2]
        names = _names(path)
        prose: Said | None = None
        for said in self.lines:
            found = (
                names.search(said.text)
                if name.partition(".")[0].strip("_") in said.text or name == "__main__.py"
                else None
            )
            if found is None:
                continue
            if self._is_elsewhere(said.at.path, path, said.text):
                continue
            if RUNS.search(said.text[: found.start() + 2]) and not TREE_LINE.match(said.text):
                return said
            if said.block.kind is not BlockKind.CODE and TELLS.search(said.text):
                prose = prose or said
        return prose

    def _is_elsewhere(self, page: str, path: str, text: str) -> bool:
        """Whether a page of one folder means its own file by a name that this path shares."""
        folder = page.rpartition("/")[0]
        return bool(folder) and not path.startswith(folder + "/") and path not in text

    def starting(self, pattern: re.Pattern[str], folder: str) -> Said | None:
        """The line with a command of that form, on a page that stands in the folder or above it."""
        for said in self.lines:
            page = said.at.path.rpartition("/")[0]
            if (
                not page or folder == page or folder.startswith(page + "/") or page.startswith(folder)
            ) and pattern.search(said.text):
                return said
        return None


def _names(path: str) -> re.Pattern[str]:
    """Finds a file by its name, or as a module: `pkg.predict` after `-m`."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0]
    folder = path.rpartition("/")[0].rpartition("/")[2]
    module = rf"|-m\s+(?:[\w.]+\.)?{re.escape(stem)}\b" if name.endswith(".py") else ""
    module += rf"|-m\s+(?:[\w.]+\.)?{re.escape(folder)}\b" if stem == "__main__" else ""
    served = rf"|\b{re.escape(stem)}:\w+" if name.endswith(".py") else ""
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w])|{re.escape(name.replace(' ', '%20'))}{module}{served}")


def _lines(documents: tuple[Document, ...]) -> Iterator[Said]:
    for document in documents:
        for block in document.blocks:
            if block.kind is BlockKind.HEADING:
                continue
            first = block.at.line or 1
            for number, text in enumerate(block.text.split("\n")):
                if text.strip():
                    yield Said(Place(document.path, first + number), text.strip()[:MAX_LINE], block)
            for _, target in block.links:
                if target not in block.text:
                    yield Said(block.at, target, block)
