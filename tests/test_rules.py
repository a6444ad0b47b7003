"""Every criterion of the scale has a rule, and every rule explains itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.loader import load_rules
from repro_audit.model import Answer
from repro_audit.project import Project
from repro_audit.rule import Rule

CRITERIA = {
    1: ["code-runs", "code-example-input", "code-repeatable"],
    2: ["config-files", "config-seeds", "config-live", "config-repeatable"],
    3: ["data-managed", "data-documented", "data-swappable", "data-stages"],
    4: ["env-packages", "env-image", "env-hardware"],
    5: ["eval-predict", "eval-compare"],
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("empty"))


def test_the_rules_are_the_criteria_of_the_scale_in_its_order() -> None:
    found: dict[int, list[str]] = {}
    for rule in load_rules():
        found.setdefault(rule.star.value, []).append(rule.id)
    assert {star: sorted(ids) for star, ids in found.items()} == {star: sorted(ids) for star, ids in CRITERIA.items()}
    assert list(found) == sorted(found)


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert len(rule.page.split()) >= 40
    assert all(text.endswith(".") for text in (rule.criterion, rule.article, rule.fix))


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_nothing_is_met_in_an_empty_folder_without_a_reason(rule: Rule, empty: Project) -> None:
    verdict = rule(empty)
    assert verdict.message
    assert verdict.answer is not Answer.YES or rule.id in {"code-repeatable", "config-live"}


def test_a_seed_that_some_draws_take_from_the_file_is_not_said_to_be_in_none(tmp_path: Path) -> None:
    code = (
        "import yaml\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.model_selection import train_test_split\nparams = yaml.safe_load(open('params.yaml'))\n"
        "split = train_test_split(x, random_state=2)\n"
        "RandomForestClassifier(n_estimators=params['trees'], random_state=params['random_state']).fit(*split)\n"
    )
    (tmp_path / "train.py").write_text(code, encoding="utf-8")
    (tmp_path / "params.yaml").write_text("trees: 30\nrandom_state: 8\n", encoding="utf-8")
    rule = next(r for r in load_rules() if r.id == "config-seeds")
    verdict = rule(Project(tmp_path))
    assert verdict.answer is Answer.PARTIAL
    assert "only some of what draws: sklearn" in verdict.message
    assert "train.py:5" in (verdict.fix or "")
