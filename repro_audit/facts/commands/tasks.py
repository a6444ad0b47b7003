"""Tasks of task runners: Taskfile, just, npm, tox, nox."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..yamls import Entry, read_yaml
from .model import Origin
from .recipes import Recipe, folder_of, line_of

JUST = regex(r"^@?([A-Za-z_][\w-]*)((?:[ \t]+[^\s:=]+(?:=\S+)?)*)[ \t]*:(?!=)[ \t]*(.*)$")
TOX_SECTION = regex(r"^\[testenv(?::([^\]]+))?\]", re.MULTILINE)
NOX_SESSION = regex(r"^@(?:nox\.)?session\b.*?^def\s+(\w+)\([^)]*\)[^:]*:\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
NOX_RUN = regex(r"session\.run\(\s*((?:[rf]?[\"'][^\"'\n]*[\"']\s*,?\s*)+)")


def read_taskfile(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The tasks of a Taskfile."""
    for name, task in read_yaml(text).get("tasks").values.items():
        lines = tuple((t, Place(path, n)) for t, n in _task_lines(task) if t)
        needs = tuple(n.text or n.get("task").text for n in task.get("deps").items)
        yield Recipe(
            Origin.TASKS, name, Place(path, max(task.line - 1, 1)), folder_of(path), lines, needs, text=f"task {name}"
        )


def _task_lines(task: Entry) -> Iterator[tuple[str, int]]:
    if task.text:
        yield task.text, task.line
    for item in task.items or task.get("cmds").items or ((task.get("cmd"),) if task.get("cmd") else ()):
        called = item.get("task").text
        yield (item.text or item.get("cmd").text or (f"task {called}" if called else "")), item.line


def read_justfile(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The recipes of a justfile."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        found = JUST.match(line)
        if not found:
            continue
        body: list[tuple[str, Place]] = []
        for number in range(i + 1, len(lines)):
            if lines[number].strip() and not lines[number].startswith((" ", "\t")):
                break
            if lines[number].strip() and not lines[number].strip().startswith("#"):
                body.append((lines[number].strip().lstrip("@-"), Place(path, number + 1)))
        name = found.group(1)
        needs = tuple(re.findall(r"[A-Za-z_][\w-]*", found.group(3)))
        yield Recipe(Origin.TASKS, name, Place(path, i + 1), folder_of(path), tuple(body), needs, text=f"just {name}")


def read_package_json(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The scripts of package.json."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    scripts = data.get("scripts") if isinstance(data, dict) else None
    for name, line in (scripts if isinstance(scripts, dict) else {}).items():
        offset = text.find(json.dumps(name))
        at = Place(path, line_of(text, max(offset, 0)))
        yield Recipe(Origin.TASKS, name, at, folder_of(path), ((str(line), at),), text=f"npm run {name}")


def read_tox(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The commands of tox environments."""
    for section in TOX_SECTION.finditer(text):
        end = text.find("\n[", section.end())
        body = text[section.end() : end if end >= 0 else len(text)]
        start = re.search(r"^commands\s*=[ \t]*", body, re.MULTILINE)
        if not start:
            continue
        rest = body[start.end() :]
        stop = re.search(r"^\S", rest[rest.find("\n") + 1 :], re.MULTILINE) if "\n" in rest else None
        kept = rest[: rest.find("\n") + 1 + stop.start()] if stop else rest
        first = line_of(text, section.end() + start.end())
        lines = tuple((t.strip(), Place(path, first + i)) for i, t in enumerate(kept.split("\n")) if t.strip())
        name = section.group(1) or "tox"
        at = Place(path, line_of(text, section.start()))
        yield Recipe(Origin.TASKS, name, at, folder_of(path), lines, text="tox" if name == "tox" else f"tox -e {name}")


def read_nox(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The sessions of a noxfile, read as text."""
    for session in NOX_SESSION.finditer(text):
        lines: list[tuple[str, Place]] = []
        for run in NOX_RUN.finditer(text, session.start(2), session.end(2)):
            words = re.findall(r"[\"']([^\"'\n]*)[\"']", run.group(1))
            lines.append((" ".join(words), Place(path, line_of(text, run.start()))))
        at = Place(path, line_of(text, session.start()))
        name = session.group(1)
        yield Recipe(Origin.TASKS, name, at, folder_of(path), tuple(lines), text=f"nox -s {name}")
