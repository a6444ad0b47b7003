"""Where the version of the language is stated. What an IDE or a notebook's kernel recorded is no statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Place
from ..documents import Block, BlockKind, Documents
from ..files import Tree
from ..regex import regex
from .lines import lines_of, without_targets
from .model import PackageFile, Statement
from .prose import REQUIREMENT_HEADING
from .scope import RUN_RECORD

MAX_STATEMENT_FILE = 1024 * 1024  # characters that are searched for a version

_SPOKEN = regex(
    r"\bpython(?:\s+versions?)?\s*[\"'`(:]*\s*(?:version\s*|v(?=\d))?(?:===?|>=|~=|=|>|≥|\^)?\s*v?([23](?:\.\d+)+|3\+|[23]\.x)|"
    r"badge/[Pp]ython-v?[^\s)]*?\d\.\d+|\bpy(?:thon)?[23]\.\d+\b|\bPython\s*\(?(?:>=|≥)\s*[23]\b",
    re.IGNORECASE,
    needs=("py",),
)
_SPOKEN_R = regex(r"\bR\s*(?:version\s*|\(?\s*(?:>=|≥|v)\s*)?\(?([34]\.\d+(?:\.\d+)?)\b|\bR-[34]\.\d+")
_SPOKEN_JULIA = regex(r"\bJulia\s*(?:version\s*)?\(?(?:>=|≥|v)?\s*v?(1\.\d+(?:\.\d+)?)", re.IGNORECASE)
_SPOKEN_MATLAB = regex(r"\bmatlab\W{0,3}(?:version\s*)?(?:R?20\d\d[ab]|\d\.\d+)", re.IGNORECASE)
_MAJOR = regex(r"\bpython\s?[23]\b(?!\.\d)", re.IGNORECASE)

# file name -> (language, the line that states the version)
_FILES: dict[str, tuple[str, re.Pattern[str]]] = {
    ".python-version": ("python", regex(r"^[ \t]*(?:\w+-)?\d+\.\d+.*$", re.MULTILINE)),
    "runtime.txt": ("python", regex(r"^[ \t]*(?:python|r)-\d.*$", re.MULTILINE | re.IGNORECASE)),
    ".tool-versions": ("python", regex(r"^python\s+\d.*$", re.MULTILINE)),
    "pyproject.toml": ("python", regex(r"^[ \t]*(?:requires-python|python)\s*=\s*.*\d.*$", re.MULTILINE)),
    "setup.py": (
        "python",
        regex(r"^.*(?:python_requires|Programming Language :: Python :: [23]\.\d).*$", re.MULTILINE),
    ),
    "setup.cfg": (
        "python",
        regex(r"^.*(?:python_requires|Programming Language :: Python :: [23]\.\d).*$", re.MULTILINE),
    ),
    "pipfile": ("python", regex(r"^[ \t]*python_(?:full_)?version\s*=.*$", re.MULTILINE)),
    "pipfile.lock": ("python", regex(r"^[ \t]*\"python_(?:full_)?version\".*$", re.MULTILINE)),
    "uv.lock": ("python", regex(r"^requires-python.*$", re.MULTILINE)),
    "poetry.lock": ("python", regex(r"^python-versions = .*\d.*(?=\ncontent-hash)", re.MULTILINE)),
    "pixi.toml": ("python", regex(r"^[ \t]*python\s*=.*\d.*$", re.MULTILINE)),
    "python_env.yaml": ("python", regex(r"^python\s*:.*\d.*$", re.MULTILINE)),
    "renv.lock": ("r", regex(r"\"R\":\s*\{\s*\"Version\".*")),
    "description": ("r", regex(r"^.*\bR\s*\(\s*>=?\s*[\d.]+\s*\).*$", re.MULTILINE)),
    "manifest.toml": ("julia", regex(r"^julia_version.*$", re.MULTILINE)),
    "project.toml": ("julia", regex(r"^julia\s*=.*$", re.MULTILINE)),
}
_SCRIPTED = regex(
    r"^(?![ \t]*#)[^\n]{0,120}?python[_-]?version\b[ \t]*[:=][^\n]{0,120}?\d\.\d+|"
    r"^python:[ \t]*(?:\n[ \t]*-)?[ \t]*[\"']?\d\.\d+.*$|^[ \t]*r-version:.*\d.*$|"
    r"^[ \t]*(?:module|ml)[ \t]+(?:load[ \t]+|add[ \t]+)?[^\n#]{0,120}?\bpython3?/[23]\.\d+\S*",
    re.MULTILINE | re.IGNORECASE,
)
_COMPILED = regex(
    r"^#.*\b(?:with|under) python (?:version )?\d\.\d+.*$|^#.*\bpython[\s=:>]*[23]\.\d+.*$",
    re.MULTILINE | re.IGNORECASE,
)


def find_languages(tree: Tree, documents: Documents, packages: tuple[PackageFile, ...]) -> tuple[Statement, ...]:
    """Every statement, the project's own files first, then its documents, then its workflows."""
    found = [
        *_declared(packages),
        *_in_files(tree),
        *_in_documents(tree, documents),
        *_in_scripts(tree),
        *_in_comments(tree, packages),
    ]
    return tuple(dict.fromkeys(found))


def _declared(packages: Iterable[PackageFile]) -> Iterator[Statement]:
    """`python=3.7` among the packages, as conda has it, or in the comment above them."""
    for file in packages:
        for d in file.declarations:
            if d.name in ("python", "r-base", "julia") and d.version:
                yield Statement(d.name.removesuffix("-base"), f"{d.name}{d.version}", d.at, True)


def _in_files(tree: Tree) -> Iterator[Statement]:
    for name, (language, pattern) in sorted(_FILES.items()):
        for path in [p for p in tree.named(name) if not RUN_RECORD.search(p)][:3]:
            found = _first(tree, path, pattern)
            if found:
                yield Statement(language, found[1], Place(path, found[0]), True)


def _in_documents(tree: Tree, documents: Documents) -> Iterator[Statement]:
    spoken = [("python", _SPOKEN)]
    spoken += [("r", _SPOKEN_R)] if tree.suffixed(".r", ".rmd", ".qmd") else []
    spoken += [("julia", _SPOKEN_JULIA)] if tree.suffixed(".jl") else []
    spoken += [("matlab", _SPOKEN_MATLAB)] if tree.suffixed(".m") else []
    for document in documents.all:
        for block in document.blocks:
            for line, at in lines_of(block):
                plain = without_targets(line)
                for language, pattern in spoken:
                    if (
                        pattern.search(line)
                        or pattern.search(plain)
                        or (language == "python" and _is_major(line, block))
                    ):
                        yield Statement(language, line.strip()[:200], at, True)


def _is_major(line: str, block: Block) -> bool:
    """`Python 3` alone states a version only where requirements are listed."""
    is_asked = REQUIREMENT_HEADING.search(" ".join(block.headings)) or re.search(r"requir|depend", line, re.IGNORECASE)
    return block.kind is not BlockKind.CODE and bool(is_asked) and bool(_MAJOR.search(line))


def _in_scripts(tree: Tree) -> Iterator[Statement]:
    """Versions that a workflow or a set-up script asks for."""
    workflows = [p for p in tree.paths if p.startswith(".github/workflows/") or p in (".gitlab-ci.yml", ".travis.yml")]
    for path in (*workflows[:20], *tree.suffixed(".sh", ".slurm", ".sbatch", ".pbs", ".job")[:50]):
        found = _first(tree, path, _SCRIPTED)
        if found:
            yield Statement("python", found[1], Place(path, found[0]), True)


def _first(tree: Tree, path: str, pattern: re.Pattern[str]) -> tuple[int, str] | None:
    text = (tree.text(path) or "")[:MAX_STATEMENT_FILE]
    found = pattern.search(text)
    return (text.count("\n", 0, found.start()) + 1, " ".join(found.group().split())[:200]) if found else None


def _in_comments(tree: Tree, packages: Iterable[PackageFile]) -> Iterator[Statement]:
    """What the head of a requirement file says it was made with."""
    for file in packages:
        if file.kind in ("requirements", "conda explicit"):
            found = _first(tree, file.path, _COMPILED)
            if found:
                yield Statement("python", found[1], Place(file.path, found[0]), True)
