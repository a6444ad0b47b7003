"""The names that other programs may use: what `repro_audit` offers, and the door for rule authors."""

from __future__ import annotations

import inspect
from enum import Enum
from types import ModuleType

import repro_audit
from repro_audit import rule

HEAD = """\
# The Python interface

What other programs may use, with its types; the package is typed (`py.typed`). Other names may change from one
release to the next.
"""
PARTS: tuple[tuple[ModuleType, str], ...] = (
    (repro_audit, "For programs that audit."),
    (rule, "For [rules](../how-to/write-a-rule.md), which import nothing else of ours."),
)


def page() -> str:
    parts, told = [HEAD], set[object]()
    for module, words in PARTS:
        new = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
        directives = [_directive(f"{module.__name__}.{n}", v) for n, v in new.items() if id(v) not in told]
        told |= {id(v) for v in new.values()}
        if any(directives):
            parts.append(
                f"## {module.__name__}\n\n{words}\n\n```{{eval-rst}}\n{chr(10).join(filter(None, directives))}```\n"
            )
    return "\n".join(parts)


def _directive(name: str, value: object) -> str:
    if isinstance(value, type):
        members = "" if issubclass(value, Enum) else "   :members:\n"
        return f".. autoclass:: {name}\n   :undoc-members:\n{members}"
    return f".. autofunction:: {name}\n" if inspect.isroutine(value) else ""
