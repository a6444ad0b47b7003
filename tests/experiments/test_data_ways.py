"""A path is replaced where it stands alone, and its variant stands beside it."""

from __future__ import annotations

from typing import Any

import pytest

from repro_audit.experiments.data.ways import By, Way, beside
from repro_audit.experiments.job import shown
from repro_audit.experiments.parameters.model import CannotSet
from repro_audit.experiments.parameters.paths import BehindScript, InWords, OnLine, replaced
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
        (("python", "src/a.py"), "python src/a.py --data other-data/x.csv"),
        (("sh", "-c", "cd b; python src/a.py -v"), "cd b; python src/a.py --data other-data/x.csv -v"),
    ],
)
def test_an_option_is_added_after_its_script(argv: tuple[str, ...], expected: str) -> None:
    way = Way(By.OPTION, "x.csv", "x.csv", "--data", Place("src/a.py", 3), BehindScript("a.py", "--data"))
    job = way.setting(lambda path: None, Job(argv)).job
    assert job is not None and shown(job.argv) == expected


def test_a_line_of_a_file_names_the_variant_and_stays_as_it_is_otherwise() -> None:
    text = "data: ./data/x.csv  # or data/x.csv.gz\r\nrate: 1\n"
    way = Way(By.VALUE, "data/x.csv", "data/x.csv", "data", Place("c.yaml", 1), OnLine("c.yaml", 1, "data/x.csv"))
    files = way.setting(lambda path: text, Job(("python", "a.py"))).files
    assert files == {"c.yaml": text.replace("./data/x.csv", "./data/other-data/x.csv")}


@pytest.mark.parametrize("setter", [InWords("y.csv"), BehindScript("b.py", "--data"), OnLine("c.yaml", 9, "x.csv")])
def test_what_names_no_such_path_is_not_set(setter: Any) -> None:
    with pytest.raises(CannotSet):
        setter(lambda path: "data: x.csv\n", Job(("python", "a.py", "x.csv")), "z.csv")
