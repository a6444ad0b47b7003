"""Lists of columns or fields with what each holds: the commonest form of a data dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ...model import Place
from ..documents.model import Block, BlockKind, Document
from ..regex import regex
from .evidence import Evidence
from .model import Description, Table

MIN_FIELDS = 4  # fewer are a mention
SHARE = 0.6  # of the entries of one list
LEAD = 4  # blocks before a list that may say what it lists
MAX_FILES = 20
MAX_LINES = 4000

# A marked name (`**age**`, "(age)") may stand before its meaning without a sign; a plain one needs a colon or dash.
ENTRY = regex(
    r"^[\s>|*+-]*(?:\d+[.)]\s*)?(?:"
    r"[*_`\"(\[]{1,4}(?P<marked>[A-Za-z][\w ./%-]{0,40}?)(?P<inner>\s*:)?(?:[*`\")\]]|_(?!\w)){1,4}"
    r"(?:\s*\([^)]{1,60}\))?\s*(?P<sign>[:=–—]|-+>?|=>)?|"
    r"(?P<plain>[A-Za-z][\w.-]*(?: [\w.-]+){0,2})(?:\s*\([^)]{1,60}\))?(?:\s*[:=]|\s+(?:[–—]|-+>?|=>))\s"
    r")[\s*_`:=-]*[\w\"'<>(].{2,}"
)
ABOUT_FIELDS = regex(
    r"\b(?:columns?|fields?|variables?|attributes?|data (?:dictionary|description|fields)|codebook|"
    r"(?:input|data ?set|data|numeric\w*|categorical) features?|"
    r"features? (?:names?|descriptions?|(?:in|of) the \w+))\b",
    re.IGNORECASE,
)
OTHER_LIST = regex(
    r"\b(?:hyper-?parameters?|arguments?|options?|flags?|config\w*|results?|outputs?|predictions?|submissions?|metrics?|"
    r"models?|files?|scripts?|notebooks?|steps?|requirements?|dependenc\w+|install\w*|tech\w*|librar\w+|packages?|"
    r"structure|endpoints?|environment|secrets?)\b",
    re.IGNORECASE,
)
SECTION = regex(r"\s*\\(?:sub)*section\*?\{([^{}]{1,100})\}")
MARKED = regex(r"\\(?:textbf|textit|texttt|emph|item)\{([^{}]*)\}")
COMMAND = regex(r"\\(?:begin|end|label|cite\w*|ref)\{[^{}]*\}|\\[A-Za-z]+\*?|\\.")
MAX_LATEX = 2000  # characters of a line
FILE = regex(r"\.\w{1,5}\Z|/")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list: the name it begins with, and whether a sign sets the name apart from its meaning."""

    name: str
    is_apart: bool
    text: str
    at: Place


def find_field_lists(seen: Evidence, tables: tuple[Table, ...]) -> Iterator[Description]:
    """Each list that gives the meaning of columns; known by the names in tables, else by what is said before it."""
    known = frozenset(column.name.lower() for table in tables for column in table.columns)
    for document in (*seen.documents.all, *foreign_documents(seen)):
        for lead, items in _lists(document):
            if _is_dictionary(lead, items, known):
                yield Description(items[0].at, items[0].text[:200], True)


def _lists(document: Document) -> Iterator[tuple[str, list[Item]]]:
    """Runs of entries, each with the headings and the words before it."""
    blocks = [b for b in document.blocks if b.kind is not BlockKind.CODE]
    for is_list, run in groupby(enumerate(blocks), key=lambda pair: _item(pair[1]) is not None):
        pairs = list(run)
        if not is_list or len(pairs) < MIN_FIELDS:
            continue
        first = pairs[0][0]
        before = [b.text[-200:] for b in blocks[max(0, first - LEAD) : first]]
        items = [item for _, block in pairs for item in [_item(block)] if item]
        yield "\n".join([*blocks[first].headings[-1:], *before]), items


def _item(block: Block) -> Item | None:
    found = ENTRY.match(block.text[:400]) if block.kind is BlockKind.PROSE else None
    if found is None:
        return None
    name = (found.group("marked") or found.group("plain")).strip()
    return Item(
        name, bool(found.group("plain") or found.group("sign") or found.group("inner")), block.text.strip(), block.at
    )


def _is_dictionary(lead: str, items: list[Item], known: frozenset[str]) -> bool:
    """Whether most entries are columns that the project knows, or the lead says that they are columns."""
    matching = {i.name.lower() for i in items} & known
    if len(matching) >= MIN_FIELDS and len(matching) >= SHARE * len(items):
        return True
    apart = [i for i in items if i.is_apart and not FILE.search(i.name)]
    heading = lead.partition("\n")[0]
    last = lead.rpartition("\n")[2]
    is_about = any(ABOUT_FIELDS.search(words) and not OTHER_LIST.search(words) for words in (heading, last))
    is_code_like = sum(bool(re.fullmatch(r"[a-z][\w.]*|[A-Z][\w]*_\w+", i.name)) for i in apart) >= SHARE * len(items)
    return is_about and is_code_like and len(apart) >= max(MIN_FIELDS, SHARE * len(items))


def foreign_documents(seen: Evidence) -> Iterator[Document]:
    """The prose of R Markdown, Quarto and LaTeX, line by line."""
    for path in seen.files.suffixed(".tex")[:MAX_FILES]:
        yield Document(path, tuple(_latex(path, seen.files.lines(path)[:MAX_LINES])))
    for path in seen.files.suffixed(".rmd", ".qmd")[:MAX_FILES]:
        yield Document(path, tuple(_prose(path, seen.files.lines(path)[:MAX_LINES])))


def _prose(path: str, lines: list[str]) -> Iterator[Block]:
    heading: tuple[str, ...] = ()
    is_code = False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif line.startswith("#") and not is_code:
            heading = (line.strip("# \t"),)
        elif line.strip() and not is_code:
            yield Block(BlockKind.PROSE, line.strip(), Place(path, number), heading)


def _latex(path: str, lines: list[str]) -> Iterator[Block]:
    """Prose without its commands; an item of a list begins with its name."""
    heading: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        line = line[:MAX_LATEX].partition("%")[0] if not line.lstrip().startswith("\\item") else line[:MAX_LATEX]
        title = SECTION.match(line)
        text = COMMAND.sub(" ", MARKED.sub(r"\1", line)).strip(" {}\t")
        if title:
            heading = (title.group(1),)
        elif text:
            yield Block(BlockKind.PROSE, text, Place(path, number), heading)
