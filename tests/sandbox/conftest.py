"""One project in one sandbox, for each backend. What a backend needs has to be there: its tests fail without it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from repro_audit.sandbox.docker import DockerSandbox
from repro_audit.sandbox.local import LocalSandbox
from repro_audit.sandbox.model import Environment, Job, Limits, Recipe, RecipeKind, Run, Sandbox, Snapshot

BACKENDS = (
    pytest.param("local", marks=pytest.mark.sandbox),
    pytest.param("docker", marks=pytest.mark.engine),
)
NOTHING = Recipe(RecipeKind.NOTHING, "the standard library", "3.11")


def quiet(step: str, line: str = "") -> None:
    """A watch that tells nobody."""


def said(run: Run) -> str:
    """All that a run said."""
    return run.log.read_text("utf-8", "replace")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the tests' own, unless one is given (which makes the next session quicker)."""
    given = os.environ.get("REPRO_AUDIT_CACHE")
    folder = Path(given) if given else tmp_path_factory.mktemp("cache")
    os.environ["REPRO_AUDIT_CACHE"] = str(folder)
    yield folder
    if given is None:
        del os.environ["REPRO_AUDIT_CACHE"]


@dataclass
class Place:
    """Where the projects of a test run."""

    sandbox: Sandbox
    environment: Environment
    folder: Path
    limits: Limits = field(default_factory=lambda: Limits(seconds=60))
    runs: int = 0

    def project(self, files: Mapping[str, str | bytes]) -> Snapshot:
        root = self.folder / "project"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        root.mkdir(parents=True, exist_ok=True)
        return Snapshot(root, tuple(files))

    def run(self, code: str, files: Mapping[str, str | bytes] = {}, *, limits: Limits | None = None, **job: Any) -> Run:
        """Run Python code as the project's main.py."""
        snapshot = self.project({**files, "main.py": code})
        return self.start(Job(("python", "main.py"), **job), snapshot, limits)

    def start(self, job: Job, snapshot: Snapshot, limits: Limits | None = None) -> Run:
        self.runs += 1
        into = self.folder / f"run-{self.runs}"
        return self.sandbox.run(self.environment, snapshot, job, limits or self.limits, into, quiet)


@pytest.fixture(scope="session", params=BACKENDS)
def built(request: pytest.FixtureRequest, cache: Path) -> Iterator[tuple[Sandbox, Environment]]:
    sandbox: Any = LocalSandbox() if request.param == "local" else DockerSandbox()
    empty = Snapshot(cache, ())
    yield sandbox, sandbox.build(NOTHING, empty, Limits(), quiet)
    if request.param == "docker":
        sandbox.close()


@pytest.fixture
def place(built: tuple[Sandbox, Environment], tmp_path: Path) -> Place:
    return Place(*built, tmp_path)
