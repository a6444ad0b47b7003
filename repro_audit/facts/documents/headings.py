"""The headings that a block stands under."""

from __future__ import annotations


class Headings:
    """A stack of headings by level; a heading ends all those of its level and deeper."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, text: str) -> tuple[str, ...]:
        """Begin a heading; gives those it stands under itself."""
        self._open = [(known, name) for known, name in self._open if known < level]
        above = self.path
        self._open.append((level, text))
        return above

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._open)
