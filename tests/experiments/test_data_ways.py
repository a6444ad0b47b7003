"""A path is replaced where it stands alone, and its variant stands beside it."""

from __future__ import annotations

import pytest

from repro_audit.experiments.data.ways import By, Way, beside, replaced
from repro_audit.model import Place
from repro_audit.sandbox.model import Job


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python a.py --data data/x.csv", "python a.py --data NEW"),
        ("python a.py data=data/x.csv", "python a.py data=NEW"),
        ("cat ./data/x.csv > y", "cat ./NEW > y"),
        ("a: [data/x.csv, other]", "a: [NEW, other]"),
        ("python a.py data/x.csv.gz my-data/x.csv old/data/x.csv", None),
    ],
)
def test_a_path_is_replaced_where_it_stands_alone(text: str, expected: str | None) -> None:
    assert replaced(text, "data/x.csv", "NEW") == (expected or text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("data/x.csv", "data/other-data/x.csv"), ("x.csv", "other-data/x.csv"), ("data/raw/", "data/other-data/raw/")],
)
def test_the_variant_stands_beside_the_data(path: str, expected: str) -> None:
    assert beside(path) == expected


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("python", "src/a.py"), ("python", "src/a.py", "--data", "other-data/x.csv")),
        (("sh", "-c", "cd b; python src/a.py -v"), ("sh", "-c", "cd b; python src/a.py --data other-data/x.csv -v")),
    ],
)
def test_an_option_is_added_after_its_script(argv: tuple[str, ...], expected: tuple[str, ...]) -> None:
    way = Way(By.OPTION, "x.csv", "x.csv", "--data", Place("src/a.py", 3))
    assert way.job(Job(argv)).argv == expected
