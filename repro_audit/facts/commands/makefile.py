"""Makefile targets, with variables filled in as far as they are plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from .model import Origin
from .recipes import Recipe, folder_of

MAX_EXPANDED = 4_000  # characters of one line, so that nested variables cannot explode

VARIABLE = regex(r"^(?:export\s+|override\s+)?([A-Za-z_][\w.-]*)\s*(\?=|:{1,3}=|\+=|=)\s*(.*)$")
RULE = regex(r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=;#]*)(?:;(.*))?(?:#.*)?$")
INCLUDE = regex(r"^-?s?include\s+(.+)$")
REFERENCE = regex(r"\$[({]([A-Za-z_][\w.-]*)[)}]|\$([A-Za-z_@<^])")


def read_makefile(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The targets of a Makefile, in its order; pattern rules and `.PHONY` left out."""
    variables: dict[str, str] = {}
    lines = _joined(text)
    for _, line in lines:
        found = VARIABLE.match(line)
        if found and not (found.group(2) == "?=" and found.group(1) in variables):
            variables[found.group(1)] = found.group(3).partition(" #")[0].strip()
    at = 0
    while at < len(lines):
        number, line = lines[at]
        at += 1
        rule = None if line.startswith(("\t", " ")) or VARIABLE.match(line) else RULE.match(line)
        if rule is None:
            continue
        body: list[tuple[int, str]] = [(number, rule.group(3))] if rule.group(3) else []
        while at < len(lines) and (lines[at][1].startswith(("\t", "    ")) or not lines[at][1].strip()):
            if lines[at][1].strip():
                body.append(lines[at])
            at += 1
        yield from _targets(path, number, rule, body, variables)


def _targets(
    path: str, number: int, rule: re.Match[str], body: list[tuple[int, str]], variables: dict[str, str]
) -> Iterator[Recipe]:
    needs = tuple(w for w in expand(rule.group(2), variables).split() if w != "|")
    for name in expand(rule.group(1), variables).split():
        if "%" in name or (name.startswith(".") and "/" not in name):
            continue
        local = {**variables, "@": name, "<": needs[0] if needs else "", "^": " ".join(needs)}
        lines = tuple((expand(t.strip().lstrip("@-+").strip(), local), Place(path, n)) for n, t in body)
        yield Recipe(
            Origin.MAKE, name, Place(path, number), folder_of(path), tuple(x for x in lines if x[0]), needs,
            outputs=(name,) if "/" in name or "." in name else (), text=f"make {name}",
        )  # fmt: skip


def _joined(text: str) -> list[tuple[int, str]]:
    """Logical lines with their number; those that a backslash continues are one."""
    found: list[tuple[int, str]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        if is_open and found:
            found[-1] = (found[-1][0], found[-1][1] + " " + line.strip().removesuffix("\\"))
        elif not line.lstrip(" ").startswith("#"):
            found.append((number, line.removesuffix("\\")))
        else:
            continue
        is_open = line.endswith("\\")
    return found


def expand(text: str, variables: dict[str, str]) -> str:
    """Fill in plain variables, a few times over; functions and unknown ones stay as they are written."""
    for _ in range(4):
        if "$" not in text or len(text) > MAX_EXPANDED:
            break
        text = REFERENCE.sub(lambda m: variables.get(m.group(1) or m.group(2), m.group()), text)
    return text[:MAX_EXPANDED].replace("$$", "$")
