"""Patterns that are compiled when they are first looked for.

The readers of a project know several hundred patterns and need a third of them for a typical one; compiling the rest
would take longer than reading it.
"""

from __future__ import annotations

import re
from typing import Any, cast

METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Lazy:
    """Stands for a pattern; the first use of a method puts the methods of the compiled one into its place."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._given = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._given)
        self.__dict__.update((method, getattr(compiled, method)) for method in METHODS)
        return getattr(compiled, name)


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled at the first search; a mistake in it shows only then (a test compiles all)."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
