"""`report` and `init`: people's words stay, and what they say is checked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from repro_audit.settings import parse_toml

from .conftest import Run

NAME = "REPRODUCIBILITY.md"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def test_a_second_run_changes_nothing_even_once_committed(project: Path, run: Run) -> None:
    git(project, "init", "-q")
    commit(project)
    assert run("report", "-o", NAME).status == 0
    first = (project / NAME).read_bytes()
    run("report", "-o", NAME)
    assert (project / NAME).read_bytes() == first
    commit(project)
    run("report", "-o", NAME)
    assert (project / NAME).read_bytes() == first
    assert run("report").out.encode() == first
    assert run("report", "--check").status == 0


def test_what_people_wrote_stays(project: Path, run: Run) -> None:
    run("report", "-o", NAME)
    text = (project / NAME).read_text("utf-8")
    mine = text.replace("## 4. Environment\n", "## 4. Environment, in my words\n\nAsk *me*.\n").replace("\n", "\r\n")
    (project / NAME).write_bytes(b"\xff" + mine.encode())
    (project / "data.csv").unlink()
    run("report", "-o", NAME)
    after = (project / NAME).read_bytes()
    assert after.startswith(b"\xff")
    assert b"in my words\r\n\r\nAsk *me*.\r\n" in after
    assert b"gone" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_block_that_was_taken_out_stays_out(project: Path, run: Run) -> None:
    run("report", "-o", NAME)
    lines = (project / NAME).read_text("utf-8").split("\n")
    begin = lines.index("<!-- repro-audit:begin data -->")
    end = lines.index("<!-- repro-audit:end data -->")
    (project / NAME).write_text("\n".join(lines[:begin] + lines[end + 1 :]), "utf-8")
    run("report", "-o", NAME)
    assert "begin data" not in (project / NAME).read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- repro-audit:begin code -->\n",
        "<!-- repro-audit:end code -->\n",
        "<!-- repro-audit:begin code -->\n<!-- repro-audit:end data -->\n",
        "<!-- repro-audit:begin code -->\n<!-- repro-audit:end code -->\n" * 2,
    ],
)
def test_markers_that_do_not_pair_up_are_refused(project: Path, run: Run, text: str) -> None:
    (project / NAME).write_text(text)
    done = run("report", "-o", NAME)
    assert done.status == 2
    assert f"{NAME}:" in done.err
    assert (project / NAME).read_text() == text


def test_a_report_of_other_hands_is_never_overwritten_and_its_claims_are_checked(project: Path, run: Run) -> None:
    text = "# Report\n- [x] The data are at [here](data/raw.csv)\n- [x] all parameters: [file](train.py)\n"
    (project / NAME).write_text(text)
    done = run("report", "-o", NAME)
    assert done.status == 2
    assert "says data/raw.csv: no such file" in done.err
    assert "hint: " in done.err
    assert (project / NAME).read_text() == text
    done = run("report", "--check")
    assert done.status == 1
    assert f"{NAME}:2: says data/raw.csv: no such file" in done.out
    assert f"{NAME}:3: ticks" in done.out
    assert "config-files is no" in done.out


def test_check_says_in_words_what_changed(project: Path, run: Run) -> None:
    run("report", "-o", NAME)
    (project / "data.csv").unlink()
    done = run("report", "--check")
    assert done.status == 1
    assert "data: the report says: - [x]" in done.out
    assert "but now it is: - [ ]" in done.out


def test_check_without_a_report_says_how_to_write_one(project: Path, run: Run) -> None:
    done = run("report", "--check")
    assert done.status == 2
    assert "report -o" in done.err


def test_links_lead_from_where_the_report_stands(project: Path, run: Run) -> None:
    (project / "docs").mkdir()
    run("report", "-o", "docs/repro.md")
    assert "](../train.py#L1)" in (project / "docs" / "repro.md").read_text("utf-8")


def test_a_link_in_place_of_the_report_is_not_followed(project: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("mine")
    (project / NAME).symlink_to(tmp_path / "outside.md")
    assert run("report", "-o", NAME).status == 2
    assert (tmp_path / "outside.md").read_text() == "mine"


def test_init_writes_settings_that_can_be_read_and_never_twice(project: Path, run: Run) -> None:
    preview = run("init", "--print")
    assert not (project / "repro-audit.toml").exists()
    assert run("init").status == 0
    assert (project / "repro-audit.toml").read_text("utf-8") == preview.out
    assert run("score").status == 0
    assert run("init").status == 2


def test_init_adds_a_section_to_pyproject(project: Path, run: Run) -> None:
    before = '[project]\nname = "demo"\n'
    (project / "pyproject.toml").write_text(before)
    assert run("init").status == 0
    text = (project / "pyproject.toml").read_text("utf-8")
    assert text.startswith(before)
    assert "repro-audit" in parse_toml(text)["tool"]
    assert run("init").status == 2


def test_init_leaves_a_broken_pyproject_alone(project: Path, run: Run) -> None:
    (project / "pyproject.toml").write_text("[broken")
    assert run("init").status == 2
    assert (project / "pyproject.toml").read_text() == "[broken"
