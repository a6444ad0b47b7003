"""A variant has the form of what it comes from: whole rows, one header, labels that stay."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from repro_audit.experiments.data.inputs import Input
from repro_audit.experiments.data.rows import rows_of
from repro_audit.experiments.data.variants import Form, chosen, vary
from repro_audit.facts.files import Tree

TABLE = b'name,size\r\n"a\nb",1\r\nc,2\r\nd,3\r\ne,4'


def made(path: str, data: bytes, which: list[int]) -> bytes:
    rows = rows_of(path, data)
    assert rows is not None
    return rows.made_of(which)


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("t.csv", TABLE, b'name,size\r\n"a\nb",1\r\ne,4\r\n'),
        ("t.txt", b"one\ntwo\nthree\nfour", b"one\nfour\n"),
        ("t.jsonl", b'{"a": 1}\n{"a": 2}\n{"a": 3}\n{"a": 4}\n', b'{"a": 1}\n{"a": 4}\n'),
        ("t.json", b'{"v": 2, "rows": [1, 2, 3, 4]}', b'{"v": 2, "rows": [1, 4]}'),
        ("t.fasta", b">a|1\nMK\nLV\n>b|0\nMM\n>c|0\nMN\n>d|1\nMQ", b">a|1\nMK\nLV\n>d|1\nMQ\n"),
    ],
)
def test_the_first_and_the_last_of_four_rows(path: str, data: bytes, expected: bytes) -> None:
    assert made(path, data, [0, 3]) == expected
    if not path.endswith(".json"):
        assert gzip.decompress(made(path + ".gz", gzip.compress(data), [0, 3])) == expected


def test_rows_of_an_array() -> None:
    np = pytest.importorskip("numpy")
    out = io.BytesIO()
    np.save(out, np.arange(12.0).reshape(4, 3))
    assert np.load(io.BytesIO(made("x.npy", out.getvalue(), [0, 3]))).tolist() == [[0, 1, 2], [9, 10, 11]]


def test_rows_of_a_parquet_file() -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2, 3, 4], "b": list("wxyz")}), out)
    assert pq.read_table(io.BytesIO(made("x.parquet", out.getvalue(), [0, 3]))).to_pylist() == [
        {"a": 1, "b": "w"}, {"a": 4, "b": "z"},
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\x93NUMPY", b"not json", b"\x1f\x8b broken", b"PAR1"])
@pytest.mark.parametrize("path", ["x.npy", "x.json", "x.csv.gz", "x.parquet", "x.xyz"])
def test_what_is_broken_is_not_varied(path: str, data: bytes) -> None:
    assert rows_of(path, data) is None


def test_a_label_that_hardly_another_row_bears_stays() -> None:
    table = "x,label\n" + "".join(f"{i},common\n" for i in range(20)) + "20,rare\n21,rare\n"
    rows = rows_of("t.csv", table.encode())
    assert rows is not None
    for form in Form:
        which = chosen(len(rows), rows.needed, form)
        assert which is not None and which != list(range(22)) and {20, 21} <= set(which)


def test_files_of_as_many_rows_lose_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(i) + "\n" for i in range(30)))
    (tmp_path / "y.csv").write_text("y\n" + "".join(f"{i}\n" for i in range(30)))
    variant = vary(Tree(tmp_path), Input("", ("x.jsonl", "y.csv")), Form.SUBSET)
    assert variant is not None
    kept = [(variant.files[p] or b"").decode().split() for p in ("x.jsonl", "y.csv")]
    assert kept[0] == kept[1][1:] and len(kept[0]) < 30
