"""What other programs read: each format by its own grammar, whatever a project's texts hold."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from repro_audit.loader import load_rules
from repro_audit.model import Answer, Evidence, Place, Star
from repro_audit.report import annotations, codequality, junit, sarif
from repro_audit.report.problems import to_mend
from repro_audit.result import Criterion, Result

from .conftest import EVIL, criterion
from .sarif_form import FORM

OFFICIAL = os.environ.get("REPRO_AUDIT_SARIF_SCHEMA")  # a copy of the OASIS schema, which no package ships
WORSE = "]]></failure>&#x1b;\ufffe\x00\r\n::error::x\n%0A::set-env {0} [a](1)"
EXPERIMENTS = (
    {"id": EVIL, "kind": "config", "outcome": "dead", "parameter": EVIL, "reason": WORSE, "path": EVIL, "line": 4},
    {"id": "seed:p.yaml:seed", "kind": "seed", "outcome": "dead", "parameter": "p.yaml:seed"},
    {"id": "stress", "kind": "stress", "outcome": "inconclusive", "reason": WORSE},
    {"id": "repeat", "kind": "repeat", "outcome": "differs", "causes": [
        {"cause": "wall-clock", "confirmed": True, "path": "train.py", "line": 9, "text": WORSE,
         "outputs": [EVIL], "fix": EVIL},
        {"cause": "hash-seed", "confirmed": False, "path": "train.py", "line": 9, "outputs": []},
    ]},
)  # fmt: skip


@pytest.fixture
def hostile(evil: Result) -> Result:
    worse = criterion("eval-compare", Star.EVALUATION, Answer.REFUTED, WORSE)
    return replace(evil, criteria=(*evil.criteria, worse), experiments=EXPERIMENTS)


def log(*results: Result) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(sarif.render(results))
    return made


def validate(document: dict[str, Any], schema: dict[str, Any]) -> None:
    from jsonschema.validators import validator_for

    kind = validator_for(schema)
    errors = [f"{e.json_path}: {e.message[:300]}" for e in kind(schema).iter_errors(document)]
    assert not errors, "\n".join(errors)


def test_sarif_has_the_form_that_the_standard_gives_it(hostile: Result, plain: Result) -> None:
    for results in ([hostile], [plain], [hostile, hostile, plain], []):
        document = log(*results)
        validate(document, FORM)
        text = sarif.render(results)
        assert sarif.render(results) == text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)


@pytest.mark.skipif(OFFICIAL is None, reason="REPRO_AUDIT_SARIF_SCHEMA names no copy of the official schema")
def test_sarif_fits_the_official_schema(hostile: Result, plain: Result) -> None:
    assert OFFICIAL is not None
    schema = json.loads(Path(OFFICIAL).read_text("utf-8"))
    known = replace(plain, project=replace(plain.project, web="https://h.example/o/r", commit="5" * 40))
    for results in ([hostile], [plain], [hostile, known], []):
        validate(log(*results), schema)


def test_every_criterion_is_a_rule_with_its_page(plain: Result) -> None:
    known = {r.id: r for r in load_rules()}
    rules = log(plain)["runs"][0]["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == [c.id for c in plain.criteria]
    for rule in rules:
        assert known[rule["id"]].fix in rule["help"]["text"]
        assert known[rule["id"]].fix in rule["help"]["markdown"]


def test_sarif_tells_each_place_once_and_what_is_waived_as_suppressed(hostile: Result) -> None:
    run = log(hostile)["runs"][0]
    found = run["results"]
    assert all(len(r["locations"]) == 1 for r in found)
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in found)
    levels = {r["ruleId"]: r["level"] for r in found}
    assert levels == {
        "config-files": "warning", "env-image": "error", "eval-predict": "note", "eval-compare": "error",
        "dead-parameter": "warning", "cause-wall-clock": "error",
    }  # fmt: skip
    assert [r["ruleId"] for r in found if "suppressions" in r] == ["env-image"]
    assert run["properties"]["answers"]["code-runs"] == {"answer": "yes", "declared": "yes"}
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("stress: ")


def test_further_evidence_is_related_to_the_first(plain: Result) -> None:
    lines = tuple(Evidence(f"package{n}", Place("requirements.txt", n)) for n in (1, 2, 3))
    loose = Criterion("env-packages", Star.ENVIRONMENT, "x", Answer.PARTIAL, Answer.PARTIAL, "loose", lines, "pin them")
    one = replace(plain, criteria=(loose,))
    first, *others = log(one)["runs"][0]["results"]
    assert [r["physicalLocation"]["region"]["startLine"] for r in first["relatedLocations"]] == [2, 3]
    assert [(r["level"], r["locations"][0]["physicalLocation"]["region"]["startLine"]) for r in others] == [
        ("note", 2), ("note", 3),
    ]  # fmt: skip
    assert len(to_mend([one])) == 1


def test_one_line_gets_one_word_outside_sarif(plain: Result) -> None:
    spot = (Evidence("time()", Place("train.py", 9)),)
    refuted = Criterion("code-repeatable", Star.CODE, "x", Answer.YES, Answer.REFUTED, "differs.", spot, "Fix it.")
    told = replace(plain, criteria=(refuted,), experiments=EXPERIMENTS[3:])
    assert [p.rule for p in to_mend([told])] == ["code-repeatable"]
    assert {r["ruleId"] for r in log(told)["runs"][0]["results"]} == {"code-repeatable", "cause-wall-clock"}
    assert json.loads(codequality.render([told]))[0]["description"] == "differs. Fix it."


def test_fingerprints_survive_moved_lines_and_tell_equal_lines_apart(plain: Result) -> None:
    def prints(*places: tuple[str, int, str]) -> list[str]:
        evidence = tuple(Evidence(text, Place(path, line)) for path, line, text in places)
        partial = Criterion("code-repeatable", Star.CODE, "x", Answer.PARTIAL, Answer.PARTIAL, "m", evidence)
        return [
            r["partialFingerprints"]["reproAudit/v1"]
            for r in log(replace(plain, criteria=(partial,)))["runs"][0]["results"]
        ]

    before = prints(("a.py", 3, "x = rand()"), ("a.py", 9, "x = rand()"))
    assert before == prints(("a.py", 13, "x  =  rand()"), ("a.py", 19, "x = rand() "))
    assert len({*before, *prints(("b.py", 3, "x = rand()")), *prints(("a.py", 3, "y = rand()"))}) == 4


def test_paths_begin_at_the_top_of_the_repository(plain: Result) -> None:
    below = replace(plain, project=replace(plain.project, prefix="experiments/a b/"))
    place = log(below)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "experiments/a%20b/a.py", "uriBaseId": "%SRCROOT%"}
    assert "file=experiments/a b/a.py,line=1" in annotations.render([below])
    assert json.loads(codequality.render([below]))[0]["location"]["path"] == "experiments/a b/a.py"


def test_a_path_that_is_no_utf8_is_quoted_as_it_is_on_the_disk(plain: Result) -> None:
    odd = replace(plain.criteria[1], evidence=(Evidence("x", Place("\udcff:.py", 1)),))
    found = log(replace(plain, criteria=(odd,)))["runs"][0]["results"][0]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%FF%3A.py"


def test_junit_has_a_case_a_criterion_and_fails_what_is_not_met(hostile: Result) -> None:
    from junitparser import Failure, JUnitXml, Skipped

    read = JUnitXml.fromstring(junit.render([hostile, hostile]).encode())
    suite = next(iter(read))
    kinds = {case.name: [type(r) for r in case.result] for case in suite}
    assert kinds == {
        "code-runs": [], "config-files": [Failure], "data-managed": [Skipped], "env-image": [Skipped],
        "eval-predict": [Skipped], "eval-compare": [Failure],
    }  # fmt: skip
    assert (suite.tests, suite.failures, suite.skipped) == (6, 2, 3)
    assert (read.tests, read.failures) == (12, 4)
    assert "]]></failure>" in next(c for c in suite if c.name == "eval-compare").result[0].text


def test_a_hostile_text_adds_no_workflow_command(hostile: Result) -> None:
    lines = annotations.render([hostile]).split("\n")
    assert lines.pop() == ""
    shape = re.compile(r"::(error|warning|notice) (file=[^,:]+,line=\d+,title=[^,:]+|title=repro-audit)::[^\r\n]*")
    assert all(shape.fullmatch(line) for line in lines)
    assert [line.split()[0] for line in lines] == sorted(
        (line.split()[0] for line in lines), key=["::error", "::warning", "::notice"].index
    )
    assert not [line for line in lines if "env-image" in line]


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [("50%, a:b", "50%25, a:b", "50%25%2C a%3Ab"), ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"), ("%0A", "%250A", "%250A")],
)
def test_annotations_are_escaped_as_the_runner_reads_them(text: str, data: str, value: str) -> None:
    assert (annotations.data(text), annotations.value(text)) == (data, value)


def test_code_quality_has_what_gitlab_asks_for(hostile: Result) -> None:
    issues = json.loads(codequality.render([hostile, hostile]))
    assert len({i["fingerprint"] for i in issues}) == len(issues) == 12
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        assert "\n" not in issue["location"]["path"]


def test_nothing_to_mend_is_an_empty_list(plain: Result) -> None:
    fine = replace(plain, criteria=(replace(plain.criteria[0], answer=Answer.VERIFIED),))
    assert codequality.render([fine]) == "[]\n"
    assert annotations.render([fine]) == "::notice title=repro-audit::.: 1 of 5 stars declared, 0 verified\n"
    assert log(fine)["runs"][0]["results"] == []
