"""Versions are those that a run had; the form of the file stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repro_audit.fixes.model import Installed, installed_of

CODE = "import numpy\nimport sklearn.svm\n\nprint(numpy.zeros(3), sklearn.svm.SVC)\n"
README = "# Toy\n\n    python train.py\n"


def test_loose_lines_are_pinned_where_they_stand(make: Callable[..., Path], mend: Any) -> None:
    old = "# base\r\nNumPy[dev] >=1.2,<3 ; python_version > '3.8'  # arrays\r\n-r more.txt\r\nabsent\r\n"
    mended = mend(make({"README.md": README, "train.py": CODE, "requirements.txt": old}), "env-packages")
    new = "# base\r\nNumPy[dev]==1.26.4 ; python_version > '3.8'  # arrays\r\n-r more.txt\r\nabsent\r\n"
    assert mended.text("requirements.txt") == new + "scikit-learn==1.5.2\r\n"
    assert "scipy==1.13.0\n" in mended.text("requirements.lock.txt")


def test_another_kind_of_file_gets_a_lock_beside_it(make: Callable[..., Path], mend: Any) -> None:
    old = '[project]\nname = "toy"\nversion = "1"\ndependencies = ["numpy", "scikit-learn>=1"]\n'
    mended = mend(make({"README.md": README, "train.py": CODE, "pyproject.toml": old}), "env-packages")
    assert list(mended.plan.files) == ["requirements.lock.txt"] and mended.after["env-packages"].is_met


def test_what_a_run_says_is_taken_for_names_and_versions_only() -> None:
    packages = ["numpy==1.26.4", "Evil==1\nx @ file:///etc", "-e git+x", "toy @ file:///p", "torch==2.3.1+cpu", None, 3]
    told = {"packages": packages, "python": "3.11.9; rm"}
    found = installed_of([{"kind": "build", "outcome": "works", "environment": told}])
    assert found is not None and dict(found.versions) == {"numpy": "1.26.4", "torch": "2.3.1+cpu"}
    assert found.python == "3.11.9"
    assert installed_of([{"kind": "build", "outcome": "failed", "environment": told}, {"kind": "repeat"}]) is None


@pytest.mark.parametrize(("outcome", "is_known"), [("same", True), ("differs", True), ("failed", False)])
def test_versions_are_those_of_a_run_that_worked(outcome: str, is_known: bool) -> None:
    told = {"packages": ["numpy==1.26.4", "-e .", "x==$(y)"], "python": "Python 3.11.9"}
    build = {"kind": "build", "outcome": "works", "environment": told}
    found = installed_of([build, {"kind": "repeat", "outcome": outcome}])
    assert found == (Installed({"numpy": "1.26.4"}, "3.11.9") if is_known else None)
