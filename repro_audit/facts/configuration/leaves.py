"""The leaves of a configuration file, each with its line. Nothing is constructed but plain values.

Bounded: a file over `MAX_BYTES` is data, and no more than `MAX_LEAVES` leaves are taken from any file,
so that an alias bomb costs as much as an ordinary file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

MAX_BYTES = 1_000_000
MAX_LEAVES = 3000
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value with its dotted key and its line, counted from 1."""

    key: str
    value: Any
    line: int


def leaves_of(path: str, text: str) -> tuple[Leaf, ...]:
    """The leaves of a file by its suffix; nothing where it cannot be read."""
    if len(text) > MAX_BYTES:
        return ()
    suffix = path.lower().rpartition("/")[2].rpartition(".")[2]
    read = READERS.get(suffix, plain_leaves)
    try:
        return tuple(islice(read(text), MAX_LEAVES))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return ()


def yaml_leaves(text: str) -> Iterator[Leaf]:
    """Leaves of every document, from the syntax tree: no tag is obeyed and no alias is copied."""
    import yaml

    text = _without_templates(text)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # Composing recurses in C, where deep nesting would end the process: the events tell the depth first.
        if _is_deep(yaml.parse(text, Loader=loader)):
            return
        walk = _YamlWalk(loader(""))
        for node in yaml.compose_all(text, Loader=loader):
            yield from walk.leaves(node, "", 0)
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error


def _is_deep(events: Iterable[Any]) -> bool:
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith(("MappingStartEvent", "SequenceStartEvent"))
        depth -= name.endswith(("MappingEndEvent", "SequenceEndEvent"))
        if depth > MAX_DEPTH:
            return True
    return False


_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def _without_templates(text: str) -> str:
    """Jinja's braces would end the parse; they become a plain word of the same length."""
    return _TEMPLATE.sub(lambda m: "x" * len(m.group()), text) if "{{" in text or "{%" in text else text


class _YamlWalk:
    """Walks a syntax tree in which aliases may share nodes, or lead in circles: its steps are counted."""

    def __init__(self, scalars: Any) -> None:
        self._scalars = scalars
        self._steps = 10 * MAX_LEAVES

    def leaves(self, node: Any, prefix: str, depth: int) -> Iterator[Leaf]:
        self._steps -= 1
        if node is None or depth > MAX_DEPTH or self._steps < 0:
            return
        if node.id == "mapping":
            for key, value in node.value:
                name = key.value if key.id == "scalar" else "?"
                yield from self.leaves(value, prefix if name == "<<" else _join(prefix, name), depth + 1)
        elif node.id == "sequence" and any(child.id != "scalar" for child in node.value):
            for number, child in enumerate(node.value):
                yield from self.leaves(child, _join(prefix, str(number)), depth + 1)
        else:
            yield Leaf(prefix, self._value(node), node.start_mark.line + 1)

    def _value(self, node: Any) -> Any:
        """The plain value of a scalar or list of scalars; text where its tag is not one of the plain ones."""
        if node.id == "sequence":
            return [self._value(child) for child in node.value[:200]]
        try:
            kind = node.tag.rpartition(":")[2]
            if kind in ("int", "float", "bool", "null"):
                return getattr(self._scalars, f"construct_yaml_{kind}")(node)
        except Exception:  # a stranger's `!!int x` may fail in as many ways as there are tags
            pass
        return _number(node.value) if node.style in (None, "") else node.value


_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def _number(text: str) -> Any:
    """`1e-3` is a number to everyone but YAML."""
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() and len(text) < 30 else float(text)


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def json_leaves(text: str) -> Iterator[Leaf]:
    """Leaves of a JSON file (`//` comments allowed); the line is found by looking for the keys in their order."""
    try:
        data = json.loads(text)
    except ValueError:
        data = json.loads(re.sub(r"^\s*//.*$|\s//.*$", "", text, flags=re.MULTILINE))
    finder = _Finder(text)
    if isinstance(data, (dict, list)):
        yield from _walk_plain(data, "", 0, lambda name: finder.seek(re.escape(json.dumps(name)) + r"\s*:"))


def toml_leaves(text: str) -> Iterator[Leaf]:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib

    finder = _Finder(text)
    yield from _walk_plain(tomllib.loads(text), "", 0, lambda name: finder.seek(rf"^\s*(?:[\w.\"'-]*[.\[])?[\"']?{re.escape(name)}[\"']?\s*[=.\]]"))


class _Finder:
    """Finds keys one after the other; a key that is not found later in the text is looked for from its start."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def seek(self, pattern: str) -> int:
        """The line of the next match."""
        regex = re.compile(pattern, re.MULTILINE)
        found = regex.search(self._text, self._at) or regex.search(self._text)
        if found is None:
            return self._text.count("\n", 0, self._at) + 1
        self._at = found.end() if found.start() >= self._at else self._at
        return self._text.count("\n", 0, found.end()) + 1


def _walk_plain(data: Any, prefix: str, depth: int, line_of: Callable[[str], int], line: int = 1) -> Iterator[Leaf]:
    if depth > MAX_DEPTH:
        return
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _walk_plain(value, _join(prefix, str(name)), depth + 1, line_of, line_of(str(name)))
    elif isinstance(data, list) and any(isinstance(d, (dict, list)) for d in data):
        for number, value in enumerate(data):
            yield from _walk_plain(value, _join(prefix, str(number)), depth + 1, line_of, line)
    else:
        yield Leaf(prefix, data, line)


_SECTION = re.compile(r"\s*\[([^\]]+)\]\s*$")
_PAIR = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.\-/@ ]*?)\s*[=:]\s*(.*?)\s*$")


def plain_leaves(text: str) -> Iterator[Leaf]:
    """`key = value` and `key: value` lines, with `[sections]`: INI, .env, .gin and files of options."""
    section = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = re.split(r"(?:^|\s)[#;]", raw, maxsplit=1)[0]
        header = _SECTION.match(line)
        if header:
            section = header.group(1).strip()
            continue
        pair = _PAIR.match(line)
        if pair and len(pair.group(1)) <= 80:
            yield Leaf(_join(section, pair.group(1)), _number(pair.group(2).strip("\"'")), number)


def gin_leaves(text: str) -> Iterator[Leaf]:
    """`scope/module.function.parameter = value`."""
    for leaf in plain_leaves(text):
        if not leaf.key.startswith(("import ", "include ")):
            yield leaf


READERS: dict[str, Callable[[str], Iterable[Leaf]]] = {
    "yaml": yaml_leaves,
    "yml": yaml_leaves,
    "json": json_leaves,
    "json5": json_leaves,
    "jsonc": json_leaves,
    "toml": toml_leaves,
    "gin": gin_leaves,
}  # fmt: skip
