"""The Pythons of this machine, and the program that installs packages for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from ..errors import Unavailable


def find_uv() -> str:
    """The uv program that is installed with this package."""
    try:
        from uv import find_uv_bin

        return os.path.realpath(find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise Unavailable("uv is not installed", "Install it with `pip install uv`.") from error


@lru_cache(maxsize=64)
def find_python(version: str) -> str | None:
    """A Python of that minor version on this machine, None without one."""
    minor = ".".join(version.split(".")[:2])
    if minor == f"{sys.version_info.major}.{sys.version_info.minor}":
        return os.path.realpath(sys.executable)
    candidates = [shutil.which(f"python{minor}") or ""]
    pyenv = Path(os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))) / "versions"
    candidates += sorted(str(p) for p in pyenv.glob(f"{minor}.*/bin/python{minor}"))
    for candidate in candidates:
        if candidate and os.path.isfile(candidate) and version_of(candidate).startswith(minor):
            return os.path.realpath(candidate)
    with_uv = subprocess.run(
        [find_uv(), "python", "find", "--no-project", minor], capture_output=True, text=True, check=False
    )
    return os.path.realpath(with_uv.stdout.strip()) if with_uv.returncode == 0 else None


def nearest_python(version: str) -> str:
    """The Python of this machine that is nearest to the wanted one: a newer one before an older one."""
    wanted = int(version.split(".")[1])
    for minor in sorted(range(7, 20), key=lambda m: (abs(m - wanted), m < wanted)):
        found = find_python(f"3.{minor}")
        if found:
            return found
    return os.path.realpath(sys.executable)


@lru_cache(maxsize=64)
def version_of(python: str) -> str:
    """Its whole version, empty where it does not start."""
    done = subprocess.run(
        [python, "-I", "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def prefix_of(python: str) -> str:
    """The installation a Python belongs to; a virtual environment's is that of the Python it was made from."""
    return str(Path(os.path.realpath(python)).parent.parent)
