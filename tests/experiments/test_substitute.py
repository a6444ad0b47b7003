"""A project's own image that lacks what a run imports refutes itself, and not the packages or the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.experiments.answers import answers
from repro_audit.experiments.model import Depth, Outcome
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.model import Answer
from repro_audit.project import Project
from repro_audit.sandbox.image import base_image


@pytest.mark.engine
def test_an_image_for_another_purpose_is_told_and_the_packages_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "project"
    root.mkdir()
    files = {
        "main.py": "import six\nopen('out.txt', 'w').write(six.__version__)\n",
        "requirements.txt": "six==1.16.0\n",
        "README.md": "# Usage\n\n```\npython3 main.py\n```\n",
        "Dockerfile": f'FROM {base_image("3.11")}\nCOPY . .\nCMD ["python3", "main.py"]\n',
    }
    for name, text in files.items():
        (root / name).write_text(text)
    project = Project(root)
    options = RunOptions(runner="docker", evidence=tmp_path / "evidence", python="3.11", depth=Depth.REPEAT)
    verified = verify(project, options, lambda step, line="": None)
    outcomes = [(e.id, e.outcome) for e in verified.experiments][:3]
    assert outcomes == [("build", Outcome.FAILED), ("build:2", Outcome.WORKS), ("repeat", Outcome.SAME)]
    declared = dict.fromkeys(("env-image", "env-packages"), Answer.YES)
    told = {s.criterion: s for s in answers(project, verified, declared)}
    assert told["code-runs"].answer is Answer.VERIFIED and "env-packages" not in told
    assert told["env-image"].answer is Answer.REFUTED and "six" in told["env-image"].message
    assert "Dockerfile" in str(told["env-image"].fix)
