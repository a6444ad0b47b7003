"""The proposed image is built by an engine from what the fixes leave, and the main experiment runs in it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from repro_audit.sandbox.image import base_image

from .audited import mended, scored

Copied = Callable[[str], Path]
Know = Callable[[str], None]

# What the public image has and Debian's own Python does not: a `python`, and leave to install beside the system's.
STAND_IN = "FROM {base}\nRUN ln -sf python3 /usr/bin/python && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED\n"


@pytest.fixture
def know() -> Iterator[Know]:
    """Lets the engine know an image by its public name, made from the tests' base: none is pulled."""
    import docker
    from docker.errors import APIError, ImageNotFound

    client, named = docker.from_env(), []

    def under(name: str) -> None:
        try:
            client.images.get(name)
        except ImageNotFound:
            text = STAND_IN.format(base=base_image("3.11"))
            client.images.build(fileobj=io.BytesIO(text.encode()), tag=name, rm=True)
            named.append(name)

    yield under
    for name in named:
        with suppress(APIError):
            client.images.remove(name, noprune=True)
    client.close()


@pytest.mark.engine
@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("fixture", ["unseeded-numpy", "fix-steps"])
def test_the_image_is_built_and_the_experiment_runs_in_it(fixture: str, copied: Copied, know: Know) -> None:
    root = copied(fixture)
    before = scored(root, "--runner", "docker", "--depth", "repeat")
    python = before.experiment("build")["environment"]["python"]
    mended(root)
    first = (root / "Dockerfile").read_text().split("\n")[0]
    assert first == f"FROM python:{python}-slim"
    know(first.removeprefix("FROM "))
    after = scored(root, "--runner", "docker", "--depth", "repeat")
    assert after.experiment("build")["environment"]["from"] == "image"
    assert (before.answers["env-image"], after.answers["env-image"]) == ("no", "verified"), after.messages
    assert after.answers["code-runs"] == "verified"


def test_an_image_makes_no_environment_inside_and_has_what_runs_a_notebook(
    make: Callable[..., Path], mend: Any
) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": ["import numpy\n"]}
    notebook = {"cells": [cell, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    readme = (
        "# Toy\n\n```bash\npython -m venv venv\nsource venv/bin/activate\npip install -r requirements.txt\n"
        "jupyter nbconvert --to notebook --execute toy.ipynb\n```\n"
    )
    files = {"README.md": readme, "toy.ipynb": json.dumps(notebook), "requirements.txt": "numpy==1.26.4\n"}
    text = mend(make(files), "env-image").text("Dockerfile")
    assert "-r requirements.txt nbconvert ipykernel\n" in text
    assert text.endswith('CMD ["jupyter", "nbconvert", "--to", "notebook", "--execute", "toy.ipynb"]\n')


def test_the_dev_container_is_made_of_the_same_file(copied: Copied, mend: Any) -> None:
    root = mend(copied("unseeded-numpy")).root
    folder = root / ".devcontainer"
    build = json.loads((folder / "devcontainer.json").read_text())["build"]
    assert (folder / build["dockerfile"]).resolve() == (root / "Dockerfile").resolve()
    assert (folder / build["context"]).resolve() == root.resolve()
