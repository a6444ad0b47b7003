"""Give a key of a YAML, JSON or TOML file another value; every other byte of the file stays as it is.

YAML and JSON are edited at the exact place that the syntax tree gives a value, so that comments, quotes,
anchors and order stay. Nothing is constructed: no tag is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .model import CannotSet
from .rendering import in_yaml

MOST_STEPS = 30_000  # nodes that are looked at: aliases may lead in circles
DEEPEST = 40
_COMMENT = re.compile(r"^[ \t]*//.*$|(?<=[\s,{\[])//.*$", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}")


def edit_yaml(text: str, key: str, value: Any, line: int | None = None) -> str:
    """The text with another value at the dotted key; raises `CannotSet`."""
    return _edited(text, _TEMPLATE.sub(lambda m: "x" * len(m.group()), text), key, value, line)


def edit_json(text: str, key: str, value: Any, line: int | None = None) -> str:
    """JSON is YAML but for tabs and comments, which are blanked where they stand."""
    plain = text.replace("\t", " ")
    return _edited(text, _COMMENT.sub(lambda m: " " * len(m.group()), plain), key, value, line)


def edit_toml(text: str, key: str, value: Any, line: int | None = None) -> str:
    """TOML through tomlkit, which keeps what it does not change."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        holder, last = _holder(document, key)
        old = holder[last]
        if isinstance(value, list) and isinstance(old, list) and len(value) == len(old):
            for index, item in enumerate(value):
                if old[index] != item:
                    old[index] = item
        else:
            holder[last] = value
        return str(tomlkit.dumps(document))
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise CannotSet(f"{key} is not found in the file") from error


def _holder(data: Any, key: str) -> tuple[Any, Any]:
    """What holds the last part of a dotted key; parts may hold dots themselves."""
    parts = key.split(".")
    for end in range(len(parts), 0, -1):
        head = ".".join(parts[:end])
        name: Any = int(head) if isinstance(data, list) and head.isdigit() else head
        is_there = name < len(data) if isinstance(name, int) else head in data
        if is_there and end == len(parts):
            return data, name
        if is_there:
            try:
                return _holder(data[name], ".".join(parts[end:]))
            except KeyError:
                continue
    raise KeyError(key)


def _edited(text: str, plain: str, key: str, value: Any, line: int | None) -> str:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if _is_deep(yaml.parse(plain, Loader=loader)):
            raise CannotSet("the file nests too deep")
        nodes = list(yaml.compose_all(plain, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotSet("the file cannot be parsed") from error
    found = [n for k, n in _leaves(nodes) if k == key]
    node = next((n for n in found if line is None or n.start_mark.line + 1 == line), found[0] if found else None)
    if node is None:
        raise CannotSet(f"{key} is not found in the file")
    for start, end, new in sorted(_replacements(node, value), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _is_deep(events: Any) -> bool:
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith(("MappingStartEvent", "SequenceStartEvent"))
        depth -= name.endswith(("MappingEndEvent", "SequenceEndEvent"))
        if depth > DEEPEST:
            return True
    return False


def _leaves(nodes: list[Any]) -> Iterator[tuple[str, Any]]:
    """(dotted key, node) as the facts name them: a list of plain values is one leaf, merges are flat."""
    waiting = [("", node) for node in reversed(nodes) if node is not None]
    for _ in range(MOST_STEPS):
        if not waiting:
            return
        prefix, node = waiting.pop()
        if node.id == "mapping":
            named = [(k.value if k.id == "scalar" else "?", v) for k, v in node.value]
            children = [(prefix if n == "<<" else f"{prefix}.{n}" if prefix else n, v) for n, v in named]
        elif node.id == "sequence" and any(child.id != "scalar" for child in node.value):
            children = [(f"{prefix}.{i}" if prefix else str(i), v) for i, v in enumerate(node.value)]
        else:
            yield prefix, node
            continue
        waiting += reversed(children)


def _replacements(node: Any, value: Any) -> Iterator[tuple[int, int, str]]:
    """(start, end, new text) of each scalar that changes."""
    if node.id == "sequence":
        if not isinstance(value, (list, tuple)) or len(value) != len(node.value):
            raise CannotSet("a list keeps its length")
        for child, item in zip(node.value, value, strict=True):
            written = child.value
            if in_yaml(item, written, None) != written:
                yield from _replacements(child, item)
        return
    if node.style in ("|", ">"):
        raise CannotSet("a block of text")
    yield node.start_mark.index, node.end_mark.index, in_yaml(value, node.value, node.style)
