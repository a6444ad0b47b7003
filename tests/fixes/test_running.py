"""With its fixes a project of ours still runs, and gives what it gave."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .audited import fallen, mended, scored

Copied = Callable[[str], Path]
RAISED = "env-packages env-image config-files config-seeds config-repeatable data-documented data-stages".split()


def said(*words: str, cwd: Path) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("fixture", ["seed-outside-config", "live-constants"])
def test_the_same_numbers_come_out(fixture: str, copied: Copied, mend: Any) -> None:
    root = copied(fixture)
    words = ("python", "-m", "engine.train") if (root / "engine").is_dir() else ("python", "train.py")
    before = said(*words, cwd=root)
    assert mend(root).plan.proposals
    assert said(*words, cwd=root) == before


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_makefile_makes_what_the_steps_made(copied: Copied, mend: Any) -> None:
    root = copied("fix-steps")
    for step in ("prepare.py", "train.py"):
        said("python", step, cwd=root)
    before = said("python", "evaluate.py", cwd=root)
    for left in ("clean.json", "slope.json"):
        (root / left).unlink()
    mend(root)
    assert said("make", cwd=root).endswith(before)
    assert "train.py" not in said("make", cwd=root)  # nothing that it is made from has changed


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_the_app_starts_and_answers(copied: Copied) -> None:
    root = copied("fix-saved-model")
    before = scored(root, "--runner", "local")
    mended(root)
    after = scored(root, "--runner", "local")
    answers = before.answers["eval-predict"], after.answers["eval-predict"]
    assert answers == ("no", "verified"), after.experiment("app")


@pytest.mark.sandbox
@pytest.mark.usefixtures("cache")
def test_with_all_fixes_together_a_sloppy_project_runs_and_earns_stars(copied: Copied) -> None:
    root = copied("fix-sloppy")
    before = scored(root, "--runner", "local")
    mended(root)
    after = scored(root, "--runner", "local")
    assert not fallen(before, after)
    assert after.answers["code-runs"] == after.answers["code-repeatable"] == "verified", after.messages
    assert before.stars < after.stars
    assert (before.experiment("repeat")["outcome"], after.experiment("repeat")["outcome"]) == ("differs", "same")
    assert {after.answers[c] for c in RAISED} <= {"yes", "verified"}, after.messages


def test_an_image_of_several_commands_runs_them_in_order(copied: Copied, mend: Any) -> None:
    found = mend(copied("separate-scripts"), "env-packages", "env-image")
    last = found.text("Dockerfile").strip().split("\n")[-1]
    assert last.startswith('CMD ["sh", "-c", "python prepare.py && python train.py')
