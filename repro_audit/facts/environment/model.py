"""Declared packages, images, language versions and hardware."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...model import Evidence, Place


class Exactness(Enum):
    """How far a declaration fixes the version that is installed."""

    LOCKED = "locked"  # in a lock file, or with a hash
    EXACT = "exact"  # == or conda's = with a full version, or a URL at a commit
    RANGE = "range"  # >=, ~=, ==1.*, ^
    BARE = "bare"  # no version


@dataclass(frozen=True, slots=True)
class Declaration:
    """One package as one file declares it; `name` is normalised (PEP 503)."""

    name: str
    version: str  # as written, "" for none
    exactness: Exactness
    at: Place
    ecosystem: str = "pypi"  # pypi, conda, r, julia, npm

    @property
    def is_exact(self) -> bool:
        return self.exactness in (Exactness.LOCKED, Exactness.EXACT)

    @property
    def evidence(self) -> Evidence:
        return Evidence(f"{self.name} {self.version}".strip(), self.at)


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file (or README passage) that declares packages."""

    path: str
    kind: str  # "requirements", "pyproject", "poetry.lock", "environment.yml", "readme", ...
    declarations: tuple[Declaration, ...]
    is_lock: bool = False
    at: Place | None = None
    is_main: bool = True  # False for a file of another component, and for a variant that nothing mentions


@dataclass(frozen=True, slots=True)
class Needed:
    """A third-party package that the main experiment imports, and the declaration that provides it."""

    module: str  # top-level module, as imported
    distribution: str  # normalised name of the distribution that provides it
    at: Place  # the import
    declared: Declaration | None

    @property
    def evidence(self) -> Evidence:
        """The declaration, or the import that has none."""
        if self.declared:
            return self.declared.evidence
        return Evidence(f"imports {self.module}; {self.distribution} is not declared", self.at)


@dataclass(frozen=True, slots=True)
class Image:
    """An environment given whole: Dockerfile, dev container, Apptainer, Nix, Guix, conda lock, CI container."""

    kind: str
    at: Place
    base: str = ""  # the base image as written
    is_pinned: bool = False  # the base image is given by digest, or by a full version tag
    text: str = ""
    is_whole: bool = True  # the main experiment runs in it, as far as reading can tell
    lacks: str = ""  # for one that is not whole: why

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.text or self.base or self.kind, self.at)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that is said about language version or hardware: where, and the words."""

    kind: str  # "python", "r", "julia"; "gpu", "cuda", "tpu", "ram", "time", "devices"
    text: str
    at: Place
    is_concrete: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.text, self.at)


@dataclass(frozen=True)
class Environment:
    packages: tuple[PackageFile, ...]
    needed: tuple[Needed, ...]
    images: tuple[Image, ...]
    languages: tuple[Statement, ...]  # statements of a language version
    hardware: tuple[Statement, ...]  # statements and mentions of hardware
    device_code: tuple[Statement, ...]  # reached code that uses a GPU, TPU or CUDA

    @property
    def missing(self) -> tuple[Needed, ...]:
        """Imported and declared nowhere."""
        return tuple(n for n in self.needed if n.declared is None)

    @property
    def loose(self) -> tuple[Needed, ...]:
        """Declared, but not at one version."""
        return tuple(n for n in self.needed if n.declared and not n.declared.is_exact)

    @property
    def exact(self) -> tuple[Needed, ...]:
        return tuple(n for n in self.needed if n.declared and n.declared.is_exact)
