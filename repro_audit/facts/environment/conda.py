"""conda's environment files (also as MLflow's conda.yaml) and pixi's manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model import Place
from ..distributions import normalise_name
from ..files import Tree
from .model import Declaration, PackageFile
from .reading import Lines, as_list, as_table, at_path, load_toml, load_yaml
from .requirement import read_conda_spec, read_requirement
from .versions import conda_exactness, pip_exactness

_DEPENDENCIES = re.compile(r"^\s*dependencies\s*:", re.MULTILINE)


def read_environment_yaml(tree: Tree, path: str) -> PackageFile | None:
    """An environment file, whatever its name; None for YAML of another kind."""
    text = tree.text(path) or ""
    if not _DEPENDENCIES.search(text):
        return None
    data = load_yaml(text)
    dependencies = as_table(data).get("dependencies")
    if dependencies is None:
        dependencies = at_path(data, "python_env", "dependencies")
    found = tuple(_dependencies(as_list(dependencies), path, Lines(text)))
    return PackageFile(path, "environment.yml", found, at=found[0].at) if found else None


def _dependencies(items: list[Any], path: str, lines: Lines) -> Iterator[Declaration]:
    for item in items:
        if isinstance(item, str):
            declaration = read_conda_spec(item, Place(path, lines.find("-", item)))
            if declaration:
                yield declaration
        for text in as_list(as_table(item).get("pip")):
            if isinstance(text, str):
                declaration = read_requirement(text, Place(path, lines.find("-", text)))
                if declaration:
                    yield declaration


def read_pixi(tree: Tree, path: str) -> PackageFile | None:
    """pixi.toml, or the same tables in pyproject.toml."""
    text = tree.text(path) or ""
    data = load_toml(text)
    data = as_table(at_path(data, "tool", "pixi")) or data
    lines = Lines(text)
    tables = [data, *as_table(data.get("feature")).values(), *as_table(data.get("target")).values()]
    found = []
    for table in tables:
        for key, ecosystem in (("dependencies", "conda"), ("pypi-dependencies", "pypi")):
            for name, value in as_table(as_table(table).get(key)).items():
                version = str(as_table(value).get("version", "")) if isinstance(value, dict) else str(value)
                exactness = conda_exactness(version) if ecosystem == "conda" else pip_exactness(version)
                found.append(
                    Declaration(normalise_name(name), version, exactness, Place(path, lines.find(name, "=")), ecosystem)
                )
    return PackageFile(path, "pixi", tuple(found), at=found[0].at) if found else None
