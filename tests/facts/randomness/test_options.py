"""Estimators that draw only where an option makes them, and networks that a trainer of another library trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.project import Project


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("from sklearn.svm import SVC\nSVC(probability=True)\n", ["sklearn"]),
        ("from sklearn.svm import SVC\nSVC(probability=False)\n", []),
        ("from sklearn.svm import SVC\nSVC()\n", []),
        ("from sklearn.linear_model import LogisticRegression\nLogisticRegression(solver='liblinear')\n", ["sklearn"]),
        ("from sklearn.linear_model import LogisticRegression\nLogisticRegression(solver='lbfgs')\n", []),
        ("from transformers import Trainer\nTrainer(model=model).train()\n", ["torch"]),
    ],
)
def test_what_draws_is_told_by_its_options(tmp_path: Path, text: str, sources: list[str]) -> None:
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    assert [d.source for d in Project(tmp_path).randomness.draws] == sources
