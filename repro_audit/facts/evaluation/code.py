"""The project's own code as text: read once, searched by pattern, never parsed for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ...model import Place
from ..carried import carried_folders, is_carried
from ..files import Tree
from ..regex import regex
from ..sources import Sources

MAX_NOTEBOOKS = 100
MAX_NOTEBOOK = 16 * 1024 * 1024  # bytes
MAX_SEARCHED = 2_000  # characters of a line; more is data
MAX_LINE = 200  # characters of a line that is shown

TESTS = regex(r"(^|/)(tests?|testing|unit_?tests?|\.ipynb_checkpoints)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
TEST_CASES = regex(r"^[ \t]*(?:import|from)\s+(?:pytest|unittest)\b|^def test_\w*\(", re.MULTILINE)
COMMENT = regex(r"^[ \t]*#[^\n]*", re.MULTILINE)
OTHER_LANGUAGES = (".r", ".rmd", ".qmd", ".jl", ".m", ".lua")


class Words:
    """The distinct words of all code of a project: what none of them holds, no file holds.

    Some two hundred substrings are looked for in each file, of which a project has a few.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, text: str) -> None:
        self._words.update(text.split())

    def among(self, needles: tuple[str, ...]) -> tuple[str, ...]:
        """The needles that some file may hold. To be asked once all files are added."""
        known = self._known.get(needles)
        if known is None:
            known = tuple(n for n in needles if all(part in self._text for part in n.split()))
            self._known[needles] = known
        return known

    @cached_property
    def _text(self) -> str:
        return " ".join(self._words)


@dataclass(frozen=True, slots=True)
class Code:
    """A file of code; of a notebook its code cells."""

    path: str
    text: str  # comments blanked, lines kept
    words: Words = field(repr=False, compare=False)  # of all code together
    raw: str | None = None  # of a notebook: the file as it stands

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def is_notebook(self) -> bool:
        return self.raw is not None

    def place(self, offset: int) -> Place:
        if self.raw is None:
            return Place(self.path, self.text.count("\n", 0, offset) + 1)
        wanted = json.dumps(self.line(offset), ensure_ascii=False)[1:-1]
        at = self.raw.find(wanted) if wanted else -1
        return Place(self.path, self.raw.count("\n", 0, at) + 1 if at >= 0 else 1)

    def line(self, offset: int) -> str:
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return self.text[start : end if end >= 0 else None].strip()[:MAX_LINE]

    def has(self, *needles: str) -> bool:
        """Whether any of them is in the text."""
        text = self.text
        return any(needle in text for needle in self.words.among(needles))

    def find(self, pattern: re.Pattern[str], *needles: str) -> int | None:
        """Where the pattern is first found on a line that holds one of the needles."""
        found = next(self.each(pattern, *needles), None)
        return None if found is None else found.start()

    def each(self, pattern: re.Pattern[str], *needles: str) -> Iterator[re.Match[str]]:
        """The first match of the pattern on each line that holds one of the needles.

        Searching the lines around a plain substring is many times as fast as the pattern alone.
        """
        text = self.text
        for start, end in self._lines_with(needles):
            found = pattern.search(text, start, min(end, start + MAX_SEARCHED))
            if found:
                yield found

    def _lines_with(self, needles: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where the lines that hold one of the needles begin and end, in their order."""
        text, lines = self.text, {}
        for needle in self.words.among(needles):
            at = text.find(needle)
            while at >= 0:
                end = text.find("\n", at)
                lines[text.rfind("\n", 0, at) + 1] = end if end >= 0 else len(text)
                at = text.find(needle, end) if end >= 0 else -1
        return sorted(lines.items())


def own_code(files: Tree, sources: Sources) -> tuple[Code, ...]:
    """Python files that are no tests, then notebooks, then code of other languages."""
    carried, words = carried_folders(files), Words()
    others = (p for p in files.suffixed(*OTHER_LANGUAGES) if not TESTS.search(p) and not is_carried(p, carried))
    python = (p for p in sources.python if not is_test(files, p) and not is_carried(p, carried))
    return (
        *(_read(files, p, words) for p in python),
        *_notebooks(files, words),
        *(_read(files, p, words) for p in others),
    )


def is_test(files: Tree, path: str) -> bool:
    """Whether a file tests the project; `test_*.py` and `*_test.py` may also be scripts that test a model."""
    if not TESTS.search(path):
        return False
    name = path.rpartition("/")[2]
    is_script = name.startswith("test_") or name.endswith("_test.py")
    is_script = is_script and not re.search(r"(^|/)(tests?|testing|unit_?tests?)/", path)
    return not is_script or bool(TEST_CASES.search(files.text(path) or ""))


def _read(files: Tree, path: str, words: Words) -> Code:
    return _code(path, files.text(path) or "", words)


def _code(path: str, text: str, words: Words, raw: str | None = None) -> Code:
    text = without_comments(text)
    words.add(text)
    return Code(path, text, words, raw)


def without_comments(text: str) -> str:
    return COMMENT.sub("", text) if "#" in text else text


def _notebooks(files: Tree, words: Words) -> Iterator[Code]:
    """The shallowest notebooks; decoding one costs as much as reading dozens of modules."""
    paths = sorted((p for p in files.suffixed(".ipynb") if not TESTS.search(p)), key=lambda p: (p.count("/"), p))
    for path in paths[:MAX_NOTEBOOKS]:
        data = files.open_bytes(path, MAX_NOTEBOOK)
        raw = (data or b"").decode("utf-8", "replace")
        text = _cells_of_code(raw)
        if text:
            yield _code(path, text, words, raw)


def _cells_of_code(raw: str) -> str:
    """The code cells of a notebook of any format version, "" where it is none."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    sheets = data.get("worksheets")
    cells = data.get("cells") or (
        sheets[0].get("cells") if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else None
    )
    texts = []
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            texts.append("".join(s for s in source if isinstance(s, str)) if isinstance(source, list) else str(source))
    return "\n".join(texts)
