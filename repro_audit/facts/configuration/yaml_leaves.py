"""The leaves of YAML: no tag is obeyed, and what aliases stand for is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..regex import regex
from ..yamls import Entry, read_documents
from .leaf import Leaf, join, number

_TEMPLATE = regex(r"\{\{[^{}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}")
_KINDS = ("int", "float", "bool", "null")


def yaml_leaves(text: str) -> Iterator[Leaf]:
    """Leaves of every document; `ValueError` where it is no YAML."""
    import yaml

    scalars = yaml.SafeLoader("")
    for document in read_documents(_without_templates(text)):
        yield from _leaves(document, "", scalars)


def _without_templates(text: str) -> str:
    """Jinja's braces would end the parse; they become a plain word of the same length."""
    return _TEMPLATE.sub(lambda m: "x" * len(m.group()), text) if "{{" in text or "{%" in text else text


def _leaves(entry: Entry, prefix: str, scalars: Any) -> Iterator[Leaf]:
    """What is merged in with `<<` stands beside the mapping's own; a list of scalars is one leaf."""
    if entry.is_mapping:
        for name, value in entry.values.items():
            yield from _leaves(value, prefix if name == "<<" else join(prefix, name or "?"), scalars)
    elif entry.is_list and not all(item.is_scalar for item in entry.items):
        for index, item in enumerate(entry.items):
            yield from _leaves(item, join(prefix, str(index)), scalars)
    else:
        yield Leaf(prefix, _value(entry, scalars), entry.line)


def _value(entry: Entry, scalars: Any) -> Any:
    """The plain value of a scalar or list of scalars; text where its tag is not one of the plain ones."""
    import yaml

    if entry.is_list:
        return [_value(item, scalars) for item in entry.items[:200]]
    tag = entry.tag or scalars.resolve(yaml.ScalarNode, entry.text, (entry.is_plain, not entry.is_plain))
    kind = tag.rpartition(":")[2]
    try:
        if kind in _KINDS:
            return getattr(scalars, f"construct_yaml_{kind}")(yaml.ScalarNode(tag, entry.text))
    except Exception:  # a stranger's `!!int x` may fail in as many ways as there are tags
        pass
    return number(entry.text) if entry.is_plain else entry.text
