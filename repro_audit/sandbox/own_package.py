"""How the project itself is installed, alike in every backend."""

from __future__ import annotations

from .layout import ENV
from .model import PROJECT, Recipe


def installing(recipe: Recipe, uv: str = "uv") -> str:
    """What is typed: with the build tools of the recipe's day, else with today's.

    Those of before August 2022 know no way to install a project so that its own files are imported.
    """
    constraints = " -c /constraints.txt" if recipe.constraints else ""
    of_its_day = f" --exclude-newer {recipe.newest}" if recipe.newest else ""
    ways = dict.fromkeys((of_its_day, ""))
    typed = [f"{uv} pip install --python {ENV}/bin/python{way}{constraints} --no-deps -e {PROJECT}" for way in ways]
    return " || ".join([*typed, "echo 'the project itself could not be installed'"])
