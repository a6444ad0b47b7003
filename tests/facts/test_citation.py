"""What the project asks to cite, whatever form its people and identifiers have."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.facts.citation import Cited, cited, license_file
from repro_audit.facts.files import Tree

SOFTWARE = "cff-version: 1.2.0\ntitle: A  program\nauthors:\n  - name: A team\n"
PAPER = """preferred-citation:
  title: A good paper
  doi: https://doi.org/10.1000/xyz
  authors:
    - given-names: Ada
      family-names: Lovelace
      orcid: https://orcid.org/0000-0002-1825-009X
    - family-names: Turing
"""


def tree(folder: Path, **files: str) -> Tree:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return Tree(folder)


def test_the_paper_comes_before_the_software(tmp_path: Path) -> None:
    found = cited(tree(tmp_path, CITATION_cff=SOFTWARE + PAPER))
    authors = (("Ada Lovelace", "0000-0002-1825-009X"), ("Turing", ""))
    assert found == Cited("A good paper", authors, "https://doi.org/10.1000/xyz")


def test_the_software_is_cited_where_no_paper_is_named(tmp_path: Path) -> None:
    assert cited(tree(tmp_path, CITATION_cff=SOFTWARE)) == Cited("A program", (("A team", ""),), "")


@pytest.mark.parametrize("text", ["", "[", "- 1\n- 2\n", "just words", "{a: &a [*a, *a]}", "title: {x: 1}\nauthors: 3"])
def test_what_is_no_citation_breaks_nothing(tmp_path: Path, text: str) -> None:
    found = cited(tree(tmp_path, CITATION_cff=text))
    assert found is None or found == Cited("", (), "")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["LICENSE"], "LICENSE"),
        (["LICENSE-MIT", "LICENSE-APACHE"], "LICENSE-MIT"),
        (["licence.txt"], "licence.txt"),
        (["COPYING"], "COPYING"),
        (["licenses.py", "license_check.py"], None),
    ],
)
def test_a_license_is_found_under_its_usual_names(tmp_path: Path, names: list[str], wanted: str | None) -> None:
    for name in names:
        (tmp_path / name).write_text("x")
    assert license_file(Tree(tmp_path)) == wanted


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("title: secret\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/CITATION.cff").symlink_to("../secret.yaml")
    assert cited(Tree(tmp_path / "project")) is None
