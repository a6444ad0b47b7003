"""Where the version of the language is stated. What an IDE or a notebook's kernel recorded is no statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Place
from ..documents import Documents
from ..files import Tree
from .model import PackageFile, Statement
from .prose import lines_of

_SPOKEN = re.compile(
    r"\bpython(?:\s+versions?)?\s*[\"'`(:]*\s*(?:version\s*|v(?=\d))?(?:===?|>=|~=|=|>|≥|\^)?\s*v?([23](?:\.\d+)+|3\+|[23]\.x)|"
    r"badge/[Pp]ython-v?[^\s)]*?\d\.\d+|\bpy(?:thon)?[23]\.\d+\b|\bPython\s*\(?(?:>=|≥)\s*[23]\b",
    re.IGNORECASE,
)
_SPOKEN_R = re.compile(r"\bR\s*(?:version\s*|\(?\s*(?:>=|≥|v)\s*)?\(?([34]\.\d+(?:\.\d+)?)\b|\bR-[34]\.\d+")
_SPOKEN_JULIA = re.compile(r"\bJulia\s*(?:version\s*)?\(?(?:>=|≥|v)?\s*v?(1\.\d+(?:\.\d+)?)", re.IGNORECASE)

# file name -> (language, the line that states the version)
_FILES: dict[str, tuple[str, re.Pattern[str]]] = {
    ".python-version": ("python", re.compile(r"^\s*(?:\w+-)?\d+\.\d+.*$", re.MULTILINE)),
    "runtime.txt": ("python", re.compile(r"^\s*(?:python|r)-\d.*$", re.MULTILINE | re.IGNORECASE)),
    ".tool-versions": ("python", re.compile(r"^python\s+\d.*$", re.MULTILINE)),
    "pyproject.toml": ("python", re.compile(r"^\s*(?:requires-python|python)\s*=\s*.*\d.*$", re.MULTILINE)),
    "setup.py": (
        "python",
        re.compile(r"^.*(?:python_requires|Programming Language :: Python :: [23]\.\d).*$", re.MULTILINE),
    ),
    "setup.cfg": (
        "python",
        re.compile(r"^.*(?:python_requires|Programming Language :: Python :: [23]\.\d).*$", re.MULTILINE),
    ),
    "pipfile": ("python", re.compile(r"^\s*python_(?:full_)?version\s*=.*$", re.MULTILINE)),
    "pipfile.lock": ("python", re.compile(r"^\s*\"python_(?:full_)?version\".*$", re.MULTILINE)),
    "uv.lock": ("python", re.compile(r"^requires-python.*$", re.MULTILINE)),
    "poetry.lock": (
        "python",
        re.compile(r"^python-versions = .*\d.*\n(?=content-hash)|^content-hash.*\n(?=python)", re.MULTILINE),
    ),
    "pixi.toml": ("python", re.compile(r"^\s*python\s*=.*\d.*$", re.MULTILINE)),
    "python_env.yaml": ("python", re.compile(r"^python\s*:.*\d.*$", re.MULTILINE)),
    "renv.lock": ("r", re.compile(r"\"R\":\s*\{\s*\n?\s*\"Version\".*")),
    "description": ("r", re.compile(r"^.*\bR\s*\(\s*>=?\s*[\d.]+\s*\).*$", re.MULTILINE)),
    "manifest.toml": ("julia", re.compile(r"^julia_version.*$", re.MULTILINE)),
    "project.toml": ("julia", re.compile(r"^julia\s*=.*$", re.MULTILINE)),
}
_SCRIPTED = re.compile(r"^(?!\s*#).*?python[_-]?version\b\s*[:=]\s*.*\d\.\d+.*$", re.MULTILINE | re.IGNORECASE)


def find_languages(tree: Tree, documents: Documents, packages: Iterable[PackageFile]) -> tuple[Statement, ...]:
    """Every statement, the project's own files first, then its documents, then its workflows."""
    found = [*_declared(packages), *_in_files(tree), *_in_documents(documents), *_in_scripts(tree)]
    return tuple(dict.fromkeys(found))


def _declared(packages: Iterable[PackageFile]) -> Iterator[Statement]:
    """`python=3.7` among the packages of conda."""
    for file in packages:
        for d in file.declarations:
            if d.ecosystem == "conda" and d.name in ("python", "r-base", "julia") and d.version:
                yield Statement(d.name.removesuffix("-base"), f"{d.name}{d.version}", d.at, True)


def _in_files(tree: Tree) -> Iterator[Statement]:
    for name, (language, pattern) in sorted(_FILES.items()):
        for path in tree.named(name)[:3]:
            found = _first(tree, path, pattern)
            if found:
                yield Statement(language, found[1], Place(path, found[0]), True)


def _in_documents(documents: Documents) -> Iterator[Statement]:
    for document in documents.all:
        if document.path.endswith(".ipynb"):
            continue
        for block in document.blocks:
            for line, at in lines_of(block):
                for language, pattern in (("python", _SPOKEN), ("julia", _SPOKEN_JULIA), ("r", _SPOKEN_R)):
                    if pattern.search(line):
                        yield Statement(language, line.strip()[:200], at, True)


def _in_scripts(tree: Tree) -> Iterator[Statement]:
    """Versions that a workflow or a set-up script asks for."""
    workflows = [p for p in tree.paths if p.startswith(".github/workflows/") or p in (".gitlab-ci.yml", ".travis.yml")]
    for path in (*workflows[:20], *tree.suffixed(".sh")[:50]):
        found = _first(tree, path, _SCRIPTED)
        if found:
            yield Statement("python", found[1], Place(path, found[0]), True)


def _first(tree: Tree, path: str, pattern: re.Pattern[str]) -> tuple[int, str] | None:
    text = tree.text(path) or ""
    found = pattern.search(text)
    return (text.count("\n", 0, found.start()) + 1, " ".join(found.group().split())[:200]) if found else None
