"""The line by which a Python of ours begins a probe that travels with a run.

It stands in a `.pth` file among the packages, so that a command which sets PYTHONPATH itself is watched as well.
Where nothing is carried it asks for one file that is not there, and `pip freeze` does not know of it.
"""

from __future__ import annotations

from .model import CARRIED

NAME = "repro_audit_probe"
FILE = f"{NAME}.pth"
SOURCE = "/hook.pth"  # where a build finds it
START = f"{CARRIED}/probe/start.py"  # runs under the name above; PYTHONPATH may have begun it before

# Python reads the file twice in a virtual environment, so the line remembers itself; a `.pth` file has one line each.
_CODE = f'sys.modules["_frozen_importlib_external"].SourceFileLoader("{NAME}", "{START}").get_code("{NAME}")'
LINE = (
    f'import os, sys; os.path.isfile("{START}") and not hasattr(sys, "_repro_audit_hook") and '
    f'(setattr(sys, "_repro_audit_hook", True), exec({_CODE}, {{"__name__": "{NAME}", "__file__": "{START}"}}))\n'
)


def laying(env: str) -> str:
    """The line of a shell that puts the file among the packages of an environment."""
    return f'for folder in {env}/lib/*/site-packages; do cp {SOURCE} "$folder/{FILE}"; done'
