"""Every command, its exit status and where its words go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from repro_audit.rule import Project, Verdict, rule, yes

from .conftest import Run


def test_score_shows_stars_and_what_to_do_next(project: Path, run: Run) -> None:
    done = run("score")
    assert done.status == 0
    assert "1 of 5 stars declared" in done.out
    assert "1. Write train.py:1 anew.  [config-files]" in done.out
    assert not done.err


def test_json_is_one_document_that_fits_the_schema(project: Path, run: Run) -> None:
    from jsonschema import validate

    rules = json.loads(run("schema").out)
    first = run("score", "--format", "json")
    result = json.loads(first.out)
    validate(result, rules)
    assert result["project"]["root"] == "."
    assert result["rank"] == {"declared": 1, "verified": 0}
    assert result["criteria"][1]["fix"] == "Write train.py:1 anew."
    assert result["criteria"][0]["evidence"] == [{"path": "train.py", "line": 1, "text": "x = 1"}]
    assert run("score", "--format", "json").out == first.out
    several = json.loads(run("score", ".", ".", "--format", "json").out)
    validate(several, rules)
    assert len(several["results"]) == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--fail-under", "1"], 0),
        (["--fail-under", "2"], 1),
        (["--fail-under", "5", "--ignore", "config-files"], 0),
        (["--require", "code-runs"], 0),
        (["--require", "code-runs", "--require", "config-files"], 1),
        (["--require", "env-image"], 0),
        (["--require", "configuration"], 1),
        (["--select", "code", "--require", "code-runs"], 0),
        (["--select", "1"], 0),
        (["--require", "nonsense"], 2),
        (["--select", "code-run"], 2),
        (["--ignore", "code-runs", "--require", "code-runs"], 2),
        (["--select", "code", "--fail-under", "1"], 2),
        (["--fail-under", "9"], 2),
        (["--format", "xml"], 2),
        (["nowhere"], 2),
        (["train.py"], 2),
        (["ext::sh"], 2),
    ],
)
def test_the_exit_status_tells_gates_from_mistakes(project: Path, run: Run, arguments: list[str], status: int) -> None:
    done = run("score", *arguments)
    assert done.status == status
    if status == 1:
        assert done.err.startswith("gate: ")
    if status == 2:
        assert done.err.startswith("error: ")
        assert "\nhint: " in done.err
        assert not done.out


def test_a_waiver_is_shown_and_counts_for_gates_only(project: Path, run: Run) -> None:
    (project / "repro-audit.toml").write_text('[waivers.config-files]\nreason = "later"\nuntil = 2999-01-01\n')
    result = json.loads(run("score", "--format", "json", "--fail-under", "5", "--require", "config-files").out)
    assert result["rank"]["declared"] == 1
    assert result["criteria"][1]["answer"] == "no"
    assert result["criteria"][1]["waived"] == {"reason": "later", "until": "2999-01-01", "expired": False}
    assert "waived until 2999-01-01: later" in run("score").out
    (project / "repro-audit.toml").write_text('[waivers.config-files]\nreason = "later"\nuntil = 2000-01-01\n')
    assert run("score", "--require", "config-files").status == 1
    assert "waiver expired on 2000-01-01" in run("score").out


def test_several_paths_give_a_table_and_quiet_a_line_each(project: Path, run: Run) -> None:
    (project / "other").mkdir()
    (project / "other" / "x.py").write_text("")
    table = run("score", ".", "other").out
    assert ".       ☆·☆☆☆" in table
    assert "other   ☆··☆☆" in table
    assert len(run("score", ".", "other", "--quiet").out.splitlines()) == 2


def test_a_path_that_cannot_be_read_costs_the_others_nothing(project: Path, run: Run) -> None:
    done = run("score", ".", "nowhere", "--quiet")
    assert done.status == 2
    assert len(done.out.splitlines()) == 1
    assert "error: there is no folder nowhere\nhint: " in done.err


def test_stars_that_are_not_judged_are_not_counted(project: Path, run: Run) -> None:
    assert "1 of 1 judged star declared, 0 verified" in run("score", "--select", "code").out


def test_several_projects_below_a_root_are_named(project: Path, run: Run) -> None:
    for name in ("mnist", "iris"):
        (project / name).mkdir()
        (project / name / "README.md").write_text("")
        (project / name / "train.py").write_text("")
    assert "iris, mnist" in run("score").out
    assert json.loads(run("score", "--format", "json").out)["project"]["others"] == ["iris", "mnist"]


def test_a_rule_that_fails_does_not_end_the_audit(
    project: Path, run: Run, rules: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(project: Project) -> Verdict:
        """It breaks."""
        raise RecursionError("too deep")

    rules.broken = rule("code-broken", star=1, criterion="x", article="x", fix="x")(broken)  # type: ignore[attr-defined]
    done = run("score", "--format", "json")
    found = {c["id"]: c for c in json.loads(done.out)["criteria"]}["code-broken"]
    assert (done.status, found["answer"]) == (0, "unknown")
    assert "RecursionError: too deep" in found["message"]
    monkeypatch.setenv("REPRO_AUDIT_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["repro-audit", "score"])
    from repro_audit import cli

    with pytest.raises(RecursionError):
        cli.main()


def test_slow_reading_shows_progress_on_standard_error_only(
    project: Path, run: Run, rules: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(project: Project) -> Verdict:
        """It takes its time."""
        time.sleep(0.3)
        return yes("at last")

    rules.slow = rule("code-slow", star=1, criterion="x", article="x", fix="x")(slow)  # type: ignore[attr-defined]
    monkeypatch.setattr("repro_audit.commands.progress.DELAY", 0.05)
    done = run("score", "--format", "json")
    assert done.err == "reading . ...\n"
    assert json.loads(done.out)


def test_explain_and_rules_show_the_page_and_the_table(project: Path, run: Run) -> None:
    page = run("explain", "code-runs").out
    assert "code-runs is met." in page
    assert "Why it matters." in page
    assert (
        run("explain", "code-run").err
        == "error: there is no criterion or cause code-run\nhint: Did you mean code-runs?\n"
    )
    assert "env-image" in run("rules").out
    assert "| 1 | `code-runs` | code-runs is met." in run("rules", "--format", "markdown").out
    assert json.loads(run("rules", "--format", "json").out)[0]["id"] == "code-runs"


def test_a_badge_is_written_to_a_file(project: Path, run: Run) -> None:
    assert run("badge", "-o", "badge.svg").out == ""
    assert (project / "badge.svg").read_text("utf-8").startswith("<svg")
    assert json.loads(run("badge", "--as", "endpoint").out)["schemaVersion"] == 1
    assert run("badge", "-o", "no/such/folder.svg").status == 2


@pytest.mark.parametrize("arguments", [[], ["--help"], ["score", "--help"], ["report", "-h"], ["--version"]])
def test_help_is_help(project: Path, run: Run, arguments: list[str]) -> None:
    assert run(*arguments).status == 0


def test_hostile_names_do_not_reach_the_terminal(project: Path, run: Run) -> None:
    folder = project / "evil\x1b[31m\n[red]x"
    folder.mkdir()
    (folder / "a.py").write_text("")
    for arguments in ((), ("--quiet",), ("--format", "markdown"), ("--format", "json")):
        out = run("score", str(folder.relative_to(project)), *arguments).out
        assert "\x1b" not in out
        assert "[red" in out


@pytest.mark.skipif(os.name != "posix", reason="closed pipes are told by a signal there")
def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    code = "import sys; from repro_audit.cli import main; sys.argv = ['repro-audit', 'schema']; main()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(20)


def test_ctrl_c_ends_with_130(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("repro_audit.commands.audit", interrupted)
    assert run("score").status == 130
