"""Every file that declares packages, found by its name (and, for loose dumps, by its first lines)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Place
from ..documents import Documents
from ..files import Tree
from ..regex import regex
from ..sources import Sources
from .conda import read_environment_yaml, read_pixi
from .installs import IN_CODE, INSTALL, installed_files, read_install
from .lines import joined, lines_of, squeezed
from .locks import LOCKS, read_julia_manifest, read_lock, read_pipfile_lock, read_renv_lock
from .manifests import read_pipfile, read_pyproject, read_setup_cfg, read_setup_py
from .model import Declaration, Exactness, PackageFile
from .nix import read_nix
from .other_languages import read_description, read_julia_project
from .prose import read_documents_packages
from .requirement import read_requirement_file
from .scope import RUN_RECORD, Scope

MAX_DUMP = 256 * 1024  # bytes of a text file that may be a dump of packages
MAX_LOOKED = 150  # files of a kind whose text is looked at because their name says nothing

REQUIREMENTS = regex(
    r"(^|/)[\w.-]*requirements?[\w.-]*\.(txt|in|lock|pip)$|(^|/)requirements?/[\w.-]+\.(txt|in)$|"
    r"(^|/)(pip[-_]?)?(freeze|frozen|packages?[-_]list|pip|constraints?|dependencies|deps|spec[-_]file|explicit|conda[-_]list|conda[-_]env)[\w-]*\.txt$",
    re.IGNORECASE,
)
ENVIRONMENT_YAML = regex(r"(^|/)[\w.-]*(environment|conda|env|envs/[\w.-]+)[\w.-]*\.ya?ml$", re.IGNORECASE)
BASE_IMAGE = regex(r"^FROM\s+(?:\S+/)?(pytorch|tensorflow|mxnet|jax):(\S+)", re.MULTILINE)
LOCK_NAMED = regex(r"lock|freeze|frozen|pinned|exact|explicit|spec[-_]file", re.IGNORECASE)
USUAL = regex(r"(^|/)(requirements?\.(txt|in|lock)|environment\.ya?ml|conda\.ya?ml)$", re.IGNORECASE)


def declared_packages(
    tree: Tree, sources: Sources, documents: Documents, modules: frozenset[str], scope: Scope
) -> tuple[PackageFile, ...]:
    """All declarations; those that do not speak for the main experiment are kept with `is_main` off."""
    spoken = read_documents_packages(documents, modules)
    files = [f for f in _files(tree, sources) if f.declarations]
    files += _installs(tree, sources)
    named = _named_files(tree, documents)
    judged = [replace(f, is_main=_is_main(f, files, named, scope)) for f in files]
    judged += [replace(f, is_main=scope.covers(f.path)) for f in spoken]
    return tuple(sorted(judged, key=lambda f: (f.path.count("/"), f.path, f.kind)))


def _files(tree: Tree, sources: Sources) -> Iterator[PackageFile]:
    for path in (p for p in tree.own if not RUN_RECORD.search(p)):
        found = _read(tree, sources, path)
        if found:
            yield found
    yield from _loose_dumps(tree)


def _read(tree: Tree, sources: Sources, path: str) -> PackageFile | None:
    """The file, if its name is one of those that declare packages."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".txt", ".in", ".pip", ".lock")) and REQUIREMENTS.search(path):
        return read_requirement_file(tree, path)
    if name in LOCKS or (name.startswith("pylock.") and name.endswith(".toml")):
        return read_lock(tree, path)
    if name.endswith((".yml", ".yaml")) and ENVIRONMENT_YAML.search(path):
        return read_environment_yaml(tree, path)
    if name == "setup.py":
        return read_setup_py(sources, path)
    if name.endswith(".nix"):
        return read_nix(tree, path)
    reader = {
        "setup.cfg": read_setup_cfg,
        "pipfile": read_pipfile,
        "pipfile.lock": read_pipfile_lock,
        "pixi.toml": read_pixi,
        "renv.lock": read_renv_lock,
        "description": read_description,
        "project.toml": read_julia_project,
        "manifest.toml": read_julia_manifest,
        "pyproject.toml": _read_pyproject_or_pixi,
    }.get(name)
    return reader(tree, path) if reader else None


def _read_pyproject_or_pixi(tree: Tree, path: str) -> PackageFile | None:
    has_pixi = "[tool.pixi" in (tree.text(path) or "")
    standard, pixi = read_pyproject(tree, path), read_pixi(tree, path) if has_pixi else None
    if standard and pixi:
        return replace(standard, declarations=standard.declarations + pixi.declarations)
    return standard or pixi


def _loose_dumps(tree: Tree) -> Iterator[PackageFile]:
    """conda's environment files and dumps whose names say nothing, near the root."""
    texts = [p for p in tree.suffixed(".txt") if p.count("/") <= 1 and not REQUIREMENTS.search(p)]
    for path in texts[:MAX_LOOKED]:
        head = tree.open_bytes(path, 4096) or b"" if tree.size(path) <= MAX_DUMP else b""
        if b"@EXPLICIT" in head or b"conda create --name <env> --file" in head:
            yield read_requirement_file(tree, path)
    yamls = [p for p in tree.suffixed(".yml", ".yaml") if p.count("/") <= 2 and not ENVIRONMENT_YAML.search(p)]
    for path in yamls[:MAX_LOOKED]:
        head = tree.open_bytes(path, 4096) or b"" if tree.size(path) <= MAX_DUMP else b""
        if b"dependencies:" in head and (b"channels:" in head or b"- pip" in head):
            found = read_environment_yaml(tree, path)
            if found:
                yield found


def _installs(tree: Tree, sources: Sources) -> list[PackageFile]:
    """What Dockerfiles, shell scripts, Makefiles, notebooks and scripts of R and Julia install by name."""
    found = []
    for path in tree.own:
        name = path.rpartition("/")[2].lower()
        if (
            name.endswith((".sh", ".bash", ".def"))
            or name.startswith(("dockerfile", "makefile", "singularity"))
            or name.endswith("dockerfile")
        ):
            declarations = tuple(_installed_by_text(tree, path))
        elif name.endswith(".ipynb") and b" install " in (tree.open_bytes(path) or b""):
            source = sources.get(path)
            lines = source.shell_lines if source else ()
            declarations = tuple(d for line, at in lines if INSTALL.search(line) for d in read_install(line, at))
        elif name.endswith((".r", ".rmd", ".qmd", ".jl")) and IN_CODE.search(tree.text(path) or ""):
            declarations = tuple(_installed_by_code(tree, path))
        else:
            continue
        if declarations:
            kind = "notebook" if name.endswith(".ipynb") else "install script"
            found.append(PackageFile(path, kind, declarations, at=declarations[0].at))
    return found


def _installed_by_text(tree: Tree, path: str) -> Iterator[Declaration]:
    text = tree.text(path) or ""
    if not INSTALL.search(text) and "FROM" not in text:
        return
    yield from _in_base_image(text, path)
    for number, line in joined(text.split("\n")):
        if INSTALL.search(line):
            yield from read_install(line.removeprefix("RUN "), Place(path, number))


def _installed_by_code(tree: Tree, path: str) -> Iterator[Declaration]:
    """What a script of R or Julia installs before it loads it."""
    for number, line in enumerate((tree.text(path) or "").split("\n"), 1):
        code = squeezed(line).split("#")[0]
        if IN_CODE.search(code):
            yield from read_install(code, Place(path, number))


def _in_base_image(text: str, path: str) -> Iterator[Declaration]:
    """The framework that an official image holds at the version of its tag."""
    for found in BASE_IMAGE.finditer(text):
        name = {"pytorch": "torch"}.get(found.group(1), found.group(1))
        exactness = Exactness.EXACT if re.match(r"\d+\.\d", found.group(2)) else Exactness.BARE
        yield Declaration(
            name, found.group(2), exactness, Place(path, text.count("\n", 0, found.start(1)) + 1), "conda"
        )


def _named_files(tree: Tree, documents: Documents) -> frozenset[str]:
    """The names of files that documents, Dockerfiles and scripts install from, or speak of."""
    found: set[str] = set()
    for document in documents.all:
        for block in document.blocks:
            for line, _ in lines_of(block):
                found.update(w.rpartition("/")[2] for w in re.findall(r"[\w./-]+\.(?:txt|ya?ml|in|lock|pip)\b", line))
    for path in tree.own:
        name = path.rpartition("/")[2].lower()
        if "dockerfile" in name or name.endswith(".sh") or name in ("makefile", "devcontainer.json", "mlproject"):
            text = (tree.text(path) or "")[:MAX_DUMP]
            found.update(f.rpartition("/")[2] for line in text.split("\n") for f in installed_files(line))
            found.update(
                re.findall(r"[\w-]{0,40}(?:conda|environment|env|requirements)[\w-]{0,40}\.(?:ya?ml|txt)\b", text)
            )
    return frozenset(found)


def _is_main(file: PackageFile, files: list[PackageFile], named: frozenset[str], scope: Scope) -> bool:
    """Whether a reader who follows the project would install from this file."""
    if not scope.covers(file.path):
        return False
    name = file.path.rpartition("/")[2]
    if file.kind not in ("requirements", "environment.yml") or file.is_lock:
        return True
    if USUAL.search(file.path) or name in named or LOCK_NAMED.search(name):
        return True
    folder = file.path.rpartition("/")[0]
    return not any(USUAL.search(f.path) and f.path.rpartition("/")[0] == folder for f in files)
