"""What a run says to the criteria: it verifies what the files promise, and refutes what it contradicts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from repro_audit.experiments.answers import answers
from repro_audit.experiments.model import Experiment, Failure, FailureClass, Kind, Outcome, Output, RunRecord
from repro_audit.experiments.verify import Verified
from repro_audit.model import Answer, Place
from repro_audit.project import Project
from repro_audit.sandbox.model import RecipeKind

RUN = RunRecord(("python", "train.py"), "exited", 0, 1.0, None, "log.txt")
BUILD = Experiment(
    "build", Kind.BUILD, "local", Outcome.WORKS, "requirements.txt",
    environment={"from": RecipeKind.PINNED.value, "packages": ["six==1.16.0"]},
)  # fmt: skip
REPEAT = Experiment(
    "repeat", Kind.REPEAT, "local", Outcome.SAME, runs=(RUN, RUN), outputs=(Output("a", "identical", ""),)
)
DECLARED = {"env-packages": Answer.YES, "env-image": Answer.YES, "code-repeatable": Answer.YES}


def failed(kind: FailureClass) -> Experiment:
    failure = Failure(kind, "it failed", "mend it", Place("train.py", 3))
    return replace(REPEAT, outcome=Outcome.FAILED, failure=failure, runs=(RUN,), outputs=())


def said(
    folder: Path, *experiments: Experiment, is_stated: bool = True, declared: dict[str, Answer] = DECLARED
) -> dict[str, str]:
    (folder / "README.md").write_text("# Title\n\n    python train.py\n" if is_stated else "# Title\n")
    (folder / "train.py").write_text("print(1)\n")
    verified = Verified(experiments, "local", "", None, is_the_projects=True)
    return {s.criterion: s.answer.value for s in answers(Project(folder), verified, declared)}


def test_two_equal_runs_verify_what_the_files_promise(tmp_path: Path) -> None:
    assert said(tmp_path, BUILD, REPEAT) == {
        "code-runs": "verified", "code-repeatable": "verified", "env-packages": "verified",
    }  # fmt: skip


def test_a_guessed_command_that_runs_is_no_stated_one(tmp_path: Path) -> None:
    assert "code-runs" not in said(tmp_path, BUILD, REPEAT, is_stated=False)


def test_what_the_files_do_not_promise_is_not_verified(tmp_path: Path) -> None:
    assert "env-packages" not in said(tmp_path, BUILD, REPEAT, declared={"env-packages": Answer.PARTIAL})


def test_two_unlike_runs_refute_that_it_is_repeatable(tmp_path: Path) -> None:
    unlike = replace(REPEAT, outcome=Outcome.DIFFERS, outputs=(Output("a.json", "different", "loss: 1 != 2"),))
    found = said(tmp_path, BUILD, unlike)
    assert (found["code-runs"], found["code-repeatable"]) == ("verified", "refuted")


def test_a_number_that_a_system_draws_for_each_run_refutes_nothing(tmp_path: Path) -> None:
    seed = Output("~/.guild/runs/1/.guild/attrs/random_seed", "different", "17 != 4")
    drawn = replace(REPEAT, outcome=Outcome.DIFFERS, outputs=(*REPEAT.outputs, seed))
    live = Experiment("config:a", Kind.CONFIG, "local", Outcome.LIVE, details={"repeats": True})
    found = said(tmp_path, BUILD, drawn, live)
    assert (found["code-repeatable"], found["config-repeatable"]) == ("verified", "verified")
    result = replace(drawn, outputs=(Output("a.json", "different", "loss: 1 != 2"), seed))
    assert said(tmp_path, BUILD, result)["code-repeatable"] == "refuted"


@pytest.mark.parametrize("kind", [k for k in FailureClass if k is not FailureClass.NO_COMMAND])
def test_a_failure_refutes_unless_the_sandbox_may_be_the_reason(kind: FailureClass, tmp_path: Path) -> None:
    found = said(tmp_path, BUILD, failed(kind))
    assert found["code-runs"] == ("inconclusive" if kind.is_the_sandbox else "refuted")
    assert "code-repeatable" not in found
    assert found.get("env-packages") == ("refuted" if kind is FailureClass.MISSING_PACKAGE else None)


def test_where_nothing_could_be_typed_nothing_is_said(tmp_path: Path) -> None:
    assert said(tmp_path, replace(failed(FailureClass.NO_COMMAND), runs=())) == {}


@pytest.mark.parametrize(
    ("is_of_ours", "answer"),
    [(False, "refuted"), (True, "inconclusive")],
)
def test_an_environment_that_cannot_be_built_refutes_its_packages_unless_the_lack_is_ours(
    is_of_ours: bool, answer: str, tmp_path: Path
) -> None:
    failure = Failure(FailureClass.INSTALL_FAILED, "it cannot be built", "mend it", is_of_ours=is_of_ours)
    broken = replace(BUILD, outcome=Outcome.FAILED, failure=failure)
    found = said(tmp_path, broken)
    assert (found["env-packages"], found["code-runs"]) == (answer, "inconclusive")


def test_an_inferred_environment_says_nothing_about_the_declared_one(tmp_path: Path) -> None:
    inferred = replace(BUILD, environment={"from": RecipeKind.INFERRED.value, "packages": []})
    assert "env-packages" not in said(tmp_path, inferred, REPEAT)


def test_an_image_is_what_an_image_verifies(tmp_path: Path) -> None:
    image = replace(BUILD, environment={"from": RecipeKind.IMAGE.value, "packages": []})
    found = said(tmp_path, image, REPEAT)
    assert found["env-image"] == "verified" and "env-packages" not in found


@pytest.mark.parametrize(("is_of_ours", "packages"), [(True, "verified"), (False, None)])
def test_an_image_beyond_the_engine_leaves_the_packages_to_be_verified(
    is_of_ours: bool, packages: str | None, tmp_path: Path
) -> None:
    failure = Failure(FailureClass.INSTALL_FAILED, "no registry", "ask for one", is_of_ours=is_of_ours)
    image = replace(BUILD, outcome=Outcome.FAILED, environment={"from": RecipeKind.IMAGE.value}, failure=failure)
    found = said(tmp_path, image, replace(BUILD, id="build:2"), REPEAT)
    assert found["env-image"] == ("inconclusive" if is_of_ours else "refuted")
    assert found.get("env-packages") == packages


def test_what_an_image_leaves_out_is_not_said_to_be_undeclared(tmp_path: Path) -> None:
    image = replace(BUILD, environment={"from": RecipeKind.IMAGE.value, "packages": []})
    found = said(tmp_path, image, failed(FailureClass.MISSING_PACKAGE))
    assert found["env-image"] == "refuted" and "env-packages" not in found


def test_a_live_parameter_that_was_set_once_leaves_open_whether_its_result_repeats(tmp_path: Path) -> None:
    live = Experiment("config:a.yaml:n", Kind.CONFIG, "local", Outcome.LIVE, details={"short": True})
    (tmp_path / "train.py").write_text("print(1)\n")
    verified = Verified((BUILD, REPEAT, live), "local", "", None, is_the_projects=True)
    told = {s.criterion: s for s in answers(Project(tmp_path), verified, DECLARED)}
    assert told["config-repeatable"].answer is Answer.INCONCLUSIVE
    assert "was not made twice" in told["config-repeatable"].message
