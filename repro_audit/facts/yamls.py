"""YAML with the line of every value, bounded against alias bombs and deep nesting.

It is read from the parser's events, because composing nodes recurses in C: a file of nothing but
`[` ends the whole process there, and no exception can be caught.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yaml.events import Event, ScalarEvent

MAX_YAML = 1024 * 1024  # characters
MAX_VALUES = 50_000  # each alias counted with all that it stands for
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with its line (from 1): a scalar's text, a list's items, or a mapping's values."""

    line: int
    text: str = ""
    items: tuple[Entry, ...] = ()
    values: dict[str, Entry] = field(default_factory=dict)
    is_list: bool = False
    tag: str = ""  # of a scalar that has one
    is_plain: bool = False  # a scalar without quotes, whose text may be a number
    is_mapping: bool = False

    def get(self, key: str) -> Entry:
        return self.values.get(key, MISSING)

    @property
    def texts(self) -> tuple[str, ...]:
        """The scalars of a list, or a lone scalar."""
        return tuple(i.text for i in self.items if i.text) or ((self.text,) if self.text else ())

    def __bool__(self) -> bool:
        return bool(self.text or self.items or self.values)

    @property
    def is_scalar(self) -> bool:
        return not (self.is_list or self.is_mapping)


MISSING = Entry(0)


def read_yaml(text: str | None) -> Entry:
    """The first document, `MISSING` where it is no YAML; tags are ignored, nothing is constructed."""
    try:
        return next(read_documents(text or ""), MISSING)
    except ValueError:
        return MISSING


def read_documents(text: str) -> Iterator[Entry]:
    """Every document; `ValueError` where the text is no YAML, is too large or nests too deep."""
    if len(text) > MAX_YAML:
        raise ValueError("too large")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from _Builder().build(yaml.parse(text, Loader=loader))
    except (yaml.YAMLError, RecursionError, MemoryError) as error:
        raise ValueError("no YAML") from error


@dataclass
class _Open:
    """A list or mapping that has not ended yet."""

    line: int
    is_list: bool
    anchor: str | None
    children: list[Entry] = field(default_factory=list)
    size: int = 1

    def closed(self) -> Entry:
        if self.is_list:
            return Entry(self.line, items=tuple(self.children), is_list=True)
        pairs = zip(self.children[::2], self.children[1::2], strict=False)
        return Entry(self.line, values={key.text: value for key, value in pairs}, is_mapping=True)


class _Builder:
    """Builds entries from events, without recursion."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Entry, int]] = {}

    def build(self, events: Iterable[Event]) -> Iterator[Entry]:
        import yaml

        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.ScalarEvent):
                done = _scalar(event, line), 1
                self._keep(event.anchor, done)
            elif isinstance(event, yaml.AliasEvent):
                done = self._anchors.get(event.anchor or "", (MISSING, 1))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._open.append(_Open(line, isinstance(event, yaml.SequenceStartEvent), event.anchor))
                if len(self._open) > MAX_DEPTH:
                    raise ValueError("nested too deep")
                continue
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                ended = self._open.pop()
                done = ended.closed(), ended.size
                self._keep(ended.anchor, done)
            else:
                continue
            if self._open:
                self._add(*done)
            else:
                yield done[0]

    def _keep(self, anchor: str | None, done: tuple[Entry, int]) -> None:
        if anchor:
            self._anchors[anchor] = done

    def _add(self, entry: Entry, size: int) -> None:
        """Add a value to the innermost open one."""
        self._open[-1].children.append(entry)
        self._open[-1].size += size
        if self._open[-1].size > MAX_VALUES:
            raise ValueError("too many values")


def _scalar(event: ScalarEvent, line: int) -> Entry:
    is_block = event.style in ("|", ">")
    return Entry(line + is_block, str(event.value), tag=event.tag or "", is_plain=not event.style)
