"""What was of our choice and wrong is chosen anew, and nobody is blamed: a small image's lacks, a too new Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from laid import lay

from repro_audit.experiments.answers import answers
from repro_audit.experiments.build import Built, build
from repro_audit.experiments.failures.imports import NOT_FOUND
from repro_audit.experiments.failures.system import wanted_by_a_build
from repro_audit.experiments.model import Depth, Experiment, Failure, FailureClass, Kind, Outcome
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.model import Answer
from repro_audit.project import Project
from repro_audit.sandbox.image import base_image
from repro_audit.sandbox.model import (
    BuildFailed,
    Environment,
    Job,
    Limits,
    Recipe,
    RecipeKind,
    Run,
    Snapshot,
    Watch,
)
from repro_audit.sandbox.own_package import why_not_installed

GCC = "error: command 'gcc' failed: No such file or directory"
GIT = "  x Git executable not found. Ensure that Git is installed and available."
NO_APT = "The command '/bin/sh -c apt-get update' returned a non-zero code: 100"
PINNED = Recipe(RecipeKind.PINNED, "requirements.txt", "3.11", ("six==1.16.0",), files=("requirements.txt",))
USES_OPENMP = "import ctypes\nctypes.CDLL('libgomp.so.1')\nopen('out.txt', 'w').write('ran')\n"
README = "# Usage\n\n```\npython3 main.py\n```\n"


class Engine:
    """Builds where nothing is missing; `wants` says what, for as long as the recipe has not got it."""

    isolation = ""

    def __init__(self, name: str, wants: dict[str, str], broken: str = "") -> None:
        self.name, self._wants, self._broken = name, wants, broken

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        if self._broken and recipe.system:
            raise BuildFailed("building failed", self._broken)
        for package, log in self._wants.items():
            if package not in recipe.system:
                raise BuildFailed("building failed", log)
        return Environment("made", self.name, recipe.python)

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        raise NotImplementedError


def built(engine: Engine, tmp_path: Path, recipe: Recipe = PINNED) -> Built:
    return build(engine, (recipe,), Snapshot(tmp_path, ()), Limits(), lambda step, line="": None)


def test_what_packages_are_built_with_is_added_and_told(tmp_path: Path) -> None:
    done = built(Engine("docker", {"git": GIT, "build-essential": GCC}), tmp_path)
    assert done.recipe.system == ("git", "build-essential") and done.is_the_projects
    (told,) = done.experiments
    assert told.outcome is Outcome.WORKS
    assert told.environment["reason"] == "requirements.txt, with git, build-essential of the system"


def test_without_debians_packages_the_first_complaint_counts(tmp_path: Path) -> None:
    (told,) = built(Engine("docker", {"build-essential": GCC}, NO_APT), tmp_path).experiments
    assert told.failure is not None and "gcc" in "\n".join(told.failure.last_lines)


def test_what_fails_with_a_compiler_as_well_is_told_of_that(tmp_path: Path) -> None:
    engine = Engine("docker", {"build-essential": GCC}, "error: main.c:1: syntax error before `x`")
    (told,) = built(engine, tmp_path).experiments
    assert told.failure is not None and "syntax error" in "\n".join(told.failure.last_lines)


@pytest.mark.parametrize("kind", [RecipeKind.IMAGE, RecipeKind.PINNED])
def test_neither_a_machine_nor_a_projects_own_image_is_given_anything(kind: RecipeKind, tmp_path: Path) -> None:
    runner = "docker" if kind is RecipeKind.IMAGE else "local"
    recipe = replace(PINNED, kind=kind, dockerfile="Dockerfile" if kind is RecipeKind.IMAGE else None)
    done = built(Engine(runner, {"build-essential": GCC}), tmp_path, recipe)
    assert done.environment is None and not done.recipe.system


@pytest.mark.parametrize(
    ("log", "package"),
    [
        (GCC, "build-essential"),
        ("unable to execute 'x86_64-linux-gnu-gcc': No such file or directory", "build-essential"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'g++'", "build-essential"),
        ("../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", "build-essential"),
        ("CMake Error: No CMAKE_CXX_COMPILER could be found.", "build-essential"),
        (GIT, "git"),
        ("/bin/sh: 1: git: not found", "git"),
        ("error: command 'gcc' failed with exit status 1", ""),
        ("fatal error: Python.h: No such file or directory", ""),
    ],
)
def test_what_a_build_missed(log: str, package: str) -> None:
    assert wanted_by_a_build(f"Collecting x\n{log}\nend") == package


@pytest.mark.parametrize(
    ("kind", "answer"), [(RecipeKind.PINNED, Answer.INCONCLUSIVE), (RecipeKind.IMAGE, Answer.REFUTED)]
)
def test_a_missing_library_speaks_against_the_projects_own_image_only(
    kind: RecipeKind, answer: Answer, tmp_path: Path
) -> None:
    from repro_audit.experiments.answers import repeat
    from repro_audit.experiments.failures.installing import misfit
    from repro_audit.experiments.failures.words import Words

    project = Project(lay(tmp_path / "project", {"main.py": "import cv2\n", "README.md": README}))
    failure = misfit(Words("ImportError: libodd.so.3: cannot open shared object file: No such file", project))
    assert failure is not None and failure.kind is FailureClass.INSTALL_FAILED
    twice = Experiment("repeat", Kind.REPEAT, "docker", Outcome.FAILED, "", failure=failure)
    made = Built(Environment("made", "docker", "3.11"), replace(PINNED, kind=kind), ())
    (judged,) = made.judged((twice,))
    (said,) = repeat.runs(project, judged, {})
    assert said.answer is answer


NO_IMP = Failure(FailureClass.PYTHON_VERSION, "the module imp is no longer part of Python", "", python="3.11")


@pytest.mark.parametrize(
    ("is_picked", "python", "tried"), [(True, "3.13", "3.11"), (False, "3.13", ""), (True, "3.11", "")]
)
def test_an_older_python_is_tried_where_nobody_states_one(
    is_picked: bool, python: str, tried: str, tmp_path: Path
) -> None:
    project = Project(lay(tmp_path / "project", {"main.py": "import imp\n", "README.md": README}))
    recipe = replace(PINNED, python=python, is_python_picked=is_picked)
    done = built(Engine("local", {}), tmp_path, recipe)
    again = done.completed(project, NO_IMP)
    assert [r.python for r in again] == ([tried] if tried else [])
    assert (done.lacking(NO_IMP) == ()) == bool(tried)
    for found in again:
        told = built(Engine("local", {}), tmp_path, found).experiments[0].environment["reason"]
        assert told == f"requirements.txt, on Python 3.11 ({NO_IMP.message})"


@pytest.mark.engine
def test_a_library_that_a_run_misses_is_installed_into_a_generated_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))
    files = {"main.py": USES_OPENMP, "requirements.txt": "six==1.16.0\n", "README.md": README}
    project = Project(lay(tmp_path / "project", files))
    options = RunOptions(runner="docker", evidence=tmp_path / "evidence", python="3.11", depth=Depth.REPEAT)
    verified = verify(project, options, lambda step, line="": None)
    assert [(e.id, e.outcome) for e in verified.experiments][:2] == [("build", Outcome.WORKS), ("repeat", Outcome.SAME)]
    told = {s.criterion: s for s in answers(project, verified, {})}
    assert told["code-runs"].answer is Answer.VERIFIED and "libgomp1 of the system" in told["code-runs"].message


@pytest.mark.engine
def test_a_library_that_the_projects_own_image_misses_is_its_own_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))
    dockerfile = f'FROM {base_image("3.11")}\nCOPY . .\nCMD ["python3", "main.py"]\n'
    project = Project(
        lay(tmp_path / "project", {"main.py": USES_OPENMP, "README.md": README, "Dockerfile": dockerfile})
    )
    options = RunOptions(runner="docker", evidence=tmp_path / "evidence", depth=Depth.REPEAT)
    verified = verify(project, options, lambda step, line="": None)
    (told,) = [s for s in answers(project, verified, {}) if s.criterion == "code-runs"]
    assert told.answer is Answer.REFUTED and "libgomp.so.1" in told.message


def test_a_project_that_is_not_found_is_told_why_it_was_not_installed() -> None:
    log = "   | KeyError: 'HOME'\nthe project itself could not be installed\n--- installed ---\n"
    message = f"kit is the project's own, {NOT_FOUND}"
    failure = Failure(FailureClass.MISSING_PACKAGE, message, "Make it installable.")
    twice = Experiment("repeat", Kind.REPEAT, "local", Outcome.FAILED, "", failure=failure)
    for said, told in ((log, "and could not be installed: KeyError: 'HOME'"), ("all is well\n", NOT_FOUND)):
        made = Environment("made", "local", "3.11", why_not_installed=why_not_installed(said))
        (judged,) = Built(made, PINNED, ()).judged((twice,))
        assert judged.failure is not None and judged.failure.message == f"kit is the project's own, {told}"
