"""Environments: built once, told whole, and a build that fails says why without giving the host away."""

from __future__ import annotations

import re
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
import pytest

from repro_audit.sandbox.docker import DockerSandbox
from repro_audit.sandbox.local import LocalSandbox
from repro_audit.sandbox.model import BuildFailed, Environment, Job, Limits, Recipe, RecipeKind, Sandbox, Snapshot

from .conftest import BACKENDS, NOTHING, quiet

SMALL = Recipe(RecipeKind.PINNED, "requirements.txt", "3.11", ("six==1.16.0",))


@pytest.fixture(params=BACKENDS)
def sandbox(request: pytest.FixtureRequest, cache: Path) -> Any:
    found = LocalSandbox() if request.param == "local" else DockerSandbox()
    yield found
    if isinstance(found, DockerSandbox):
        found.close()


def built(sandbox: Sandbox, recipe: Recipe, root: Path, *paths: str) -> Environment:
    return sandbox.build(recipe, Snapshot(root, paths), Limits(seconds=1), quiet)


def test_what_was_installed_is_told_and_can_be_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    environment = built(sandbox, SMALL, tmp_path)
    assert "six==1.16.0" in environment.packages and environment.python.startswith("3.11.")
    assert environment.system and environment.runner == sandbox.name
    job = Job(("python", "-c", "import six; print(six.__version__)"))
    run = sandbox.run(environment, Snapshot(tmp_path, ()), job, Limits(60), tmp_path / "run", quiet)
    assert run.log.read_text() == "1.16.0\n"


def test_a_second_audit_of_the_same_environment_builds_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    first = built(sandbox, SMALL, tmp_path)
    again = built(type(sandbox)(), SMALL, tmp_path)
    assert again.was_cached and (again.id, again.packages) == (first.id, first.packages)
    assert built(sandbox, NOTHING, tmp_path).id != first.id


def test_a_build_that_fails_says_why_and_leaves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    wrong = replace(SMALL, requirements=("six==0.0.0.1",))
    for _ in range(2):
        with pytest.raises(BuildFailed) as caught:
            built(sandbox, wrong, tmp_path)
        assert "six==0.0.0.1" in caught.value.log and "No solution found" in caught.value.log


def test_the_settings_of_the_index_are_not_shown(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://me:hunter2@packages.invalid/simple")
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    told: list[str] = []
    with pytest.raises(BuildFailed) as caught:
        sandbox.build(
            replace(SMALL, requirements=("six==0.0.0.2",)), Snapshot(tmp_path, ()), Limits(),
            lambda step, line="": told.append(line),
        )  # fmt: skip
    words = "\n".join([str(caught.value), caught.value.log, *told])
    assert "hunter2" not in words and "packages.invalid" not in words and "(package index)" in words


@pytest.mark.parametrize("newest", [None, "2020-01-01"], ids=["today", "before there were editable wheels"])
def test_a_project_that_is_a_package_is_installed(sandbox: Sandbox, tmp_path: Path, newest: str | None) -> None:
    root = tmp_path / "project"
    (root / "mine").mkdir(parents=True)
    (root / "mine/__init__.py").write_text("answer = 42\n")
    (root / "setup.py").write_text("from setuptools import setup\nsetup(name='mine', version='1', packages=['mine'])\n")
    recipe = replace(NOTHING, requirements=("setuptools<81",), installs_project=True, newest=newest)
    environment = built(sandbox, recipe, root, "setup.py", "mine/__init__.py")
    job = Job(("sh", "-c", "cd /tmp && python -c 'import mine; print(mine.answer)'"))
    snapshot = Snapshot(root, ("setup.py", "mine/__init__.py"))
    run = sandbox.run(environment, snapshot, job, Limits(60), tmp_path / "run", quiet)
    assert run.log.read_text() == "42\n"


OWN = {
    "works": ("FROM {base}\nRUN echo built > /built.txt\n", ""),
    "a step fails": ("FROM {base}\nRUN echo oh dear && exit 3\n", r"(code:|status) 3"),
    "cannot be read": ("FORM {base}\n", "unknown instruction|no FROM"),
    "no such file": ("FROM {base}\nCOPY absent.txt /\n", r"absent\.txt"),
    "no such image": ("FROM localhost:1/no/such:image\n", "localhost:1"),
}


@pytest.mark.engine
@pytest.mark.parametrize("name", OWN)
def test_the_projects_own_dockerfile(name: str, tmp_path: Path, cache: Path) -> None:
    from repro_audit.sandbox.image import base_image

    text, complaint = OWN[name]
    (tmp_path / "Dockerfile").write_text(text.format(base=base_image("3.11")))
    recipe = Recipe(RecipeKind.IMAGE, "its own", "3.11", dockerfile="Dockerfile")
    snapshot = Snapshot(tmp_path, ("Dockerfile",))
    sandbox = DockerSandbox()
    if complaint:
        with pytest.raises(BuildFailed) as caught:
            sandbox.build(recipe, snapshot, Limits(), quiet)
        assert re.search(complaint, caught.value.log)
        return
    environment = sandbox.build(recipe, snapshot, Limits(), quiet)
    assert environment.image.startswith("sha256:")
    run = sandbox.run(environment, snapshot, Job(("cat", "/built.txt")), Limits(60), tmp_path / "run", quiet)
    sandbox.close()
    assert run.log.read_text() == "built\n"


@pytest.mark.engine
def test_an_image_that_hangs_when_it_is_looked_into_does_not_hang_us(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repro_audit.sandbox import building
    from repro_audit.sandbox.image import base_image

    monkeypatch.setattr(building, "LOOK_WITHIN", 2)
    (tmp_path / "Dockerfile").write_text(
        f"FROM {base_image('3.11')}\nRUN printf '#!/bin/bash\\nwhile :; do sleep 1; done\\n' > /slow && chmod +x /slow"
        " && mkdir -p /opt/bin && ln -s /slow /opt/bin/python\nENV PATH=/opt/bin:/usr/bin:/bin\n"
    )
    recipe = Recipe(RecipeKind.IMAGE, "its own", "3.11", dockerfile="Dockerfile")
    environment = DockerSandbox().build(recipe, Snapshot(tmp_path, ("Dockerfile",)), Limits(), quiet)
    assert environment.packages == ()


@pytest.mark.engine
@pytest.mark.parametrize("fails", [False, True])
def test_a_build_leaves_nothing_but_its_image(fails: bool, tmp_path: Path, cache: Path) -> None:
    """Not the stage with the installer in it, which is larger than the environment and has no name."""
    client = docker.from_env()
    before = {image.id for image in client.images.list(all=True)}
    requirement = "six==0.0.0.1" if fails else "six==1.15.0"
    unheard_of = (f"no-such-package=={time.time_ns()}",)  # so that no earlier build is found again
    recipe = replace(SMALL, requirements=(requirement,), constraints=unheard_of)
    with pytest.raises(BuildFailed) if fails else nullcontext():
        DockerSandbox().build(recipe, Snapshot(tmp_path, ()), Limits(), quiet)
    left = [image for image in client.images.list() if image.id not in before]
    assert all(image.tags for image in left)
    for image in left:
        client.images.remove(image.id, force=True)
