"""Images: the context and Dockerfile of an environment, generated or the project's own."""

from __future__ import annotations

import io
import os
import platform
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import hook, store
from .copying import PROJECT_TIME
from .index import IndexSettings
from .layout import ENV, UID, USUAL, passwd_line
from .model import GIB, MIB, PROJECT, Recipe, Snapshot, Surroundings
from .own_package import installing, options

NONE: Mapping[str, str] = {}
DEFAULT_BASE = "python:{python}-slim"
MAX_PACKAGES = GIB // 2  # bytes of a local package folder that is sent to the engine


@dataclass(frozen=True)
class Context:
    """What is sent to the engine to build an image."""

    files: Sequence[tuple[str, bytes | Path]]
    dockerfile: str
    arguments: dict[str, str]
    tag: str
    text: str = ""  # of the Dockerfile, where it is a stranger's

    def packed(self) -> IO[bytes]:
        """Its files as an archive, which only an image that is not there yet is worth."""
        return archive(self.files)


def generated(recipe: Recipe, snapshot: Snapshot, index: IndexSettings, uv: str | None, base: str) -> Context:
    """The context of an environment that is built from package files."""
    requirements = "\n".join([*recipe.requirements, *recipe.tools])
    folders = [f for f in index.folders if _size(Path(f)) <= MAX_PACKAGES]
    arguments = _reachable(index, folders)
    text = _render(
        base=base, system=" ".join(recipe.system), bundle=index.bundle, arguments=sorted(arguments), folders=folders,
        has_uv=uv is not None, python=recipe.python, env=ENV, project=PROJECT, home=USUAL.home, label=store.LABEL,
        has_requirements=bool(requirements.strip()), options=options(recipe),
        install_project=installing(recipe) if recipe.installs_project else "",
        user=passwd_line(Surroundings().user).strip(), hook=hook.SOURCE, lay_hook=hook.laying(ENV),
    )  # fmt: skip
    constraints = "\n".join(recipe.constraints)
    key = store.digest(
        [text, hook.LINE, requirements, constraints, _metadata(snapshot) if recipe.installs_project else ""]
    )
    files: list[tuple[str, bytes | Path]] = [
        ("Dockerfile", text.encode()),
        ("requirements.txt", requirements.encode() + b"\n"),
        ("constraints.txt", constraints.encode() + b"\n"),
        (hook.SOURCE.strip("/"), hook.LINE.encode()),
    ]
    files += [("uv", Path(uv))] if uv else []
    files += [("bundle.crt", Path(index.bundle))] if index.bundle else []
    files += [
        (f"packages/{i}/{p.relative_to(f)}", p)
        for i, f in enumerate(folders)
        for p in sorted(Path(f).rglob("*"))
        if p.is_file()
    ]
    files += [(f"project/{p}", snapshot.root / p) for p in snapshot.paths] if recipe.installs_project else []
    return Context(files, "Dockerfile", arguments, f"repro-audit-env:{key}")


def _reachable(index: IndexSettings, folders: list[str]) -> dict[str, str]:
    """The settings less the local folders that are too large to send."""
    left_out = [f for f in index.folders if f not in folders]
    kept = {n: " ".join(w for w in v.split() if not any(f in w for f in left_out)) for n, v in index.variables.items()}
    return {name: value for name, value in kept.items() if value}


def own(recipe: Recipe, snapshot: Snapshot, text: str | None = None) -> Context:
    """The context of the project's own Dockerfile: its tracked files, less what .dockerignore names.

    `text` is built from in the Dockerfile's place, where it is given.
    """
    from docker.utils import exclude_paths

    dockerfile = recipe.dockerfile or "Dockerfile"
    patterns = _ignored(snapshot.root / ".dockerignore")
    kept = exclude_paths(str(snapshot.root), patterns, dockerfile=recipe.dockerfile) if patterns else None
    paths = [p for p in snapshot.paths if kept is None or p in kept or p == recipe.dockerfile]
    digests = [f"{p}:{store.file_digest(snapshot.root / p)}" for p in paths if (snapshot.root / p).is_file()]
    files: dict[str, bytes | Path] = {p: snapshot.root / p for p in paths}
    if text is not None:
        files[dockerfile] = text.encode("utf-8", "surrogateescape")
    tag = f"repro-audit-own:{store.digest([recipe.dockerfile, *digests])}"
    return Context(tuple(files.items()), dockerfile, {}, tag, text or _text(snapshot.root / dockerfile))


def _ignored(file: Path) -> list[str]:
    lines = [line.strip() for line in _text(file).splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def is_own(tag: str) -> bool:
    """Whether an environment is the project's own image, which may hold anything from the start."""
    return tag.startswith("repro-audit-own:")


def base_image(python: str) -> str:
    """The image that environments are built on: `$REPRO_AUDIT_BASE_IMAGE`, in which `{python}` is the minor version."""
    return os.environ.get("REPRO_AUDIT_BASE_IMAGE", DEFAULT_BASE).replace("{python}", python)


def uv_for(engine_system: str, engine_machine: str) -> str | None:
    """This machine's uv, where the engine's machine can run it."""
    machines = {"amd64": "x86_64", "arm64": "aarch64"}
    same = machines.get(engine_machine, engine_machine) == machines.get(platform.machine(), platform.machine())
    if not sys.platform.startswith("linux") or engine_system.lower() != "linux" or not same:
        return None
    from .pythons import find_uv

    return find_uv()


def archive(
    files: Iterable[tuple[str, bytes | Path]], *, owner: int = 0, folders: Iterable[str] = (),
    given: Iterable[str] = (), links: Mapping[str, str] = NONE,
) -> IO[bytes]:  # fmt: skip
    """A tar archive with fixed times and owners, so that equal content is equal bytes; a large one is kept on disk.

    `given` are folders of the run's user whoever owns the rest, and `links` names with what they lead to.
    """
    buffer = tempfile.SpooledTemporaryFile(max_size=64 * MIB)  # noqa: SIM115 (the caller reads it)
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, its in [*((f, owner) for f in folders), *((f, UID) for f in given)]:
            info = _member(name, its)
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(info)
        for name, content in files:
            _add(tar, name, content, owner)
        for name, leads_to in links.items():
            info = _member(name, owner)
            info.type, info.linkname = tarfile.SYMTYPE, leads_to
            tar.addfile(info)
        end = tar.offset + 2 * tarfile.BLOCKSIZE
    buffer.truncate(end)  # what would fill it up some engines do not read, and fail
    buffer.seek(0)
    return buffer


def _member(name: str, owner: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.uid = info.gid = owner
    info.mtime = PROJECT_TIME
    return info


def _add(tar: tarfile.TarFile, name: str, content: bytes | Path, owner: int) -> None:
    info = _member(name, owner)
    if isinstance(content, bytes):
        info.size, info.mode = len(content), 0o644
        tar.addfile(info, io.BytesIO(content))
    elif content.is_symlink():
        info.type, info.linkname = tarfile.SYMTYPE, os.readlink(content)
        tar.addfile(info)
    elif content.is_file():
        with content.open("rb") as file:
            status = os.fstat(file.fileno())
            info.size, info.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
            tar.addfile(info, file)


def _render(**values: object) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("repro_audit.templates", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=False,
    )
    return env.get_template("Dockerfile.j2").render(**values)


def _metadata(snapshot: Snapshot) -> list[str]:
    return [
        store.file_digest(snapshot.root / p) for p in snapshot.paths if p in ("pyproject.toml", "setup.py", "setup.cfg")
    ]


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
