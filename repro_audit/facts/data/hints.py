"""What hints at the structure of the input without describing it: samples, example paths, the loader's code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model import Place
from ..regex import regex
from ..source import Source as Code
from .evidence import Evidence
from .model import Description, Source
from .origins import MANAGED
from .reads import Read, ReadKind

COLUMN_USE = regex(  # of a table, and no entry of a configuration or of saved weights
    r"(?<!config)(?<!cfg)(?<!conf)(?<!environ)(?<!args)(?<!params)(?<!group)(?<!settings)(?<!checkpoint)(?<!\])"
    r"\[\s*\[?\s*[\"'][\w %()./-]+[\"']\s*(?:,|\])|\.(?:drop|rename|groupby)\(|names\s*=\s*\[|usecols|columns\s*="
)
SHAPE_WORD = regex(
    r"\b(shapes?|columns?|pixels?|labels?|\d+\s*x\s*\d+|format|classes|header|rows?|folder|fields?|layout|images?)\b",
    re.IGNORECASE,
)
ABOUT_CODE = regex(r"model|layer|conv|todo|param|https?:", re.IGNORECASE)
COMMENT = regex(r"#\s*(.+)|^\s*[\"']{3}(.+)")
TELLING_PATH = regex(r"\.(csv|tsv|txt|jsonl?|xml|xlsx|fasta|bam|vcf|npz|png|jpe?g|wav|parquet)\b|[\w-]+/[\w-]+")
DOCUMENTS = (".md", ".rst", ".txt")
OPAQUE = (".pkl", ".pickle", ".bin", ".p", ".dat")
SHOWING = MANAGED - {m for m in MANAGED if m.value == "library"}


def find_hints(seen: Evidence, sources: tuple[Source, ...]) -> Iterator[Description]:
    """The samples that are there, then what the code tells."""
    for source in sources:
        is_stated = source.at.path.endswith(DOCUMENTS)  # a command that fetches data shows nothing of them
        if source.is_main and source.management in SHOWING and not is_stated:
            yield Description(source.at, source.text or source.what, False)
    by_path = {s.path: s for s in seen.program.sources}
    for path in dict.fromkeys(r.path for r in seen.reads):
        if path in by_path:
            yield from _code_hints(by_path[path], [r for r in seen.reads if r.path == path])
    for read in seen.reads:
        if read.kind is ReadKind.FILE and TELLING_PATH.search(read.what) and not read.what.endswith(OPAQUE):
            yield Description(read.at, read.text, False)


def _code_hints(source: Code, reads: list[Read]) -> Iterator[Description]:
    """Column names, and comments that speak of shapes or classes; beside a library's data set only precise ones."""
    is_library = all(r.kind is ReadKind.LIBRARY for r in reads)
    for number, line in enumerate(source.lines, 1):
        if _is_telling_comment(line, is_library) or (not is_library and COLUMN_USE.search(line)):
            yield Description(source.place_of(number), line.strip()[:160], False)
            break
    yield from _docstrings(source)


def _is_telling_comment(line: str, is_library: bool) -> bool:
    found = COMMENT.search(line) if "#" in line or line.lstrip().startswith(('"""', "'''")) else None
    if found is None or not SHAPE_WORD.search(found.group()) or ABOUT_CODE.search(found.group()):
        return False
    return not is_library or any(c.isdigit() for c in found.group())


def _docstrings(source: Code) -> Iterator[Description]:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and re.search(
            r"data|load|read|mnist|cifar", node.name, re.IGNORECASE
        ):
            text = ast.get_docstring(node) or ""
            if len(text) > 40 and re.search(r"data|image|https?:", text):
                yield Description(Place(source.path, source.place(node).line), text.split("\n")[0][:160], False)
                return
