"""`repro-audit fix`: a patch that git applies, and `--write`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Copied = Callable[[str], Path]


def fix(*words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "repro_audit", "fix", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False)


def state(root: Path) -> str:
    done = subprocess.run(["git", "status", "--short", "-uall"], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_patch_is_read_first_and_git_applies_it(copied: Copied) -> None:
    root = copied("unseeded-numpy")
    done = fix(cwd=root)
    assert done.returncode == 0 and not state(root)
    subprocess.run(["git", "apply", "-"], cwd=root, input=done.stdout, check=True)
    patched = {p: (root / p).read_bytes() for p in ("fit.py", "README.md", "REPRODUCIBILITY.md")}
    subprocess.run("git checkout -q . && git clean -qfd", shell=True, cwd=root, check=True)
    assert fix("--write", cwd=root).returncode == 0
    assert patched == {p: (root / p).read_bytes() for p in patched}


def test_a_project_below_the_top_is_patched_from_the_top(copied: Copied, tmp_path: Path) -> None:
    root = copied("unseeded-numpy")
    (root / ".git").rename(tmp_path / "gone")
    subprocess.run("git init -q . && git add -A -f .", shell=True, cwd=tmp_path, check=True)
    done = fix("--only", "code-repeatable", cwd=root)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert "np.random.seed" in (root / "fit.py").read_text()


def test_only_what_is_asked_for(copied: Copied) -> None:
    root = copied("unseeded-numpy")
    assert fix("--write", "--only", "data", cwd=root).returncode == 0
    assert state(root) == " M README.md\n"
    assert fix("--write", "--only", "report", cwd=root).returncode == 0
    assert state(root) == " M README.md\n?? REPRODUCIBILITY.md\n"


def test_the_report_is_true_of_what_the_fixes_leave(copied: Copied) -> None:
    root = copied("seed-outside-config")
    fix("--write", cwd=root)
    subprocess.run("git add -A && git -c user.name=a -c user.email=a@b commit -qm b", shell=True, cwd=root, check=True)
    command = [sys.executable, "-m", "repro_audit", "report", "--check"]
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
    again = fix("--write", cwd=root)
    assert b"there is nothing to apply" in again.stderr and not state(root)


def test_uncommitted_changes_are_kept_and_told(copied: Copied) -> None:
    root = copied("unseeded-numpy")
    with (root / "fit.py").open("a") as file:
        file.write("print('mine')\n")
    done = fix("--write", "--only", "code-repeatable", cwd=root)
    assert b"fit.py has changes that are not committed" in done.stderr
    text = (root / "fit.py").read_text()
    assert "np.random.seed" in text and text.endswith("print('mine')\n")


def test_a_file_that_git_does_not_track_is_not_overwritten(copied: Copied) -> None:
    root = copied("unseeded-numpy")
    (root / "params.json").write_text("mine")
    done = fix("--write", "--only", "code-repeatable", cwd=root)
    assert b"params.json is there already" in done.stderr
    assert (root / "params.json").read_text() == "mine" and state(root) == "?? params.json\n"


@pytest.mark.parametrize("words", [("--only", "code-repeatabel"), ("nowhere",)])
def test_wrong_use_is_told_in_a_line(words: tuple[str, ...], copied: Copied) -> None:
    done = fix(*words, cwd=copied("unseeded-numpy"))
    assert done.returncode == 2 and done.stderr.startswith(b"error: ") and not done.stdout


@pytest.mark.sandbox
def test_with_its_fixes_two_runs_give_the_same(copied: Copied) -> None:
    root = copied("cause-numpy")
    fix("--write", cwd=root)
    subprocess.run("git add -A && git -c user.name=a -c user.email=a@b commit -qm b", shell=True, cwd=root, check=True)
    words = ["score", "--run", "--runner", "local", "--depth", "repeat", "--require", "code-repeatable", "-q"]
    done = subprocess.run([sys.executable, "-m", "repro_audit", *words], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
