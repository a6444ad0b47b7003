"""The leaves of YAML, from its syntax tree: no tag is obeyed, no alias is copied, nothing nests too deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..regex import regex
from .leaf import MAX_DEPTH, MAX_LEAVES, Leaf, join, number


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


_TEMPLATE = regex(r"\{\{[^{}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}")


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
                yield from self.leaves(value, prefix if name == "<<" else join(prefix, name), depth + 1)
        elif node.id == "sequence" and any(child.id != "scalar" for child in node.value):
            for index, child in enumerate(node.value):
                yield from self.leaves(child, join(prefix, str(index)), depth + 1)
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
        return number(node.value) if node.style in (None, "") else node.value
