"""Another value is valid, of the same kind, and large enough to matter."""

from __future__ import annotations

from typing import Any

import pytest

from repro_audit.experiments.parameters.model import Knob, Rank, Setting
from repro_audit.experiments.parameters.values import other_values
from repro_audit.model import Place


def knob(key: str, value: Any, **more: Any) -> Knob:
    return Knob("c.yaml", key, value, Place("c.yaml", 1), lambda read, job, value: Setting(), Rank.FILE, **more)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("epochs", 5, (6, 2)),
        ("epochs", 1, (2, 3)),
        ("max_iter", 100, (50, 10)),
        ("batch_size", 32, (16, 64)),
        ("train.lr", 0.1, (0.05, 0.4)),
        ("n_estimators", 500, (250, 501, 50)),
        ("n_clusters", 3, (4, 1)),
        ("test_size", 0.2, (0.3, 0.1)),
        ("test_size", 0.6, (0.45, 0.3)),
        ("dropout", 0.5, (0.25, 0.75)),
        ("alpha", 10.0, (5.0, 40.0)),
        ("noise", 0.0, (0.1, 0.5)),
        ("seed", 42, (43, 49)),
        ("top_k", -1, (1, 5)),
        ("shuffle", True, (False,)),
        ("windows", [2, 4, 6], ([2, 4, 8], [2, 4, 7])),
        ("hidden", [64, 32], ([64, 16], [64, 33], [64, 3])),
        ("optimizer", "Adam", ("SGD",)),
        ("kernel", "rbf", ("linear",)),
        ("EPOCHS", "8", ("4", "1")),
        ("flag", "on", ("off",)),
        ("data.path", "data/train.csv", ()),
        ("name", "first", ()),
        ("model", None, ()),
        ("x", float("nan"), ()),
    ],
)
def test_another_value(key: str, value: Any, expected: tuple[Any, ...]) -> None:
    assert other_values(knob(key, value)) == expected


def test_of_many_choices_the_most_alike_comes_first() -> None:
    found = other_values(knob("model", "gpt-nano", choices=("openai-gpt", "gpt2-xl", "gpt-mini")))
    assert found[0] == "gpt-mini"


def test_shares_stay_between_nothing_and_all() -> None:
    for name in ("test_size", "val_split", "dropout", "momentum", "quantile", "train_ratio", "subsample"):
        for share in (0.05, 0.2, 0.5, 0.8, 0.99):
            assert all(0 < v < 1 for v in other_values(knob(name, share))), name
