"""The columns of committed tables."""

from __future__ import annotations

import pytest

from repro_audit.facts.data.tables import kind_of, read_table


@pytest.mark.parametrize(
    "text", [b"/annex/objects/URL-s3--https&c%%h%p.csv\n", b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_what_stands_in_a_files_place_is_no_table(text: bytes) -> None:
    assert read_table("pears.csv", text) is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", "", "NA"], "integer"),
        (["1", "2.5e-3"], "number"),
        (["True", "false"], "boolean"),
        (["2024-01-02", "2024-1-3 10:00"], "date"),
        (["1", "pear"], "text"),
        (["", "nan"], "empty"),
    ],
)
def test_a_column_has_the_narrowest_kind_of_all_its_values(values: list[str], kind: str) -> None:
    assert kind_of(values) == kind
