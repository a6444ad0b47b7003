"""What people claim in a report is compared with the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.facts.claims import Claims, read_claims
from repro_audit.facts.files import Tree
from repro_audit.facts.generated import without_generated

NO_FILE = "says data/raw.csv: no such file"


def claims(folder: Path, text: str) -> Claims:
    (folder / "train.py").write_text("")
    (folder / "REPRODUCIBILITY.md").write_text(text, "utf-8")
    return read_claims(Tree(folder))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("- [x] Data and artifacts are [here](data/raw.csv)", NO_FILE),
        ("- [X] Data are at `data/raw.csv`", NO_FILE),
        ("see [the data](data/raw.csv)", NO_FILE),
        ("- [x] code: [train.py](./train.py#L3)", ""),
        ("- [x] code: [train.py](/train.py)", ""),
        ("* [x] code: https://example.org/code", ""),
        ("- [x] code: [site](https://example.org)", ""),
        ("- [x] Data: [here](/home/me/data.csv)", "one machine"),
        ("- [x] Data: `C:\\data\\x.csv`", "one machine"),
        ("- [x] Data: [link]()", "leads nowhere"),
        ("- [x] Runnable code exists:", "names nothing"),
        ("- [x] the image: <link to image>", "names nothing"),
    ],
)
def test_a_claim_is_true_or_says_what_is_wrong(tmp_path: Path, line: str, problem: str) -> None:
    (found,) = claims(tmp_path, f"# Report\n\n{line}\n").all
    assert (problem in found.problem) if problem else not found.problem
    assert str(found.at) == "REPRODUCIBILITY.md:3"


@pytest.mark.parametrize("line", ["- [ ] Data are [here](data/raw.csv)", "```\n[a](b)\n```", "plain words", "# [a](b)"])
def test_what_claims_nothing_is_left_alone(tmp_path: Path, line: str) -> None:
    assert claims(tmp_path, line).all == ()


@pytest.mark.parametrize(
    ("text", "criterion"),
    [
        ("- [x] runnable code exists: [x](train.py)", "code-runs"),
        ("- [x] list of software packages: [x](train.py)", "env-packages"),
        ("## 5. Evaluation\n- [x] see [x](train.py)", "eval-predict"),
    ],
)
def test_a_ticked_box_speaks_of_a_criterion(tmp_path: Path, text: str, criterion: str) -> None:
    assert claims(tmp_path, text).all[0].criterion == criterion


def test_generated_blocks_claim_nothing_and_prove_nothing(tmp_path: Path) -> None:
    block = "<!-- repro-audit:begin code -->\n- [x] [a](gone.py)\n<!-- repro-audit:end code -->\n"
    found = claims(tmp_path, block + "- [x] [b](gone.py)\n")
    assert [str(c.at) for c in found.false] == ["REPRODUCIBILITY.md:4"]
    assert Tree(tmp_path).lines("REPRODUCIBILITY.md") == ["", "", "", "- [x] [b](gone.py)", ""]
    assert without_generated("no markers") == "no markers"


def test_any_bytes_survive(tmp_path: Path) -> None:
    (tmp_path / "REPRODUCIBILITY.md").write_bytes(b"- [x] \xff\xfe [a](\x00%zz\xc3)\n" + b"- [x] [" * 2000)
    read_claims(Tree(tmp_path))
    (tmp_path / "REPRODUCIBILITY.md").write_bytes(b"- [x] [a](%00%ff/../../../etc/passwd)\n- [x] [b](\xff)\n")
    assert all(c.problem for c in read_claims(Tree(tmp_path)).all)
