"""The project's own code as text: read once, searched by pattern, never parsed for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree
from ..source import Source
from ..sources import Sources

MAX_NOTEBOOKS = 60
MAX_LINE = 200  # characters of a line that is shown

TESTS = re.compile(
    r"(^|/)(tests?|testing|unit_?tests?|\.ipynb_checkpoints)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$"
)
TEST_CASES = re.compile(r"^\s*(?:import|from)\s+(?:pytest|unittest)\b|^def test_\w*\(", re.MULTILINE)
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
OTHER_LANGUAGES = (".r", ".rmd", ".qmd", ".jl", ".m", ".lua")


@dataclass(frozen=True, slots=True)
class Code:
    """A file of code; of a notebook its code cells."""

    path: str
    text: str  # comments blanked, lines kept
    source: Source | None = None  # of a notebook

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    def place(self, offset: int) -> Place:
        line = self.text.count("\n", 0, offset) + 1
        return self.source.place_of(line) if self.source else Place(self.path, line)

    def line(self, offset: int) -> str:
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return self.text[start : end if end >= 0 else None].strip()[:MAX_LINE]


def own_code(files: Tree, sources: Sources) -> tuple[Code, ...]:
    """Python files that are no tests, then notebooks, then code of other languages."""
    return tuple(
        [
            *(Code(p, without_comments(files.text(p) or "")) for p in sources.python if not is_test(files, p)),
            *_notebooks(sources),
            *(
                Code(p, without_comments(files.text(p) or ""))
                for p in files.suffixed(*OTHER_LANGUAGES)
                if not TESTS.search(p)
            ),
        ]
    )


def is_test(files: Tree, path: str) -> bool:
    """Whether a file tests the project; `test_*.py` may also be the script that tests a model."""
    if not TESTS.search(path):
        return False
    name = path.rpartition("/")[2]
    return not name.startswith("test_") or bool(TEST_CASES.search(files.text(path) or ""))


def without_comments(text: str) -> str:
    return COMMENT.sub("", text) if "#" in text else text


def _notebooks(sources: Sources) -> Iterator[Code]:
    paths = sorted((p for p in sources.notebooks if not TESTS.search(p)), key=lambda p: (p.count("/"), p))
    for path in paths[:MAX_NOTEBOOKS]:
        source = sources.get(path)
        if source is not None:
            yield Code(path, without_comments("\n".join(source.lines)), source)
