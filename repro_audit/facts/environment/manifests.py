"""Python's own manifests: pyproject.toml, setup.cfg, setup.py, Pipfile."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import ConfigParser, Error
from typing import Any

from ...model import Place
from ..distributions import normalise_name
from ..files import Tree
from ..source import constant
from ..sources import Sources
from .model import Declaration, Exactness, PackageFile
from .reading import Lines, as_list, as_table, at_path, load_toml
from .requirement import read_requirement, requirement_lines
from .versions import address_exactness, poetry_exactness


def read_pyproject(tree: Tree, path: str) -> PackageFile | None:
    """PEP 621, dependency groups, Poetry, PDM, Hatch and uv; the file itself where it defers to `setup`."""
    text = tree.text(path) or ""
    data = load_toml(text)
    lines = Lines(text)
    found = tuple(d for d in (*_standard(data, path, lines), *_poetry(data, path, lines)))
    return PackageFile(path, "pyproject", found, at=found[0].at) if found else None


def _standard(data: dict[str, Any], path: str, lines: Lines) -> Iterator[Declaration]:
    for text in _requirement_texts(data):
        declaration = read_requirement(text, Place(path, lines.find(text.split('"')[0])))
        if declaration:
            yield declaration


def _requirement_texts(data: dict[str, Any]) -> Iterator[str]:
    """Every requirement string, in the order of the usual file."""
    groups: list[Any] = [at_path(data, "project", "dependencies")]
    groups += as_table(at_path(data, "project", "optional-dependencies")).values()
    groups += as_table(data.get("dependency-groups")).values()
    groups += as_table(at_path(data, "tool", "pdm", "dev-dependencies")).values()
    groups.append(at_path(data, "tool", "uv", "dev-dependencies"))
    for environment in as_table(at_path(data, "tool", "hatch", "envs")).values():
        groups += [as_table(environment).get("dependencies"), as_table(environment).get("extra-dependencies")]
    for group in groups:
        yield from (item for item in as_list(group) if isinstance(item, str))


def _poetry(data: dict[str, Any], path: str, lines: Lines) -> Iterator[Declaration]:
    poetry = as_table(at_path(data, "tool", "poetry"))
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    tables += [as_table(g).get("dependencies") for g in as_table(poetry.get("group")).values()]
    for table in tables:
        for name, value in as_table(table).items():
            if name.lower() != "python":
                yield _from_table(name, value, Place(path, lines.find(name, "=")))


def _from_table(name: str, value: Any, at: Place) -> Declaration:
    """`name = "^1.2"` or `name = {version = "1.2", git = "..."}` of Poetry and Pipenv."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        address = value.get("git") or value.get("url") or value.get("path")
        if address:
            revision = value.get("rev") or value.get("tag") or value.get("ref")
            exactness = Exactness.EXACT if revision else address_exactness(str(address))
            return Declaration(normalise_name(name), f"{address} {revision or ''}".strip(), exactness, at)
        value = value.get("version", "")
    version = str(value)
    return Declaration(normalise_name(name), version, poetry_exactness(version), at)


def read_pipfile(tree: Tree, path: str) -> PackageFile | None:
    text = tree.text(path) or ""
    data = load_toml(text)
    lines = Lines(text)
    found = tuple(
        _from_table(name, value, Place(path, lines.find(name, "=")))
        for section in ("packages", "dev-packages")
        for name, value in as_table(data.get(section)).items()
    )
    return PackageFile(path, "Pipfile", found, at=found[0].at) if found else None


def read_setup_cfg(tree: Tree, path: str) -> PackageFile | None:
    text = tree.text(path) or ""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except (Error, ValueError):
        return None
    lines = Lines(text)
    groups = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        groups += [value for _, value in parser.items("options.extras_require")]
    texts = [line for group in groups for _, line in requirement_lines(group)]
    read = (read_requirement(t, Place(path, lines.find(t))) for t in texts)
    found = tuple(d for d in read if d)
    return PackageFile(path, "setup.cfg", found, at=found[0].at) if found else None


def read_setup_py(sources: Sources, path: str) -> PackageFile | None:
    """`install_requires` and `extras_require` of setup.py, as far as they are literals or names of literals."""
    if "install_requires" not in (sources.tree.text(path) or ""):
        return None
    source = sources.get(path)
    if source is None:
        return None
    names = {
        t.id: n.value
        for n in source.tree.body
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    found: list[Declaration] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg in ("install_requires", "extras_require"):
            value = names.get(node.value.id, node.value) if isinstance(node.value, ast.Name) else node.value
            strings = [n for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            keys = {id(k) for k in value.keys} if isinstance(value, ast.Dict) else set()
            read = (read_requirement(constant(s), source.place(s)) for s in strings if id(s) not in keys)
            found += [d for d in read if d]
    return PackageFile(path, "setup.py", tuple(found), at=found[0].at) if found else None
