"""conda's environment files (also as MLflow's conda.yaml) and pixi's manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Place
from ..distributions import normalise_name
from ..files import Tree
from ..regex import regex
from ..yamls import Entry, read_yaml
from .model import Declaration, PackageFile
from .reading import Lines, as_table, at_path, load_toml
from .requirement import read_conda_spec, read_requirement
from .versions import conda_exactness, pip_exactness

_DEPENDENCIES = regex(r"^[ \t]*dependencies[ \t]*:", re.MULTILINE)


def read_environment_yaml(tree: Tree, path: str) -> PackageFile | None:
    """An environment file, whatever its name; None for YAML of another kind."""
    text = tree.text(path) or ""
    if not _DEPENDENCIES.search(text):
        return None
    data = read_yaml(text)
    dependencies = data.get("dependencies") or data.get("python_env").get("dependencies")
    found = tuple(_dependencies(dependencies.items, path))
    return PackageFile(path, "environment.yml", found, at=found[0].at) if found else None


def _dependencies(items: Iterable[Entry], path: str) -> Iterator[Declaration]:
    for item in items:
        declaration = read_conda_spec(item.text, Place(path, item.line)) if item.text else None
        if declaration:
            yield declaration
        for one in item.get("pip").items:
            declaration = read_requirement(one.text, Place(path, one.line)) if one.text else None
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
