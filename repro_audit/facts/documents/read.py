"""Which files are documents, and in which order a reader meets them.

The README of the root comes first, then other READMEs by depth, then documentation, then the
prose of notebooks. Pages for contributors and licenses say nothing of an experiment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..source import Cell, notebook_cells
from .model import Block, Document, Documents

MAX_DOCUMENT = 512 * 1024  # characters; a longer text is a record, not a page
MAX_DOCUMENTS = 300
MAX_NOTEBOOK = 4 * 1024 * 1024  # bytes
MAX_NOTEBOOKS = 60

PAGE = regex(r"\.(md|markdown|mdx|rst|org|txt|rmd|qmd)$", re.IGNORECASE)
README = regex(r"(^|/)readme([._-][^/]*)?$|(^|/)lisez-?moi[^/]*$|(^|/)leeme[^/]*$", re.IGNORECASE)
ASIDE = regex(
    r"(^|/)(contributing|code_of_conduct|license|licence|copying|notice|authors|changelog|changes|history|security|citation|"
    r"issue_template|pull_request_template|funding|agents)[^/]*$|(^|/)\.(?!/)[^/]+/",
    re.IGNORECASE,
)
TEXT_FOLDER = regex(r"(^|/)(docs?|documentation|manual)/", re.IGNORECASE)
PLAIN_ENDINGS = (".txt", ".rmd", ".qmd")


def read_documents(tree: Tree) -> Documents:
    """Every document of the project; never raises."""
    pages = [d for path in document_paths(tree) for d in [_read_page(tree, path)] if d]
    notebooks = sorted(tree.suffixed(".ipynb"), key=lambda p: (p.count("/"), p))[:MAX_NOTEBOOKS]
    return Documents((*pages, *(d for path in notebooks for d in [_read_notebook(tree, path)] if d)))


def document_paths(tree: Tree) -> list[str]:
    """Paths of READMEs and pages in the order of `Documents`."""
    known = set(tree.own)
    found = [p for p in tree.own if is_document(p, known)]
    return sorted(found, key=_rank)[:MAX_DOCUMENTS]


def is_document(path: str, known: set[str]) -> bool:
    name = path.rpartition("/")[2]
    if README.search(path):
        is_source = path.lower().endswith((".rmd", ".qmd")) and path[:-4] + ".md" in known
        return ("." not in name or bool(PAGE.search(name))) and not is_source
    if not PAGE.search(name) or ASIDE.search(path):
        return False
    return not name.lower().endswith(PLAIN_ENDINGS) or (
        name.lower().endswith(".txt") and bool(TEXT_FOLDER.search(path))
    )


def _rank(path: str) -> tuple[int, int, int, str]:
    is_readme = bool(README.search(path))
    name = path.rpartition("/")[2].lower()
    is_plain = name.split(".")[0] in ("readme", "reproducibility")
    return (0 if is_readme else 1, path.count("/"), 0 if is_plain else 1, path)


def _read_page(tree: Tree, path: str) -> Document | None:
    text = tree.text(path)
    if not text:
        return None
    return Document(path, tuple(_blocks(path, text[:MAX_DOCUMENT])))


def _blocks(path: str, text: str) -> list[Block]:
    ending = path.lower().rpartition(".")[2]
    from .plain import plain_blocks

    if ending in ("rst", "org"):
        return plain_blocks(path, text, ending)
    is_marked = ending in ("md", "markdown", "mdx", "rmd", "qmd") or bool(
        re.search(r"^(#{1,3} \S|```)", text, re.MULTILINE)
    )
    return markdown_or_plain(path, text) if is_marked else plain_blocks(path, text, "rst" if "::\n" in text else "txt")


def markdown_or_plain(path: str, text: str) -> list[Block]:
    """Markdown, read as plain text where it is nested too deeply for the parser."""
    from .markdown import markdown_blocks
    from .plain import plain_blocks

    try:
        return markdown_blocks(path, text)
    except Exception:  # the parser is third-party code fed with strangers' text: whatever it stumbles on, go on
        return plain_blocks(path, text, "txt")


def _read_notebook(tree: Tree, path: str) -> Document | None:
    if tree.size(path) > MAX_NOTEBOOK:
        return None
    data = tree.open_bytes(path, MAX_NOTEBOOK)
    if data is None or b"markdown" not in data:
        return None
    cells = notebook_cells(data.decode("utf-8", "replace")) or []
    blocks: list[Block] = []
    headings: tuple[str, ...] = ()
    for cell in cells:
        if cell.kind == "markdown" and cell.text.strip():
            blocks += _cell_blocks(path, cell, headings)
            last = blocks[-1] if blocks else None
            headings = _after(last) if last else headings
    return Document(path, tuple(blocks)) if blocks else None


def _after(block: Block) -> tuple[str, ...]:
    """The headings that what follows a block stands under."""
    return (*block.headings, block.text) if block.kind.value == "heading" else block.headings


def _cell_blocks(path: str, cell: Cell, above: tuple[str, ...]) -> list[Block]:
    """The blocks of one cell, with the lines of the notebook's file, under the headings of earlier cells."""
    found = []
    for block in markdown_or_plain(path, cell.text[:MAX_DOCUMENT]):
        line = block.at.line or 1
        at = Place(path, cell.lines[min(line, len(cell.lines)) - 1] if cell.lines else None)
        starts_anew = bool(block.headings) or block.kind.value == "heading"
        found.append(replace(block, at=at, headings=block.headings if starts_anew else above))
    return found
