"""Projects to mend, and what becomes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from repro_audit.fixes.model import Installed
from repro_audit.fixes.patch import patch
from repro_audit.fixes.propose import Plan, propose_all
from repro_audit.flow import ask
from repro_audit.loader import load_rules
from repro_audit.model import Answer
from repro_audit.project import Project

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
INSTALLED = Installed(
    {"numpy": "1.26.4", "scikit-learn": "1.5.2", "scipy": "1.13.0", "joblib": "1.4.2", "threadpoolctl": "3.5.0"},
    "3.11.9",
)


def judge(project: Project) -> dict[str, Answer]:
    return {rule.id: ask(rule, project).answer for rule in load_rules()}


def commit(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git[:3], "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A", "-f"], check=True)
    subprocess.run([*git, "commit", "-qm", "state", "--allow-empty"], check=True)


@dataclass(frozen=True)
class Mended:
    """A project before and after its fixes, applied by git and committed."""

    root: Path
    plan: Plan
    before: dict[str, Answer]
    after: dict[str, Answer]

    @property
    def proposed(self) -> list[str]:
        return [p.criterion for p in self.plan.proposals]

    def why_not(self, criterion: str) -> str:
        return next(d.why for d in self.plan.declined if d.criterion == criterion)

    def text(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()


Make = Callable[[dict[str, str | bytes]], Path]
Mend = Callable[..., Mended]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def build(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "project"
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
        commit(root)
        return root

    return build


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    def copy(fixture: str) -> Path:
        root = tmp_path / fixture
        shutil.copytree(FIXTURES / fixture / "repo", root)
        commit(root)
        return root

    return copy


@pytest.fixture
def mend() -> Mend:
    def apply(root: Path, *wanted: str, installed: Installed | None = INSTALLED) -> Mended:
        project = Project(root)
        before = judge(project)
        plan = propose_all(project, before, installed, judge, wanted or tuple(before))
        parts = []
        for path, new in sorted(plan.files.items()):
            parts.append(patch(path, project.files.open_bytes(path) if path in project.files else None, new))
        if parts:
            subprocess.run(["git", "apply", "-"], cwd=root, input=b"".join(parts), check=True)
        assert {path: (root / path).read_bytes() for path in plan.files} == dict(plan.files)
        commit(root)
        return Mended(root, plan, before, judge(Project(root)))

    return apply


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache that the caller names, else one for this session; for tests that build environments."""
    given = os.environ.get("REPRO_AUDIT_CACHE")
    os.environ["REPRO_AUDIT_CACHE"] = given or str(tmp_path_factory.mktemp("cache"))
    yield
    if given is None:
        del os.environ["REPRO_AUDIT_CACHE"]
