"""Lets a benchmark be started with any Python: where the package is not installed, by the checkout's own .venv."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def need(module: str) -> None:
    """Go on where the module can be imported, else start again under `.venv`, else say what to do."""
    if find_spec(module) and find_spec(f"{module}.rules"):
        return
    python = ROOT / ".venv" / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        os.execv(python, [str(python), *sys.argv])
    sys.exit(f"error: {module} is not installed for {sys.executable}\nhint: pip install -e {ROOT}")
