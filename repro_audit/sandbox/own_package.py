"""How packages and the project itself are installed, alike in every backend."""

from __future__ import annotations

import re
from dataclasses import replace

from .layout import ENV
from .model import PROJECT, Recipe

NOT_INSTALLED = "the project itself could not be installed"
ERROR = re.compile(r"^[ |]*((?:\w+\.)*\w*(?:Error|Exception): [^\n]{1,300})$", re.MULTILINE)


def options(recipe: Recipe) -> str:
    """What an installation is bound to, as it stands behind the command: the recipe's day, its exact versions."""
    newest = f" --exclude-newer {recipe.newest}" if recipe.newest else ""
    return newest + (" -c /constraints.txt" if recipe.constraints else "")


def installing(recipe: Recipe, uv: str = "uv") -> str:
    """What is typed: with the build tools of the recipe's day, else with today's.

    Those of before August 2022 know no way to install a project so that its own files are imported.
    """
    ways = dict.fromkeys((options(recipe), options(replace(recipe, newest=None))))
    typed = [f"{uv} pip install --python {ENV}/bin/python{way} --no-deps -e {PROJECT}" for way in ways]
    return " || ".join([*typed, f"echo '{NOT_INSTALLED}'"])


def why_not_installed(log: str) -> str:
    """The error for which a build's log says that the project itself was not installed; empty where it was."""
    before, said, _ = log.partition(f"\n{NOT_INSTALLED}\n")
    errors = ERROR.findall(before) if said else []
    return str(errors[-1]) if errors else ""
