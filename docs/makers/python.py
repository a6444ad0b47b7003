"""The names that other programs may use: what `repro_audit` offers, and the door for rule authors."""

from __future__ import annotations

import inspect
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
    """Each name once: what both modules offer is told of with the first."""
    parts, told = [HEAD], set[int]()
    for module, words in PARTS:
        offered = {f"{module.__name__}.{name}": getattr(module, name) for name in getattr(module, "__all__", ())}
        new = [_directive(name, value) for name, value in offered.items() if id(value) not in told]
        told |= {id(value) for value in offered.values()}
        body = "\n".join(filter(None, new))
        parts.append(f"## {module.__name__}\n\n{words}\n\n```{{eval-rst}}\n{body}```\n")
    return "\n".join(parts)


def _directive(name: str, value: object) -> str:
    if isinstance(value, type):
        return f".. autoclass:: {name}\n   :members:\n   :undoc-members:\n"
    return f".. autofunction:: {name}\n" if inspect.isroutine(value) else ""
