"""Names in an archive can be unpacked anywhere, and no two files share one."""

from __future__ import annotations

import re

import pytest

from repro_audit.archive.names import address, stored

ANY = [
    "a.txt", "b/ü π.json", "it's.txt", 'say "x".txt', "a:b", "a%3Ab", "a\\b", "a\nb", "a\x1bb", "x.", "x ", "con",
    "Con.txt", "\udcff.bin", "%FF.bin", "a\u202eb", "a*", "COM1", "deep/aux/x",
]  # fmt: skip


@pytest.mark.parametrize("path", ANY)
def test_a_stored_name_is_one_that_every_system_takes(path: str) -> None:
    name = stored(path)
    name.encode("utf-8")
    assert not re.search('[\x00-\x1f"*:<>?\\\\|]', name)
    assert not any(part.endswith((".", " ")) for part in name.split("/"))
    assert not any(re.fullmatch(r"(?i)(con|aux|com1)(\..*)?", part) for part in name.split("/"))
    assert name.count("/") == path.count("/")


def test_different_paths_have_different_names() -> None:
    assert len({stored(path) for path in ANY}) == len(ANY)


@pytest.mark.parametrize("path", ["a b/ü.csv", "it's.txt", "日本.json", "a(1)[2].txt", ".hidden", "conda.txt"])
def test_a_harmless_name_stays(path: str) -> None:
    assert stored(path) == path


def test_an_address_is_a_relative_uri() -> None:
    assert address("a b/ü#1?.csv") == "a%20b/%C3%BC%231%3F.csv"
