"""The action's steps, run as GitHub's shell would run them, and the files for other servers by their schemas."""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from .runner import ACTION, EXPRESSION, ROOT, Job

DOCS = ROOT / "docs" / "ci"
Use = Callable[..., Job]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout of a project with all five stars."""
    folder = tmp_path / "work space"
    shutil.copytree(ROOT / "fixtures" / "five-stars" / "repo", folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return folder


@pytest.fixture
def use(tmp_path: Path, workspace: Path) -> Use:
    """The action with these inputs, over the program as it stands here instead of an installed one."""
    temp, tools = tmp_path / "runner temp", tmp_path / "tools"
    command = f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -c "from repro_audit.cli import main; main()" "$@"'
    executable(temp / "repro-audit" / "bin" / "repro-audit", command)
    executable(temp / "repro-audit" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    executable(tools / "gh", f'printf "%s\\n" "$@" > "{tmp_path}/gh"')

    def use(**inputs: str) -> Job:
        words = {name.replace("_", "-"): value for name, value in inputs.items()}
        return Job(temp, workspace, words, tools, ("Install",)).run()

    return use


def test_the_action_scores_and_keeps_reports_summary_and_badge(use: Use, tmp_path: Path) -> None:
    job = use()
    assert job.status == 0, job.log
    outputs = job.outputs["audit"]
    folder = Path(outputs.pop("folder"))
    page, result = (Path(outputs.pop(name)) for name in ("report", "result"))
    assert outputs == {"declared": "5", "verified": "0", "regression": "false", "status": "0"}
    assert "5 of 5 stars declared" in (tmp_path / "runner temp" / "summary.md").read_text("utf-8")
    assert "::notice title=repro-audit::.: 5 of 5 stars" in job.log
    assert json.loads((folder / "result.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert json.loads((folder / "badge.json").read_text("utf-8"))["message"] == "☆☆☆☆☆ 5/5"
    assert page.parent == result.parent == folder
    text = page.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>") and "<script src" not in text
    assert json.loads(result.read_text("utf-8"))["rank"]["declared"] == 5
    for file in ("badge.svg", "junit.xml"):
        ElementTree.parse(folder / file)
    assert job.used == [("actions/upload-artifact@v4", {"name": "repro-audit", "path": str(folder)})]


def test_a_gate_that_is_not_met_fails_after_the_reports_are_kept(use: Use, workspace: Path) -> None:
    (workspace / "Dockerfile").unlink()
    git(workspace, "commit", "-q", "-a", "-m", "x")
    job = use(fail_under="5", require="code-runs\nenv-image", baseline="HEAD~1", fail_on="regression")
    assert job.status == 1
    assert job.outputs["audit"]["regression"] == "true"
    assert [name for name, _ in job.used] == ["actions/upload-artifact@v4"]
    assert "gate: . does not meet env-image" in job.log
    assert "gate: . against HEAD~1: env-image went from yes to no" in job.log


def test_a_mistake_ends_the_action_at_once(use: Use) -> None:
    job = use(path="nowhere")
    assert (job.status, job.used) == (2, [])


@pytest.mark.parametrize("name", ["path", "require", "baseline", "fail-on", "format", "fail-under", "depth", "budget"])
def test_no_input_is_ever_a_script(use: Use, workspace: Path, tmp_path: Path, name: str) -> None:
    executable(tmp_path / "runner temp" / "repro-audit" / "bin" / "repro-audit", 'printf "<%s>\\n" "$@" >&2; exit 2')
    for text in ("$(touch${IFS}canary)", "`touch canary`", '"; touch canary; "', "';touch canary;'", "-o=canary", "*"):
        job = use(**{"baseline": "main", "run": "true", name: text})
        assert not (workspace / "canary").exists()
        words = text.split() if name == "require" else [text]
        assert all(f"<{word}>" in job.log for word in words)


def test_findings_go_to_code_scanning_where_that_is_asked_for(use: Use, tmp_path: Path) -> None:
    job = use(code_scanning="true", artifact="")
    assert (job.status, job.used) == (0, [])
    words = (tmp_path / "gh").read_text().splitlines()
    assert "/repos/o/r/code-scanning/sarifs" in words
    file = next(w for w in words if w.startswith("sarif=@")).removeprefix("sarif=@")
    assert json.loads(gzip.decompress(base64.b64decode(Path(file).read_text())))["version"] == "2.1.0"
    assert "secret" not in " ".join(words)


def test_a_run_keeps_its_environments_and_passes_its_options(use: Use, tmp_path: Path) -> None:
    executable(tmp_path / "runner temp" / "repro-audit" / "bin" / "repro-audit", 'printf "%s\\n" "$@" >&2; exit 2')
    job = use(run="true", depth="deep", budget="1h", timeout="5m")
    assert job.used[0][0] == "actions/cache@v4"
    words = job.log.split("\n")
    assert [words[words.index(o) + 1] for o in ("--depth", "--budget", "--timeout")] == ["deep", "1h", "5m"]
    assert "--run" in words


@pytest.mark.slow
def test_the_action_installs_what_it_ships(tmp_path: Path, workspace: Path) -> None:
    temp = tmp_path / "runner"
    temp.mkdir()
    job = Job(temp, workspace, {}, tmp_path / "none").run()
    assert job.status == 0, job.log
    assert job.outputs["audit"]["declared"] == "5"


def test_inputs_reach_scripts_by_variables_only_and_all_are_used() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert not [s for s in scripts if EXPRESSION.search(s)]
    steps = json.dumps(ACTION["runs"])
    assert not [name for name in ACTION["inputs"] if f"inputs.{name}" not in steps]


def test_only_githubs_own_actions_are_used_and_at_a_tag() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert used
    assert all(name.startswith("actions/") and "@v" in name for name in used)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-actions", [ROOT / "action.yml"]),
        ("github-workflows", [DOCS / "github.yml", DOCS / "badge.yml"]),
        ("gitlab-ci", [DOCS / "gitlab-ci.yml"]),
    ],
)
def test_what_we_ship_fits_the_schemas_of_the_servers(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_unsafe(tmp_path: Path) -> None:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for file in (DOCS / "github.yml", DOCS / "badge.yml"):
        shutil.copy(file, workflows)
    shutil.copy(ROOT / "action.yml", tmp_path)
    config = Path(__file__).with_name("zizmor.yml")
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--config", str(config), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_script_for_gitlab_scores_and_compares(workspace: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    executable(tools / "repro-audit", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m repro_audit "$@"')
    job = yaml.safe_load((DOCS / "gitlab-ci.yml").read_text("utf-8"))["repro-audit"]
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD"}
    for script in job["script"]:
        subprocess.run(["sh", "-ec", script], cwd=workspace, env=environment, check=True, capture_output=True)
    assert json.loads((workspace / job["artifacts"]["reports"]["codequality"]).read_text()) == []
    assert "nothing changed" in (workspace / "repro-audit.md").read_text("utf-8")


def test_the_hooks_are_commands_that_the_program_has(workspace: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        program, *words = hook["entry"].split()
        assert program == "repro-audit"
        command = [sys.executable, "-m", "repro_audit", *words]
        done = subprocess.run(
            command, cwd=workspace, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        has_no_report = hook["id"] == "repro-audit-report"
        assert done.returncode == (2 if has_no_report else 0), done.stderr


def test_links_of_the_pages_lead_somewhere() -> None:
    import re

    text = (DOCS / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets and all((DOCS / target).exists() for target in targets)
