"""Which configuration files a literal of the code may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from itertools import takewhile

from .uses import FileName

MAX_GLOBS = 200  # literals with computed parts that are followed


class Candidates:
    """Configuration files by the names that code may give them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)
        self._globs = 0
        self._by_name: dict[str, list[str]] = {}
        for path in self._paths:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def meant_by(self, name: FileName) -> list[str]:
        """The files that a literal may mean; one that is nearly all computed means none."""
        pattern = re.sub(r"\*+", "*", re.sub(r"^(\./|\.\./|\*/|/)+", "", name.pattern.replace("\\", "/")))
        if "*" in pattern:
            return self._matching(pattern)
        same = self._by_name.get(pattern.rpartition("/")[2], [])
        if not name.pattern.startswith(("/", "~", "C:")):
            same = [p for p in same if f"/{p}".endswith("/" + pattern)]
        return _nearest(same, name.at.path)

    def _matching(self, pattern: str) -> list[str]:
        folder, _, base = pattern.rpartition("/")
        is_vague = len(base.rpartition(".")[0].replace("*", "")) < 2 and len(folder.replace("*", "").strip("/")) < 3
        self._globs += 1
        if is_vague or pattern.count("*") > 5 or self._globs > MAX_GLOBS:
            return []
        regex = re.compile(rf"(?:.*/)?{translate(pattern)}")
        return [p for p in self._paths if regex.match(p)]


def _nearest(paths: list[str], home: str) -> list[str]:
    """Of several files of one name, those that share most folders with the code that names it."""
    if len(paths) < 2:
        return paths

    def shared(path: str) -> int:
        pairs = zip(path.split("/"), home.split("/"), strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    best = max(shared(p) for p in paths)
    return [p for p in paths if shared(p) == best]
