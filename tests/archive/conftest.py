"""A project with a commit, and the evidence of a run of it that nobody had to wait for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from called import Program, program_of

from repro_audit.archive.kept import Kept, read_kept
from repro_audit.experiments.evidence import Evidence
from repro_audit.experiments.kept import keep
from repro_audit.flow import digest_of
from repro_audit.model import Answer, Star
from repro_audit.result import Criterion, Found, ProjectInfo, Rank, Result, StarResult
from repro_audit.sandbox.model import Ending, Run
from repro_audit.settings import Settings

NASTY = (
    "with space.csv",
    "a \"quoted\" 'name'.txt",
    "größe/π.json",
    "100%.csv",
    "back\\slash.txt",
    "new\nline.txt",
    "x",
)
COMMITTED = 1_700_000_000  # seconds since the epoch
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> None:
    dates = {"GIT_COMMITTER_DATE": f"{COMMITTED} +0000", "GIT_AUTHOR_DATE": f"{COMMITTED} +0000"}
    command = ["git", *IDENTITY, *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env={**os.environ, **dates})


def head(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed folder, which is the working directory."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "train.py").write_text("open('out.txt', 'w').write('1')\n")
    (folder / "README.md").write_text("# Demo\n\n```\npython train.py\n```\n")
    (folder / ".gitignore").write_text("*.txt\n")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        git(folder, *words)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Program:
    return program_of(monkeypatch, capfdbinary)


def ran(evidence: Evidence, name: str, files: Mapping[str, bytes], exit: int = 0) -> dict[str, Any]:
    """What a run of `python train.py` leaves in the evidence, and how the result tells of it."""
    folder = evidence.place_for(name)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "log.txt").write_text("done\n")
    argv = ("python", "train.py")
    record = evidence.record(name, Run(argv, Ending.EXITED, exit, 1.5, None, folder, folder / "log.txt", tuple(files)))
    return record.to_dict()


def repeated(runs: Sequence[Mapping[str, Any]], verdicts: Mapping[str, str], outcome: str = "same") -> dict[str, Any]:
    """The experiment of two equal runs."""
    environment = {
        "python": "3.11.2", "packages": ["numpy==2.2.6", "odd thing"], "image": f"sha256:{'5' * 64}",
        "system": "Debian GNU/Linux 12", "cpu": "a processor",
    }  # fmt: skip
    return {
        "id": "repeat", "kind": "repeat", "runner": "docker", "outcome": outcome, "reason": "", "runs": list(runs),
        "failure": None, "outputs": [{"path": p, "verdict": v, "why": ""} for p, v in verdicts.items()],
        "causes": [], "committed": [], "isolation": "sealed", "network": False, "environment": environment,
    }  # fmt: skip


def kept_run(project: Path, files: Mapping[str, bytes], verdict: str = "identical") -> list[dict[str, Any]]:
    """Two equal runs of the project's commit, kept as an audit keeps them; the experiments."""
    folder = project / ".repro-audit"
    evidence = Evidence.open(folder)
    runs = [ran(evidence, name, {f"project/{p}": d for p, d in files.items()}) for name in ("repeat-1", "repeat-2")]
    experiments = [repeated(runs, dict.fromkeys(files, verdict))]
    from repro_audit.facts.generated import NAME
    from repro_audit.facts.git import Repository

    repository = Repository.around(project)
    assert repository is not None
    keep(folder, head(project), digest_of(Settings()), experiments, (), repository.content(project, NAME))
    assert evidence.lock is not None
    evidence.lock.close()
    return experiments


@pytest.fixture
def nasty(tmp_path: Path) -> tuple[Result, Kept, Path]:
    """A result, and evidence with names that break what does not look."""
    evidence = Evidence.open(tmp_path / "evidence")
    files = {f"project/{name}": name.encode("utf-8", "surrogateescape") for name in (*NASTY, "bad\udcff.bin")}
    first = ran(evidence, "repeat-1", files)
    second = ran(evidence, "repeat-2", files, exit=3)
    experiments = (repeated([first, second], dict.fromkeys((*NASTY, "bad\udcff.bin"), "identical")),)
    keep(evidence.folder, "5" * 40, "", experiments, ())
    criteria = (Criterion("code-runs", Star.CODE, "it runs", Answer.YES, Answer.VERIFIED, "it ran"),)
    info = ProjectInfo("demo", "de mo\n", "5" * 40, web="https://example.org/a/demo", committed=COMMITTED)
    stars = tuple(StarResult(star, star is Star.CODE, False) for star in Star)
    result = Result(info, Rank(1, 0), stars, criteria, found=Found(), experiments=experiments)
    return result, read_kept(evidence.folder, experiments), evidence.folder
