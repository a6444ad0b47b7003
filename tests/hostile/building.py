"""How hostile repositories are written down: one function each, given an empty folder and a shell command
that creates the canary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Builder = Callable[[Path, str], None]

BUILDERS: dict[str, Builder] = {}

TRAIN = "import random\n\nrandom.seed(0)\nprint(random.random())\n"
README = "# A project\n\n    python train.py\n"


def hostile(builder: Builder) -> Builder:
    """Register a function that makes a repository: it is given the empty folder and a shell command
    that creates the canary."""
    BUILDERS[builder.__name__.replace("_", "-")] = builder
    return builder


def write(root: Path, **files: str | bytes) -> None:
    """`train_py="..."` writes train.py; `README_md` writes README.md."""
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)


def executable(path: Path, command: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{command}\nexit 1\n")
    path.chmod(0o755)
    return path
