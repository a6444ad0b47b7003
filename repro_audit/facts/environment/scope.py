"""Which declaring files speak for the main experiment, where a repository holds several projects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..commands.model import Step
from ..program import Program
from ..regex import regex
from .model import PackageFile

# Folders that hold a project's environment rather than a component of it.
ENVIRONMENT_FOLDER = regex(
    r"^\.?(docker\w*|dockerfiles|devcontainer|containers?|singularity|apptainer|conda|envs?|environments?|requirements?|"
    r"install\w*|setup|build|deploy\w*|ci|circleci|github|workflows?|configs?|conf|binder|nix|guix|etc|scripts|tools|"
    r"docs?|reproducib\w*|code|src)$",
    re.IGNORECASE,
)


RUN_RECORD = regex(r"(^|/)(?:mlruns|mlartifacts|wandb|lightning_logs)/")  # what a run noted of its own environment
WORKSHOP = regex(r"^(?:tools|scripts|docs?)$", re.IGNORECASE)  # with a project file of its own it is a component
PROJECT_FILES = frozenset("pyproject.toml setup.py setup.cfg poetry.lock uv.lock pdm.lock".split())


@dataclass(frozen=True, slots=True)
class Scope:
    """The folders of the main experiment's programs; empty where nothing tells."""

    folders: frozenset[str]

    def covers(self, path: str) -> bool:
        """Whether a file stands beside or above a program of the main experiment, or in an environment folder there."""
        folder, _, name = path.rpartition("/")
        is_component = name.lower() in PROJECT_FILES and WORKSHOP.match(folder.rpartition("/")[2])
        while folder and ENVIRONMENT_FOLDER.match(folder.rpartition("/")[2]) and not is_component:
            folder = folder.rpartition("/")[0]
        return not folder or not self.folders or any(f == folder or f.startswith(folder + "/") for f in self.folders)

    def foreign_folders(self, packages: Iterable[PackageFile]) -> frozenset[str]:
        """The folders of other components, told by the packages that they declare for themselves."""
        files = (f.path for f in packages if f.kind not in ("document", "notebook"))
        return frozenset(p.rpartition("/")[0] for p in files if not self.covers(p))


def is_under(path: str, folders: frozenset[str]) -> bool:
    """Whether a path lies in one of these folders, at any depth."""
    folder = path.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return bool(folder)


def find_scope(steps: Iterable[Step], program: Program) -> Scope:
    paths = [s.path for s in steps if s.path]
    if not program.is_whole_project:
        paths += [s.path for s in program.entries]
    else:
        paths += [s.path for s in program.sources]
    working = [s.cwd for s in steps if s.cwd not in ("", ".")]
    return Scope(frozenset([p.rpartition("/")[0] for p in paths] + working))
