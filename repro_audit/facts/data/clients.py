"""Asking the clients of stores, where they are installed, about the form of references.

They run in a process of their own, which has no environment but an empty home folder: importing a client may read
settings, and takes seconds. It is started only for a project that names such a reference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .model import Management
from .references import Reference

SECONDS = 60  # for all references of a project
MODULES = {Management.LAKEFS: "lakefs_spec", Management.QUILT: "quilt3", Management.LFS: "dulwich"}
ASK = Path(__file__).parent / "client_ask.py"
FOLDERS = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP")

Said = tuple[str, str]  # the client with its version; why it refuses, or nothing


def ask_clients(references: Sequence[Reference]) -> list[Said | None]:
    """What the client of each reference's store says of its form; None where none is installed, or it cannot tell."""
    having = [r for r in references if is_installed(r.store)]
    if not having or not sys.executable:
        return [None] * len(references)
    said = dict(zip(having, _asked(sys.executable, tuple((r.store.value, r.text, r.package) for r in having))))
    return [said.get(r) for r in references]


def is_installed(store: Management) -> bool:
    """Whether a client is there; it is found by its name and not imported."""
    module = MODULES.get(store)
    return module is not None and find_spec(module) is not None


@lru_cache(maxsize=64)
def _asked(python: str, questions: tuple[tuple[str, str, str], ...]) -> list[Said | None]:
    """The answers of one process, the same for every reading of the project."""
    nothing: list[Said | None] = [None] * len(questions)
    with tempfile.TemporaryDirectory(prefix="repro-audit-") as folder:
        env = dict.fromkeys(FOLDERS, folder) | {"AWS_EC2_METADATA_DISABLED": "true"}
        env |= {k: os.environ[k] for k in ("SYSTEMROOT",) if k in os.environ}  # without it, Windows starts no Python
        try:
            done = subprocess.run(
                [python, "-I", "-B", str(ASK)], input=json.dumps(questions).encode(), stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd=folder, env=env, timeout=SECONDS, check=False,
            )  # fmt: skip
            told = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return nothing
    return [_said(t) for t in told] if isinstance(told, list) and len(told) == len(questions) else nothing


def _said(told: object) -> Said | None:
    return (str(told[0]), str(told[1])) if isinstance(told, list) and len(told) == 2 else None
