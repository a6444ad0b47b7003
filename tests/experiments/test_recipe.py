"""Which environment a run gets: the best that the project's own files describe, and why."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from repro_audit.experiments.build import Built, build
from repro_audit.experiments.failures.installing import install_failure, named_in
from repro_audit.experiments.model import Experiment, Failure, FailureClass, Kind, Outcome
from repro_audit.experiments.recipe import recipes
from repro_audit.experiments.wheels import newest_python
from repro_audit.project import Project
from repro_audit.sandbox.model import BuildFailed, Environment, Limits, Recipe, RecipeKind, Sandbox, Snapshot

TRAIN = "import six\nprint(six.PY3)\n"
UV_LOCK = (
    'version = 1\n[[package]]\nname = "six"\nversion = "1.16.0"\nsource = { registry = "https://example.org/simple" }\n'
)
PYPROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = ["six"]\n'
CONDA = "name: x\ndependencies:\n  - python=3.9\n  - numpy=1.22\n  - cudatoolkit=11.3\n  - pip:\n    - six==1.16.0\n"


def project(folder: Path, **files: str) -> Project:
    (folder / "README.md").write_text("# Title\n\n    python train.py\n")
    (folder / "train.py").write_text(TRAIN)
    for name, text in files.items():
        (folder / name.replace("__", "-").replace("_", ".")).write_text(text)
    return Project(folder)


CASES: dict[str, tuple[dict[str, str], RecipeKind, tuple[str, ...]]] = {
    "pinned": ({"requirements_txt": "six==1.16.0\n"}, RecipeKind.PINNED, ("six==1.16.0",)),
    "loose": ({"requirements_txt": "six>=1.10\nnumpy\n"}, RecipeKind.LOOSE, ("six>=1.10", "numpy")),
    "a lock before the manifest": (
        {"pyproject_toml": PYPROJECT, "uv_lock": UV_LOCK}, RecipeKind.LOCK, ("six==1.16.0",),
    ),
    "what the code imports before what developers need": (
        {"requirements__dev_txt": "pytest==8.4.2\n", "requirements_txt": "six==1.16.0\n"},
        RecipeKind.PINNED, ("six==1.16.0",),
    ),
    "the plain file before the developers' one of the same": (
        {"requirements__dev_txt": "six==1.15.0\npytest==8.4.2\n", "requirements_txt": "six==1.16.0\n"},
        RecipeKind.PINNED, ("six==1.16.0",),
    ),
    "conda": ({"environment_yml": CONDA}, RecipeKind.CONDA, ("numpy==1.22.*", "six==1.16.0")),
    "conda, with versions that PyPI does not know": (
        {"environment_yml": CONDA.replace("cudatoolkit=11.3", "pytz=2025c").replace("1.22", "2.0rc1")},
        RecipeKind.CONDA, ("numpy==2.0rc1", "pytz", "six==1.16.0"),
    ),
    "nothing declared": ({}, RecipeKind.INFERRED, ("six",)),
    "only the standard library": ({"train_py": "import json\n"}, RecipeKind.NOTHING, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_best_description_comes_first(name: str, tmp_path: Path) -> None:
    files, kind, requirements = CASES[name]
    first = recipes(project(tmp_path, **files), with_image=False)[0]
    assert (first.kind, first.requirements) == (kind, requirements)
    assert first.reason and (kind in (RecipeKind.INFERRED, RecipeKind.NOTHING) or first.files)


def test_the_projects_own_image_comes_before_all_where_there_is_an_engine(tmp_path: Path) -> None:
    docker = "FROM python:3.11\nCOPY . /app\nRUN pip install -r /app/requirements.txt\n"
    found = project(tmp_path, Dockerfile=docker, requirements_txt="six==1.16.0\n")
    assert [r.kind for r in recipes(found, with_image=True)][:2] == [RecipeKind.IMAGE, RecipeKind.PINNED]
    assert recipes(found, with_image=False)[0].kind is RecipeKind.PINNED


def test_what_no_package_index_has_is_left_out_and_told(tmp_path: Path) -> None:
    first = recipes(project(tmp_path, environment_yml=CONDA), with_image=False)[0]
    assert any("cudatoolkit" in name for name in first.left_out)


def test_loose_requirements_are_tried_as_of_the_day_and_then_as_of_today(tmp_path: Path) -> None:
    found = recipes(project(tmp_path, requirements_txt="six\n"), with_image=False, newest="2022-03-01")
    assert [r.newest for r in found if r.kind is RecipeKind.LOOSE][:2] == ["2022-03-01", None]
    assert (
        recipes(project(tmp_path, requirements_txt="six==1.16.0\n"), with_image=False, newest="2022-03-01")[0].newest
        is None
    )


def test_the_last_resort_is_what_the_imports_need(tmp_path: Path) -> None:
    assert recipes(project(tmp_path, requirements_txt="numpy==1\n"), with_image=False)[-1].kind is RecipeKind.INFERRED


@pytest.mark.parametrize(
    ("files", "python"),
    [
        ({"_python__version": "3.9.7\n"}, "3.9"), ({}, "3.11"),
        ({"environment_yml": CONDA}, "3.9"), ({"_python__version": "2.7\n"}, "3.11"),
    ],
)  # fmt: skip
def test_the_python_is_the_one_that_the_project_states(files: dict[str, str], python: str, tmp_path: Path) -> None:
    assert recipes(project(tmp_path, **files), with_image=False)[0].python == python


PINS = {
    "numpy==1.26.4\npandas==2.1.4\n": 12,
    "torch==1.13.1\nnumpy==1.23.5\n": 10,
    "scikit_learn==0.24.1\n": 9,
    "numpy>=1.20\nrequests==2.20.0\n": None,
    "numpy==99.0\n": None,
}


@pytest.mark.parametrize("pins", PINS)
def test_the_python_is_none_that_the_pinned_packages_were_never_built_for(pins: str) -> None:
    assert newest_python(pins.splitlines()) == PINS[pins]


def test_the_callers_choice_of_python_wins(tmp_path: Path) -> None:
    found = recipes(project(tmp_path, _python__version="3.9\n"), with_image=False, python="3.12")
    assert {r.python for r in found} == {"3.12"}


def test_a_build_for_other_processors_is_replaced_by_the_published_one_and_told(tmp_path: Path) -> None:
    lines = "--extra-index-url https://example.org/cu121\ntorch==2.3.1+cu121\nsix==1.16.0\n"
    first = recipes(project(tmp_path, requirements_txt=lines), with_image=False)[0]
    assert first.kind is RecipeKind.PINNED and first.requirements == ("torch==2.3.1", "six==1.16.0")
    assert first.left_out == ("the build of torch==2.3.1+cu121",)


def test_what_is_imported_is_tried_at_any_version_where_the_declared_ones_cannot_be_had(tmp_path: Path) -> None:
    found = recipes(project(tmp_path, requirements_txt="six==0.1\n"), with_image=False)
    assert [r.requirements for r in found if r.kind is RecipeKind.INFERRED] == [("six==0.1",), ("six",)]


def test_what_is_imported_is_taken_as_of_today_where_that_of_the_day_cannot_be_had(tmp_path: Path) -> None:
    found = recipes(project(tmp_path), with_image=False, newest="2022-03-01")
    assert [(r.kind, r.newest) for r in found] == [(RecipeKind.INFERRED, "2022-03-01"), (RecipeKind.INFERRED, None)]


def test_packages_are_not_resolved_as_of_a_day_before_the_oldest_python_that_runs(tmp_path: Path) -> None:
    found = project(tmp_path, requirements_txt="six\n")
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "x", "--date", "2015-03-01T00:00:00Z")):
        environment = {**os.environ, "GIT_COMMITTER_DATE": "2015-03-01T00:00:00Z"}
        subprocess.run((*git, *command), cwd=tmp_path, check=True, env=environment)
    first = recipes(Project(tmp_path), with_image=False)[0]
    assert found and (first.python, first.newest) == ("3.7", "2019-09-01")


def test_what_a_run_missed_is_added_to_what_is_declared(tmp_path: Path) -> None:
    lacking = project(tmp_path, requirements_txt="numpy==1.26.4\n")
    first = recipes(lacking, with_image=False)[0]
    worked = Experiment("build", Kind.BUILD, "local", Outcome.WORKS)
    missed = Failure(FailureClass.MISSING_PACKAGE, "the module six is not installed", "Declare six.", lacks="six")
    built = Built(None, first, (worked,))
    (more,) = built.completed(lacking, missed)
    assert more.requirements == ("numpy==1.26.4", "six")
    again = build(
        cast(Sandbox, Refusing()), (first, more), Snapshot(tmp_path, ()), Limits(), lambda step, line="": None
    )
    assert [e.reason.endswith(", with six beside what is declared") for e in again.experiments] == [False, True]
    told = built.lacking(missed)
    assert told and (told[-1].outcome, told[-1].failure) == (Outcome.FAILED, missed)
    assert not Built(None, more, (worked,)).completed(lacking, missed)
    assert built.lacking(replace(missed, lacks="")) is None


class Refusing:
    """A sandbox in which nothing can be installed."""

    name, isolation = "local", ""

    def build(self, *_: object) -> Environment:
        raise BuildFailed(
            "exit status 1",
            "No solution found:\nBecause only sklearn<=0.0.post12 is available and you require sklearn>=1, we can",
        )


def test_a_package_that_cannot_be_had_is_named_with_its_line_and_its_name(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("hydra-core>=1\nsklearn>=1\n")
    recipe = Recipe(RecipeKind.LOOSE, "requirements.txt", "3.11", ("sklearn>=1",), files=("requirements.txt",))
    snapshot = Snapshot(tmp_path, ("requirements.txt",), ())
    built = build(cast(Sandbox, Refusing()), (recipe,), snapshot, Limits(), lambda step, line="": None)
    failure = built.experiments[0].failure
    assert failure is not None and str(failure.at) == "requirements.txt:2"
    assert "Write scikit-learn for sklearn" in failure.next_step


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("only ruamel.yaml<=0.17.40 is available and you require ruamel.yaml>=0.18", ["ruamel.yaml"] * 2),
        ("backports.zoneinfo was not found in the package registry", ["backports.zoneinfo"]),
        ("`dask[array]==1.0` has no wheels", ["dask"]),
    ],
)
def test_a_package_is_named_whole_by_what_cannot_be_installed(message: str, names: list[str]) -> None:
    assert named_in(message) == names
    assert "Write " not in install_failure(f"No solution found:\nBecause {message}, we can conclude", "").next_step
