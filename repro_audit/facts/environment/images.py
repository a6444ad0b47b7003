"""Environments that are given whole, down to the operating system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Place
from ..carried import carried_folders, is_carried
from ..documents import Documents
from ..files import Tree, normalise
from ..regex import regex
from .installs import INSTALL, installed_files, read_install
from .lines import lines_of
from .model import Image, Needed, PackageFile
from .needed import with_declarations
from .scope import Scope

DOCKERFILE = regex(
    r"(^|/)(dockerfile|containerfile)([._-][\w.-]+)?$|(^|/)[\w.-]+[._-](dockerfile|containerfile)$", re.IGNORECASE
)
COMPOSE = regex(r"(^|/)(docker-)?compose[\w.-]*\.ya?ml$", re.IGNORECASE)
APPTAINER = regex(r"(^|/)(singularity|apptainer)[\w.-]*$|\.def$|\.sif$", re.IGNORECASE)
NIX = regex(r"(^|/)(flake|shell|default|devenv)\.nix$")
GUIX = regex(r"(^|/)(guix|manifest)[\w-]*\.scm$")

_FROM = regex(r"^[ \t]*(?:FROM|From:)[ \t]+(?:--platform=\S+[ \t]+)?(\S+)", re.MULTILINE)
_LANGUAGE_BASE = regex(
    r"python|conda|mamba|torch|tensorflow|nvidia|cuda|rocm|jupyter|jax|kaggle|rocker|r-base|r-ver|bioconductor|julia|"
    r"devcontainers/|vscode|sagemaker|deeplearning|huggingface|uv:|astral-sh|paddle|mxnet|fastai|ray|spark|mlflow",
    re.IGNORECASE,
)
_LANGUAGE_SETUP = regex(
    r"\bpip[\d.]* install|\bconda\b|\bmamba\b|python3?|\buv (?:sync|pip)|poetry install|"
    r"Rscript|install\.packages|julia",
    re.IGNORECASE,
)
_PINNED = regex(r"@sha256:[0-9a-f]{16,}|:[^:/]*\d+\.\d+")
_COPIES_ALL = regex(
    r"^[ \t]*(?:COPY|ADD)\s|requirements|environment|poetry|uv sync|Pipfile|-e \.|install \.|git clone", re.MULTILINE
)
_CI_CONTAINER = regex(r"^[ \t]+container:[ \t]*(?:\n[ \t]+image:[ \t]*)?([^\s#{]+[:/][^\s#{]+)", re.MULTILINE)
_CI_IMAGE = regex(r"^[ \t]*image:[ \t]*(?:\n[ \t]+name:[ \t]*)?[\"']?([\w./-]+:[\w.-]+)", re.MULTILINE)
_BUILD = regex(r"context:[ \t]*[\"']?([\w./-]+)[\"']?[ \t]*\n[ \t]+dockerfile:[ \t]*[\"']?([\w./-]+)")
_PULL = regex(r"\b(?:docker|podman|singularity|apptainer|nvidia-docker)\s+(?:pull|run)\s+(.*)")
_PUBLISHED = regex(r"(?:docker://|oras://|library://)?[a-z0-9][\w.-]*(?:/[\w.-]+)+(?::[\w.-]+)?$")
_VALUE_OPTIONS = frozenset(
    "-v --volume -w --workdir --mount -e --env --env-file -p --publish --name -u --user --gpus --ipc".split()
)
_SERVICE = regex(
    r"postgres|mysql|redis|mongo|minio|nginx|grafana|prometheus|elasticsearch|rabbitmq|kafka|lakefs|mlflow|tensorflow/serving|traefik",
    re.IGNORECASE,
)


def find_images(
    tree: Tree, documents: Documents, packages: tuple[PackageFile, ...], needed: tuple[Needed, ...], scope: Scope
) -> tuple[Image, ...]:
    """Every image, those in which the main experiment runs first."""
    found = [*_files(tree, needed, scope), *_locks(packages, needed), *_workflows(tree), *_published(documents)]
    return tuple(sorted(found, key=lambda i: not i.is_whole))


def _files(tree: Tree, needed: tuple[Needed, ...], scope: Scope) -> Iterator[Image]:
    built = _built_from(tree)
    carried = carried_folders(tree)
    for path in (p for p in tree.own if not is_carried(p, carried)):
        name = path.rpartition("/")[2]
        if DOCKERFILE.search(path) or path in built:
            yield _judged(_read_recipe(tree, path, "Dockerfile"), tree, needed, scope)
        elif name == "devcontainer.json" or name == ".devcontainer.json":
            yield Image("dev container", Place(path, 1), text=name)
        elif COMPOSE.search(path):
            yield from _compose(tree, path)
        elif APPTAINER.search(path) and "bootstrap:" in (tree.text(path) or "")[:4096].lower():
            yield _judged(_read_recipe(tree, path, "Apptainer"), tree, needed, scope)
        elif NIX.search(path) and re.search(r"python|mkShell|R\b|julia", tree.text(path) or ""):
            yield Image("Nix", Place(path, 1), text=name, is_pinned="flake.lock" in tree)
        elif name in ("cog.yaml", "Vagrantfile"):
            yield Image("Cog" if name == "cog.yaml" else "Vagrant", Place(path, 1), text=name)
        elif name == "MLproject":
            yield from _mlproject(tree, path)
        elif GUIX.search(path) and re.search(
            r"specifications->manifest|use-modules \(g(?:nu|uix)", tree.text(path) or ""
        ):
            yield Image("Guix", Place(path, 1), text=name)


def _built_from(tree: Tree) -> frozenset[str]:
    """The recipes that compose files build from under another name than Dockerfile."""
    found = set()
    for path in (p for p in tree.suffixed(".yml", ".yaml") if COMPOSE.search(p)):
        for build in _BUILD.finditer(tree.text(path) or ""):
            context, name = build.group(1) or ".", build.group(2)
            found.add(normalise(f"{path.rpartition('/')[0] or '.'}/{context}/{name}"))
    return frozenset(found)


def _read_recipe(tree: Tree, path: str, kind: str) -> Image:
    """A Dockerfile or Apptainer recipe, by the base of its last stage."""
    text = tree.text(path) or ""
    bases = list(_FROM.finditer(text))
    if not bases:
        return Image(kind, Place(path, 1), is_whole=False, lacks="it names no base image")
    last = bases[-1]
    line = text.count("\n", 0, last.start(1)) + 1
    base = last.group(1)
    is_language = any(_LANGUAGE_BASE.search(b.group(1)) for b in bases) or bool(_LANGUAGE_SETUP.search(text))
    lacks = "" if is_language else "it sets up another service, not the language the experiment is written in"
    return Image(
        kind, Place(path, line), base, bool(_PINNED.search(base)), " ".join(last.group().split()), is_language, lacks
    )


def _judged(image: Image, tree: Tree, needed: tuple[Needed, ...], scope: Scope) -> Image:
    """The image, marked where it belongs to another component or leaves out what the experiment imports."""
    if not image.is_whole:
        return image
    if not scope.covers(image.at.path):
        return replace(image, is_whole=False, lacks="it builds another component than the main experiment")
    text = tree.text(image.at.path) or ""
    if (
        _COPIES_ALL.search(text)
        or any(f for line in text.split("\n") for f in installed_files(line))
        or not INSTALL.search(text)
    ):
        return image
    lines = text.replace("\\\n", " ").split("\n")
    declared = tuple(d for line in lines if INSTALL.search(line) for d in read_install(line, image.at))
    covered = with_declarations(needed, [PackageFile(image.at.path, "image", declared)])
    missing = [n.distribution for n in covered if n.declared is None]
    if (
        declared
        and len(missing) * 2 > len(needed)
        and not re.search(r"torch|tensorflow|jupyter|kaggle|anaconda", image.base)
    ):
        return replace(image, is_whole=False, lacks=f"it does not install {', '.join(missing[:3])}")
    return image


def _compose(tree: Tree, path: str) -> Iterator[Image]:
    """The images that a compose file pulls; those it builds have a Dockerfile of their own."""
    text = tree.text(path) or ""
    for found in _CI_IMAGE.finditer(text):
        at = Place(path, text.count("\n", 0, found.start(1)) + 1)
        is_language = bool(_LANGUAGE_BASE.search(found.group(1))) and not _SERVICE.search(found.group(1))
        lacks = "" if is_language else "it runs a service beside the experiment"
        yield Image(
            "compose",
            at,
            found.group(1),
            bool(_PINNED.search(found.group(1))),
            found.group().strip(),
            is_language,
            lacks,
        )


def _mlproject(tree: Tree, path: str) -> Iterator[Image]:
    text = tree.text(path) or ""
    found = re.search(r"^docker_env:[ \t]*\n[ \t]+image:[ \t]*[\"']?([^\s\"']+)", text, re.MULTILINE)
    if found:
        at = Place(path, text.count("\n", 0, found.start(1)) + 1)
        yield Image("MLproject", at, found.group(1), bool(_PINNED.search(found.group(1))), found.group(1))


def _locks(packages: tuple[PackageFile, ...], needed: tuple[Needed, ...]) -> Iterator[Image]:
    """conda and pixi locks hold the platform and the language; they count where they hold what is imported."""
    for file in packages:
        if file.is_lock and file.is_main and file.kind in ("conda-lock.yml", "pixi.lock", "conda explicit"):
            missing = [n.distribution for n in with_declarations(needed, [file]) if n.declared is None]
            lacks = f"it does not hold {', '.join(missing[:3])}" if missing else ""
            yield Image(
                file.kind,
                file.at or Place(file.path),
                is_pinned=True,
                text=file.kind,
                is_whole=not missing,
                lacks=lacks,
            )


def _workflows(tree: Tree) -> Iterator[Image]:
    """The container in which a workflow of the continuous integration runs."""
    for path in tree.paths:
        if not path.startswith((".github/workflows/", ".gitlab-ci", ".circleci/")) or not path.endswith(
            (".yml", ".yaml")
        ):
            continue
        text = tree.text(path) or ""
        pattern = _CI_CONTAINER if path.startswith(".github/") else _CI_IMAGE
        for found in pattern.finditer(text):
            at = Place(path, text.count("\n", 0, found.start(1)) + 1)
            base = found.group(1).strip("\"'")
            if _LANGUAGE_BASE.search(base) and not _SERVICE.search(base):
                yield Image("CI container", at, base, bool(_PINNED.search(base)), " ".join(found.group().split()))


def _published(documents: Documents) -> Iterator[Image]:
    """An image that a document tells the reader to pull or run."""
    for document in documents.all:
        for block in document.blocks:
            for line, at in lines_of(block):
                command = _PULL.search(line)
                name = _image_name(command.group(1).split()) if command else ""
                if name and not _SERVICE.search(name):
                    yield Image("published image", at, name, bool(_PINNED.search(name)), line.strip()[:200])


def _image_name(words: list[str]) -> str:
    """The image among the words of `docker run`; one without an owner was built by the reader."""
    for before, word in zip(["", *words], words, strict=False):
        if before not in _VALUE_OPTIONS and _PUBLISHED.match(word.strip("`'\"")):
            return word.strip("`'\"")
    return ""
