"""What containers start, as Dockerfiles and compose files say it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from ..yamls import Entry, read_yaml
from .model import Origin
from .recipes import Recipe, folder_of

START = regex(r"^\s*(CMD|ENTRYPOINT)\s+(.+)$", re.IGNORECASE)
CONTINUED = regex(r"\\\s*$")
VARIABLE = regex(r"\$\{[^}]*\}|\$\w+")


def read_dockerfile(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """What the image starts: ENTRYPOINT followed by CMD, of the last stage."""
    parts: dict[str, tuple[str, int]] = {}
    for number, line in _instructions(text):
        found = START.match(line)
        if found:
            parts[found.group(1).upper()] = (_exec_form(found.group(2)), number)
        elif re.match(r"\s*FROM\s", line, re.IGNORECASE):
            parts = {}
    if not parts:
        return
    order = [parts[key] for key in ("ENTRYPOINT", "CMD") if key in parts]
    at = Place(path, order[0][1])
    text = " ".join(t for t, _ in order)
    yield Recipe(Origin.DOCKER, "start", at, folder_of(path), ((text, at),), text="docker run")


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """(line, instruction), lines that a backslash continues joined; comments between them fall away."""
    first, joined = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        if joined and line.lstrip().startswith("#"):
            continue
        first = first if joined else number
        joined += CONTINUED.sub(" ", line)
        if not CONTINUED.search(line):
            yield first, joined
            joined = ""
    if joined:
        yield first, joined


def _exec_form(text: str) -> str:
    """`["python", "app.py"]` as a line."""
    try:
        words = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, list):
        return text.strip()
    words = [str(w) for w in words]
    if words[:1] and words[0].rpartition("/")[2] in ("sh", "bash") and words[1:2] and words[1].endswith("c"):
        return " ".join(words[2:])
    return shlex.join(words)


def read_compose(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The commands that the services of a compose file start, or else the images that they build do."""
    document = read_yaml(text)
    for name, service in (document.get("services") or document).values.items():
        command = service.get("command") or service.get("entrypoint")
        call = f"docker compose run {name}"
        if command:
            line = command.text or " ".join(command.texts)
            at = Place(path, command.line)
            yield Recipe(Origin.DOCKER, name, at, folder_of(path), ((line, at),), text=call)
            continue
        for started in _built(tree, folder_of(path), service):
            yield Recipe(Origin.DOCKER, name, started.at, started.cwd, started.lines, text=call)


def _built(tree: Tree, folder: str, service: Entry) -> Iterator[Recipe]:
    """What the Dockerfile of a service starts; a variable in its name stands for any one."""
    build = service.get("build")
    if not build:
        return
    context = build.text or build.get("context").text or "."
    name = service.get("dockerfile").text or build.get("dockerfile").text or "Dockerfile"
    pattern = VARIABLE.sub("*", normalise(f"{folder}/{context}/{name}"))
    files = [pattern] if pattern in tree else [p for p in tree.own if "*" in pattern and fnmatchcase(p, pattern)]
    for file in files[:1]:
        yield from read_dockerfile(tree, file, tree.text(file) or "")
