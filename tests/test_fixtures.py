"""Each fixture's project gets the answers that its expected.toml says, and why."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from repro_audit.loader import load_rules
from repro_audit.model import Answer
from repro_audit.project import Project
from repro_audit.rule import Rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = sorted(p.parent.name for p in FIXTURES.glob("*/expected.toml"))
BY_RUNNING_ONLY = {"config-repeatable"}

# Every system that the articles of the scale name, in the words of `uses`. Git is what holds the fixtures
# themselves; pip freeze and conda env export leave files that the package managers read.
SYSTEMS = {
    "hydra", "mlflow", "dvc", "lakefs", "dud", "dolt", "terminusdb", "docker", "pip-requirements", "conda",
    "python-dotenv", "streamlit", "gradio", "sacred", "omniboard", "guild", "tensorboard", "nbdime", "colab",
}  # fmt: skip


def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((FIXTURES / name / "expected.toml").read_text("utf-8"))


@cache
def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in load_rules()}


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_gets_the_answers_it_was_made_for(name: str) -> None:
    wanted = expected(name)
    project = Project(FIXTURES / name / "repo")
    wrong = []
    for criterion, answer in wanted["answers"].items():
        verdict = rules()[criterion](project)
        if str(verdict.answer) != answer:
            places = ", ".join(str(e.at) for e in verdict.evidence if e.at)
            wrong.append(f"{criterion}: {answer} expected, {verdict.answer} given: {verdict.message} ({places})")
    missing = set(wanted.get("uses", ())) - set(project.systems.names)
    assert not wrong and not missing, "\n".join(
        [wanted["why"], *wrong, *([f"not found: {missing}"] if missing else [])]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_place_of_a_fixture_can_be_opened(name: str) -> None:
    root = FIXTURES / name / "repo"
    project = Project(root)
    for rule in rules().values():
        for evidence in rule(project).evidence:
            if evidence.at is None:
                continue
            path = root / evidence.at.path
            assert path.exists(), f"{rule.id}: {evidence.at}"
            if evidence.at.line is not None:
                lines = path.read_text("utf-8").splitlines()
                assert 1 <= evidence.at.line <= len(lines), f"{rule.id}: {evidence.at}"


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_says_why_and_speaks_the_words_of_the_rules(name: str) -> None:
    wanted = expected(name)
    assert wanted["why"].endswith(".")
    # What comes after the answers tests/experiments reads.
    assert set(wanted) <= {"why", "uses", "answers", "run", "experiments", "changes", "said", "systems"}
    assert set(wanted["answers"]) <= set(rules())
    assert set(wanted["answers"].values()) <= {str(a) for a in Answer}


def test_every_criterion_is_met_by_one_fixture_and_missed_by_another() -> None:
    answers: dict[str, set[str]] = {criterion: set() for criterion in rules() if criterion not in BY_RUNNING_ONLY}
    for name in NAMES:
        for criterion, answer in expected(name)["answers"].items():
            answers[criterion].add(answer)
    lacking = [c for c, found in answers.items() if "yes" not in found or not found & {"no", "partial"}]
    assert not lacking


def test_every_system_of_the_articles_has_a_fixture() -> None:
    used = {system for name in NAMES for system in expected(name).get("uses", ())}
    assert used >= SYSTEMS
