"""YAML with the line of every value, bounded against alias bombs and deep nesting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_YAML = 1024 * 1024  # characters
MAX_NODES = 50_000  # values, each alias counted as often as it is used
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with its line (from 1): a scalar's text, a list's items, or a mapping's values."""

    line: int
    text: str = ""
    items: tuple[Entry, ...] = ()
    values: dict[str, Entry] = field(default_factory=dict)
    is_list: bool = False

    def get(self, key: str) -> Entry:
        return self.values.get(key, MISSING)

    @property
    def texts(self) -> tuple[str, ...]:
        """The scalars of a list, or a lone scalar."""
        return tuple(i.text for i in self.items if i.text) or ((self.text,) if self.text else ())

    def __bool__(self) -> bool:
        return bool(self.text or self.items or self.values)


MISSING = Entry(0)


def read_yaml(text: str | None) -> Entry:
    """The document, `MISSING` where it is no YAML; tags are ignored, nothing is constructed."""
    if not text or len(text) > MAX_YAML:
        return MISSING
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
        return _Reader().entry(node, 0) if node is not None else MISSING
    except (yaml.YAMLError, RecursionError, MemoryError, ValueError):
        return MISSING


class _Reader:
    def __init__(self) -> None:
        self._left = MAX_NODES

    def entry(self, node: Node, depth: int) -> Entry:
        import yaml

        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return MISSING
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            is_block = node.style in ("|", ">")
            return Entry(line + 1 if is_block else line, str(node.value))
        if isinstance(node, yaml.SequenceNode):
            return Entry(line, items=tuple(self.entry(n, depth + 1) for n in node.value), is_list=True)
        if not isinstance(node, yaml.MappingNode):
            return MISSING
        values: dict[str, Entry] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                values[str(key.value)] = self.entry(value, depth + 1)
        return Entry(line, values=values)
