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

    def __init__(self, pattern: str, flags: int, needs: tuple[str, ...]) -> None:
        self.pattern = pattern
        self.needs = needs
        self._given = flags
        if needs:
            self.search = self._search_where_needed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._compiled(), name)

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self.pattern, self._given)
        unguarded = METHODS if not self.needs else METHODS[1:]
        self.__dict__.update((method, getattr(compiled, method)) for method in unguarded)
        self.__dict__["_search"] = compiled.search
        return compiled

    def _search_where_needed(self, text: str, *span: int) -> re.Match[str] | None:
        """The search, spared where the text holds none of what each match has to hold."""
        plain = text.lower() if self._given & re.IGNORECASE else text
        for need in self.needs:
            if need in plain:
                search = self.__dict__.get("_search") or self._compiled().search
                return cast("re.Match[str] | None", search(text, *span))
        return None


def regex(pattern: str, flags: int = 0, *, needs: tuple[str, ...] = ()) -> re.Pattern[str]:
    """What `re.compile` gives, compiled at the first search; a mistake in it shows only then (a test compiles all).

    Each match holds one of `needs` (in lower case, where the case of letters is ignored). To look for plain
    substrings first is many times as fast where a pattern has no fixed beginning and is rarely found, and where
    nothing holds one the pattern is never compiled.
    """
    return cast("re.Pattern[str]", _Lazy(pattern, flags, needs))
