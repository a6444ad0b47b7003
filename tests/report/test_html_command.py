"""`score --format html`: where the page gets what it shows from."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from repro_audit.cli import main
from repro_audit.report.html.curves import curves


def score(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["repro-audit", "score", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "README.md").write_text("# Demo\n\n    python train.py\n")
    (folder / "train.py").write_text("import random\n\nprint(random.random())\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(folder)]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "x"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_page_is_written_beside_other_formats(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert score(monkeypatch, "demo", "--format", "html", "-o", "a.html", "--also", "html=b.html") == 0
    page = Path("a.html").read_text("utf-8")
    assert page == Path("b.html").read_text("utf-8")
    assert "<mark>print(random.random())</mark>" in page


def test_a_clone_that_is_gone_still_shows_its_lines(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert score(monkeypatch, project.as_uri(), "--format", "html", "-o", "a.html") == 0
    assert "<mark>print(random.random())</mark>" in Path("a.html").read_text("utf-8")


def test_several_projects_are_one_page(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert score(monkeypatch, "demo", "demo", "--format", "html", "-o", "a.html") == 0
    assert "Reproducibility of 2 projects" in Path("a.html").read_text("utf-8")


def test_what_changed_against_a_baseline_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "train.py").write_text("import random\n\nrandom.seed(1)\nprint(random.random())\n")
    assert score(monkeypatch, "demo", "--baseline", "HEAD", "--format", "html", "-o", "a.html") == 0
    page = Path("a.html").read_text("utf-8")
    assert "Against HEAD, by reading:" in page
    assert '<span class="badge good">better</span> <strong>code-repeatable</strong>' in page


def events(values: list[float]) -> bytes:
    """A TensorBoard file of one scalar; the checksums are not read."""

    def record(data: bytes) -> bytes:
        return struct.pack("<QI", len(data), 0) + data + struct.pack("<I", 0)

    def field(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2, len(data)]) + data

    scalars = [field(1, b"loss") + b"\x15" + struct.pack("<f", value) for value in values]
    return b"".join(record(bytes([16, step]) + field(5, field(1, s))) for step, s in enumerate(scalars))


@pytest.mark.parametrize(
    ("name", "first", "second", "found"),
    [
        ("run/events.out.tfevents.1.host", events([3, 2, 1]), events([3, 2, 0.5]), ["loss 3"]),
        ("a.csv", b"x,y,name\n1,2,a\n2,3,b\n3,4,c\n", b"x,y,name\n1,2,a\n2,9,b\n3,4,c\n", ["y 2"]),
        ("a.tsv", b"y\n1\n2\n3\n", b"y\n0\n2\n3\n4\n", ["y 1"]),
        ("a.json", b'{"a": {"b": [1, 2, 3]}}', b'{"a": {"b": [1, 2, 4]}}', ["a.b 3"]),
        ("a.json", b'[{"l": 1}, {"l": 2}, {"l": 3}]', b'[{"l": 1}, {"l": 3}, {"l": 3}]', ["l 2"]),
        ("a.jsonl", b'{"l": 1}\n{"l": 2}\n{"l": 3}\n', b'{"l": 1}\n{"l": 2}\n{"l": 5}\n', ["l 3"]),
        ("a.csv", b"y\n1\n2\nnan\n4\n", b"y\n1\n2\ninf\n3\n", ["y 3"]),
        ("a.csv", b"y\n1\n2\n3\n", b"y\n1\n2\n3\n", []),
        ("a.csv", b"y\n1\n", b"y\n2\n", []),
        ("a.json", b"[" * 100_000, b"[", []),
        ("a.csv", b"\xff\xfe\x00", b"", []),
        ("a.json", b"[1e999, 1e308, -1e308, 1]", b"[1, 1e308, -1e308, 2]", ["values 1"]),
    ],
)
def test_series_are_found_in_every_format_that_holds_them(
    name: str, first: bytes, second: bytes, found: list[str]
) -> None:
    curved = curves(name, first, second)
    assert [f"{c.name} {c.parts_at}" for c in curved] == found
    assert all("nan" not in c.first + c.second and "inf" not in c.first + c.second for c in curved)
