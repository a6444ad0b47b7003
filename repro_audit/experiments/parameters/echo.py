"""Is what differs only the changed value itself, told again in a log, a dump of the configuration or a name?

Where the first run shows the old value and the second the new one, the old one is put into the second, and
the two are compared again: what then still differs is a result.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ...compare.folders import compare
from ...compare.model import Difference, Likeness, Tolerances
from ...compare.runs import is_asked
from ...compare.tally import SHOWN
from ...sandbox.model import Run
from ..keys import key_of
from ..model import Output
from ..outputs import SAID, told, unlike

LARGEST = 20_000_000  # bytes of an output in which an echo is looked for
MOST_LINES = 20_000
MOST_PIECES = 4_000  # of one line
MOST_ALIKE = 5  # files whose generated names are alike
_PIECE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w])|[A-Za-z_]\w*|\s+|.", re.DOTALL)
_UNEQUAL = re.compile(r"^(?P<one>.+) != (?P<two>.+)$", re.DOTALL)


@dataclass(frozen=True)
class Echo:
    """A changed value: what stands for the old one in the first run's words may stand for the new one's."""

    pairs: tuple[tuple[Any, Any], ...]
    digests: tuple[tuple[str, str], ...] = ()  # of changed files, before and after: some tools keep them
    added: frozenset[str] = frozenset()  # words that the changed command has and the other has not

    @classmethod
    def of(cls, before: Any, after: Any, added: str = "", files: Iterable[tuple[str, str]] = ()) -> Echo:
        """The change of one parameter; `files` are texts before and after it."""
        pairs = [(before, after)]
        if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
            pairs += [(a, b) for a, b in zip(before, after, strict=False) if a != b]
        digests = tuple(pair for texts in files for pair in zip(*map(_digests, texts), strict=True))
        return cls(tuple(pairs), digests, frozenset(_PIECE.findall(added)))

    def says(self, one: str, two: str) -> bool:
        """Whether one is the old value and the other the new one, however they are written."""
        return any(_means(one, a) and _means(two, b) for a, b in self.pairs)

    def undone(self, first: str, second: str) -> str:
        """The second text with the old value wherever only the new one stands in its place."""
        for before, after in self.digests:
            second = second.replace(after, before)
        one, two = first.split("\n"), second.split("\n")
        if one == two or len(two) > MOST_LINES or len(one) > MOST_LINES:
            return second
        if len(one) == len(two):
            return "\n".join(b if a == b else self._line(a, b) for a, b in zip(one, two, strict=True))
        return "\n".join(self._aligned(one, two))

    def _aligned(self, one: list[str], two: list[str]) -> Iterator[str]:
        for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if tag == "replace" and b - a == d - c:
                yield from (self._line(x, y) for x, y in zip(one[a:b], two[c:d], strict=True))
            elif tag in ("replace", "insert") and self._is_longer(one[a:b], two[c:d]):
                yield from one[a:b]
            else:
                yield from two[c:d]

    def _is_longer(self, first: list[str], second: list[str]) -> bool:
        """Whether the second lines are the first ones and lines that tell what was added to the command."""
        left = [line for line in second if not self._is_added(line)]
        return len(left) < len(second) and _bare("".join(left)) == _bare("".join(first))

    def _is_added(self, line: str) -> bool:
        words = [p for p in _PIECE.findall(line) if p[0].isalnum() or p[0] == "_" or (len(p) > 1 and not p.isspace())]
        return bool(words) and self.added.issuperset(words)

    def _line(self, first: str, second: str) -> str:
        one, two = _PIECE.findall(first), _PIECE.findall(second)
        if max(len(one), len(two)) > MOST_PIECES:
            return second
        made: list[str] = []
        for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            old, new = "".join(one[a:b]), "".join(two[c:d])
            is_echo = tag == "replace" and self.says(old.strip(" \"'"), new.strip(" \"'"))
            is_added = tag == "insert" and self.added.issuperset(p for p in two[c:d] if not p.isspace())
            made.append(old if is_echo or is_added else new)
        return "".join(made)


def _bare(text: str) -> str:
    """Without what a list or mapping needs for one item more."""
    return re.sub(r"\[\]|\{\}", "", re.sub(r"[\s,]", "", text))


def _digests(text: str) -> tuple[str, ...]:
    data = text.encode("utf-8", "surrogateescape")
    return tuple(hashlib.new(kind, data, usedforsecurity=False).hexdigest() for kind in ("md5", "sha1", "sha256"))


def _means(text: str, value: Any) -> bool:
    """Whether the text writes the value: `0.100000` is 0.1, `true` is True."""
    if isinstance(value, bool) or value is None:
        return text.lower() in (
            (str(value).lower(), "1", "yes", "on") if value else (str(value).lower(), "0", "no", "off", "none", "null")
        )
    if isinstance(value, (int, float)):
        try:
            return float(text) == float(value) or (len(text) > 3 and abs(float(text) - value) <= 1e-6 * abs(value))
        except (ValueError, OverflowError):
            return False
    return text.strip("\"'") == str(value) or text == repr(value)


def results(
    run: Run, reference: Run, outputs: tuple[Output, ...], echo: Echo, tolerances: Tolerances
) -> tuple[Output, ...]:
    """Of the outputs that differ, those in which more differs than the changed value itself."""
    differing = unlike(outputs)
    renamed = _pairs_by_name(differing, echo)
    found = []
    for output in differing:
        if output.path in renamed.values() or is_asked(output.path):
            continue
        if output.verdict.startswith("only") and output.path not in renamed:
            found.append(output)
            continue
        first = _file(reference, output.path)
        others = _others(run, renamed.get(output.path, output.path))
        left = [_left(first, other, output, echo, tolerances) for other in others]
        if None not in left:
            found.append(next(iter(left), None) or output)
    return tuple(found)


def _others(run: Run, path: str) -> list[Path]:
    """The file of that name in the second run; where names are drawn anew, those that only differ in that."""
    same = _file(run, path)
    if same.exists():
        return [same]
    top = "home" if path.startswith("~/") else "project"
    wanted = key_of(f"{top}/{path.removeprefix('~/')}")
    return [run.folder / p for p in run.changed if key_of(p) == wanted][:MOST_ALIKE]


def _pairs_by_name(outputs: tuple[Output, ...], echo: Echo) -> dict[str, str]:
    """Files whose names hold the value: the first's name to the second's."""
    gone = {o.path for o in outputs if o.verdict == Likeness.ONLY_FIRST.value}
    new = [o.path for o in outputs if o.verdict == Likeness.ONLY_SECOND.value]
    return {old: path for path in new for old in sorted(gone) if echo.undone(old, path) == old}


def _file(run: Run, path: str) -> Path:
    if path == SAID:
        return run.log
    return run.folder / "home" / path[2:] if path.startswith("~/") else run.folder / "project" / path


def _left(first: Path, second: Path, output: Output, echo: Echo, tolerances: Tolerances) -> Output | None:
    """What differs once the old value stands in both files; None where nothing does."""
    if not _is_plain(first) or not _is_plain(second):
        return output
    one, two = first.read_bytes(), second.read_bytes()
    if b"\0" in one or b"\0" in two:
        return None if _differs_by_value(compare(first, second, tolerances), echo) else output
    texts = (one.decode("utf-8", "surrogateescape"), two.decode("utf-8", "surrogateescape"))
    changed = echo.undone(*texts)
    with tempfile.TemporaryDirectory(prefix="repro-audit-") as place:
        sides = [Path(place) / side for side in ("one", "two")]
        for side, text in zip(sides, (texts[0], changed), strict=True):
            target = side / (output.path if output.path != SAID else "log.txt")
            target.parent.mkdir(parents=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        found = compare(sides[0], sides[1], tolerances)
        shutil.rmtree(place, ignore_errors=True)
    if found.likeness.is_same or _differs_by_value(found, echo):
        return None
    return next((told(output.path, node) for _, node in found.files() if not node.likeness.is_same), output)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST


def _differs_by_value(found: Difference, echo: Echo) -> bool:
    """Whether each place that differs says the old value on one side and the new one on the other."""
    leaves = list(_leaves(found))
    return 0 < len(leaves) < SHOWN and all(_says(leaf, echo) for leaf in leaves)


def _leaves(node: Difference) -> Iterator[Difference]:
    real = [d for d in node.details if not d.likeness.is_same]
    if not real and not node.likeness.is_same:
        yield node
    for child in real:
        yield from _leaves(child)


def _says(leaf: Difference, echo: Echo) -> bool:
    found = _UNEQUAL.match(leaf.why)
    return bool(found) and echo.says(found["one"].strip("\"'"), found["two"].strip("\"'"))  # type: ignore[index]
