"""What was being built when an audit was killed is built anew; what was built whole stays good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from repro_audit.sandbox import store
from repro_audit.sandbox.local import LocalSandbox
from repro_audit.sandbox.model import Environment, Limits, Recipe, RecipeKind, Snapshot

pytestmark = pytest.mark.sandbox


def built(requirement: str, root: Path) -> Environment:
    recipe = Recipe(RecipeKind.PINNED, "requirements.txt", "3.11", (requirement,))
    return LocalSandbox().build(recipe, Snapshot(root, ()), Limits(), lambda step, line="": None)


def test_an_environment_that_is_half_built_is_not_used(tmp_path: Path, cache: Path) -> None:
    whole, other = built("six==1.16.0", tmp_path), built("six==1.17.0", tmp_path)
    folder = store.environments_folder() / other.id
    (folder / "done").unlink()  # written last, so this is how a killed build leaves it
    (folder / "env" / "bin" / "python").unlink()
    again = built("six==1.17.0", tmp_path)
    assert not again.was_cached
    assert again.packages == other.packages
    assert (folder / "env" / "bin" / "python").is_symlink()  # it leads to where a run sees Python
    assert built("six==1.16.0", tmp_path).was_cached and whole.packages == ("six==1.16.0",)


def test_a_store_of_packages_that_lost_some_is_filled_anew(tmp_path: Path, cache: Path) -> None:
    whole = built("six==1.16.0", tmp_path)
    shutil.rmtree(store.environments_folder())
    shutil.rmtree(store.cache_folder() / "uv" / "archive-v0")
    again = built("six==1.16.0", tmp_path)
    assert not again.was_cached and again.packages == whole.packages
