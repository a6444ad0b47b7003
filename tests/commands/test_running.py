"""What a user relies on when a project is run: answers, evidence, and nothing left behind or given away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from repro_audit.result import schema

pytestmark = pytest.mark.sandbox

STEADY = 'import json, sys\nprint("trained")\njson.dump({"accuracy": 0.9}, open("metrics.json", "w"))\n'
UNSEEDED = 'import json, random\njson.dump({"accuracy": random.random()}, open("metrics.json", "w"))\n'


def repro_audit(*words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "repro_audit", *words],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def commit(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git[:3], "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "state"], check=True)


def project(folder: Path, code: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(code)
    (folder / "README.md").write_text("# Toy\n\nTrain it:\n\n```bash\npython train.py\n```\n")
    commit(folder)
    return folder


def scored(folder: Path, *words: str, **variables: str) -> dict[str, object]:
    done = repro_audit("score", "--run", "--runner", "local", "--format", "json", *words, cwd=folder, **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def answers(result: dict[str, object]) -> dict[str, str]:
    return {c["id"]: c["answer"] for c in result["criteria"]}  # type: ignore[index,attr-defined]


def test_a_steady_run_verifies_and_its_evidence_can_be_compared(tmp_path: Path) -> None:
    folder = project(tmp_path, STEADY)
    result = scored(folder)
    jsonschema.validate(result, json.loads(schema()))
    assert answers(result)["code-runs"] == answers(result)["code-repeatable"] == "verified"
    assert all("no network" in e["isolation"] and not e["network"] for e in result["experiments"])  # type: ignore[attr-defined]
    assert (folder / ".repro-audit/runs/repeat-1/project/metrics.json").is_file()
    assert not subprocess.run(["git", "-C", str(folder), "status", "--short"], capture_output=True, text=True).stdout
    assert repro_audit("compare", "repeat-1", "repeat-2", cwd=folder).returncode == 0


def test_a_run_that_differs_refutes_and_says_where(tmp_path: Path) -> None:
    result = scored(project(tmp_path, UNSEEDED))
    criterion = next(c for c in result["criteria"] if c["id"] == "code-repeatable")  # type: ignore[attr-defined]
    assert criterion["answer"] == "refuted" and "metrics.json" in criterion["message"]
    assert "line 2" in criterion["fix"]
    assert any((e.get("path"), e.get("line")) == ("train.py", 2) for e in criterion["evidence"])


def test_a_failure_is_an_answer_with_its_line(tmp_path: Path) -> None:
    result = scored(project(tmp_path, "import sys\nopen('data/train.csv')\n"))
    failure = next(e for e in result["experiments"] if e["id"] == "repeat")["failure"]  # type: ignore[attr-defined]
    assert (failure["class"], failure["path"], failure["line"]) == ("missing-data", "train.py", 2)
    assert answers(result)["code-runs"] == "refuted"


def test_a_passed_variable_reaches_the_run_and_is_written_nowhere(tmp_path: Path) -> None:
    folder = project(tmp_path, "import os\nassert os.environ['MY_TOKEN'] and 'OTHER' not in os.environ\n")
    result = scored(folder, "--env", "MY_TOKEN", MY_TOKEN="s3cr3t-value", OTHER="x")
    assert answers(result)["code-runs"] == "verified"
    kept = [p for p in (folder / ".repro-audit").rglob("*") if p.is_file()]
    assert kept and not any(b"s3cr3t-value" in p.read_bytes() for p in kept)


def test_a_later_report_tells_the_run_again_until_the_commit_changes(tmp_path: Path) -> None:
    folder = project(tmp_path, STEADY)
    scored(folder)
    fresh = repro_audit("badge", "--as", "endpoint", cwd=folder)
    assert "note:" not in fresh.stderr
    (folder / "train.py").write_text(UNSEEDED)
    commit(folder)
    stale = repro_audit("report", cwd=folder)
    assert "the kept run is of commit" in stale.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_audit_is_marked_told_and_made_good_by_the_next(tmp_path: Path, sent: signal.Signals) -> None:
    """The earlier findings of the same commit are gone with it: the runs that they told of are."""
    folder = project(tmp_path / "project", "import os, time\nprint('begun')\ntime.sleep(int(os.environ['NAP']))\n")
    words = ("score", "--run", "--runner", "local", "--format", "json", "--depth", "repeat", "--env", "NAP")
    evidence = folder / ".repro-audit"
    assert repro_audit(*words, cwd=folder, NAP="0").returncode == 0
    command = [sys.executable, "-m", "repro_audit", *words]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "NAP": "99"}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    while not (evidence / "unfinished.json").is_file() or "repeat-1" not in (evidence / "unfinished.json").read_text():
        assert process.poll() is None
        time.sleep(0.05)
    assert "is under way: repeat-1" in repro_audit("badge", "--as", "endpoint", cwd=folder).stderr
    process.send_signal(sent)
    said = process.communicate(timeout=30)[1]
    assert sent is signal.SIGKILL or b"marked as partial" in said
    assert (evidence / "runs" / "repeat-1").is_dir() and not (evidence / "found.json").exists()
    told = repro_audit("report", cwd=folder)
    assert "was interrupted: repeat-1" in told.stderr
    assert "0 verified" in told.stdout
    assert "was interrupted" in repro_audit("compare", "repeat-1", "README.md", cwd=folder).stderr
    assert repro_audit(*words, cwd=folder, NAP="0").returncode == 0
    assert "note:" not in repro_audit("badge", "--as", "endpoint", cwd=folder).stderr


def test_evidence_takes_nobodys_folder(tmp_path: Path) -> None:
    folder = project(tmp_path, STEADY)
    done = repro_audit("score", "--run", "--runner", "local", "--evidence", ".", cwd=folder)
    assert done.returncode == 2
    assert "holds other things" in done.stderr
    assert not (folder / ".gitignore").exists()


def test_a_project_without_a_command_leaves_evidence_of_that(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Toy\n")
    result = scored(tmp_path)
    assert [e["failure"]["class"] for e in result["experiments"]] == ["no-command"]  # type: ignore[attr-defined]
    assert (tmp_path / ".repro-audit" / "found.json").is_file()


def test_a_given_command_is_run_instead_of_the_stated_one(tmp_path: Path) -> None:
    folder = project(tmp_path, STEADY)
    done = repro_audit(
        "run", ".", "--runner", "local", "--format", "json", "--", "sh", "-c", "echo other > o.txt", cwd=folder
    )
    experiment = next(e for e in json.loads(done.stdout)["experiments"] if e["id"] == "repeat")
    assert [o["path"] for o in experiment["outputs"]] == ["o.txt", "standard output"]


def test_the_settings_say_what_counts_as_output_and_how_close_is_equal(tmp_path: Path) -> None:
    code = "import random\nprint(random.random())\nopen('loss.json', 'w').write(str(1 + random.random() / 1e9))\n"
    (tmp_path / "repro-audit.toml").write_text('outputs = ["*.json"]\n[tolerances]\n"*.json" = {rtol = 1e-6}\n')
    result = scored(project(tmp_path, code))
    experiment = next(e for e in result["experiments"] if e["id"] == "repeat")  # type: ignore[attr-defined]
    assert [(o["path"], o["verdict"]) for o in experiment["outputs"]] == [("loss.json", "close")]


def test_data_outside_the_project_are_not_attached_whatever_its_settings_say(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("s3cr3t")
    folder = tmp_path / "project"
    (folder / "local").mkdir(parents=True)
    (folder / "local" / "x.csv").write_text("1")
    (folder / ".gitignore").write_text("local\n")
    (folder / "repro-audit.toml").write_text(f'data = ["../outside", "{outside}", "link", "local"]\n')
    (folder / "link").symlink_to(outside)
    code = "import os\nprint(os.listdir('local'), os.path.exists('../outside'), os.path.exists('link/secret.txt'))\n"
    result = scored(project(folder, code))
    assert answers(result)["code-runs"] == "verified"
    assert (folder / ".repro-audit/runs/repeat-1/log.txt").read_text() == "['x.csv'] False False\n"


@pytest.mark.parametrize("place", [".repro-audit", ".repro-audit/runs", ".repro-audit/runs/repeat-1"])
def test_evidence_is_not_written_through_a_link_of_the_project(tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "project"
    folder.mkdir()
    link = folder / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    repro_audit("score", "--run", "--runner", "local", cwd=project(folder, STEADY))
    assert not list(outside.iterdir())


def test_clean_says_that_nothing_was_left(tmp_path: Path) -> None:
    done = repro_audit("clean", cwd=tmp_path, REPRO_AUDIT_CACHE=str(tmp_path / "cache"), DOCKER_HOST="unix:///nowhere")
    assert (done.returncode, done.stdout) == (0, "nothing was left behind\n")
