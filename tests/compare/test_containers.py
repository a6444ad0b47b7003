"""Files that change their bytes with every run although they hold the same: real ones, written twice."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from repro_audit.compare import Difference, compare
from repro_audit.compare.content import in_memory
from repro_audit.compare.images import difference_picture

Make = Callable[[int, float], bytes]  # (a number of the run, which means nothing; a value, which means all)


def judged(folder: Path, name: str, first: bytes, second: bytes) -> Difference:
    for side, data in (("one", first), ("two", second)):
        (folder / side).mkdir(exist_ok=True)
        (folder / side / name).write_bytes(data)
    return compare(folder / "one" / name, folder / "two" / name)


def make_gzip(run: int, value: float) -> bytes:
    return gzip.compress(f"loss {value}\n".encode(), mtime=run)


def make_zip(run: int, value: float) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if run % 2 else zipfile.ZIP_STORED) as archive:
        for name in ("a.txt", "m.json")[:: 1 if run % 2 else -1]:
            text = json.dumps({"loss": value}) if name == "m.json" else "same"
            archive.writestr(zipfile.ZipInfo(name, (2000 + run, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def make_tar(run: int, value: float) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        data = json.dumps({"loss": value}).encode()
        info = tarfile.TarInfo("m.json")
        info.size, info.mtime = len(data), run
        archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname, link.mtime = tarfile.SYMTYPE, "../../etc/passwd", run
        archive.addfile(link)
    return out.getvalue()


def make_events(run: int, value: float) -> bytes:
    def record(data: bytes) -> bytes:
        return struct.pack("<QI", len(data), 0) + data + struct.pack("<I", 0)

    def field(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2, len(data)]) + data

    wall = b"\x09" + struct.pack("<d", 1.7e9 + run)
    scalar = field(1, b"loss") + b"\x15" + struct.pack("<f", value)
    return record(wall + field(3, b"brain.Event:2")) + record(wall + b"\x10\x07" + field(5, field(1, scalar)))


def make_sqlite(run: int, value: float) -> bytes:
    database = sqlite3.connect(":memory:")
    checks = ["CONSTRAINT low CHECK (loss > 0)", "CONSTRAINT high CHECK (loss < 9)"]
    columns = ["started_at TEXT", "loss REAL", "name TEXT"]
    lines = ",\n".join([*columns, *(checks if run % 2 else checks[::-1])])  # as from a set
    database.execute(f"CREATE TABLE runs (\n{lines}\n)")
    name = f"{'calm' if run % 2 else 'bold'}-fox-{run}"  # as MLflow draws one
    database.execute("INSERT INTO runs VALUES (?, ?, ?)", (f"2024-01-0{run} 10:00:00", value, name))
    database.execute("CREATE TABLE tags (key TEXT, value TEXT)")
    database.execute("INSERT INTO tags VALUES ('mlflow.runName', ?)", (name,))
    database.commit()
    if not hasattr(database, "serialize"):
        pytest.skip("this Python cannot serialize a database")
    return database.serialize()


def field(number: int, data: bytes) -> bytes:
    """A field of a protocol buffer that has a length, as short as these are."""
    tag = number << 3 | 2
    return bytes([tag] if tag < 128 else [tag & 127 | 128, tag >> 7]) + bytes([len(data)]) + data


def make_wandb(run: int, value: float) -> bytes:
    def item(name: str, value: object) -> bytes:
        return field(1, field(2, name.encode()) + field(16, str(value).encode()))

    begun = field(17, field(4, field(1, field(1, b"rate") + field(16, b"0.1"))))
    logged = field(2, item("loss", value) + item("_timestamp", 1.7e9 + run))
    pieces = ((begun, 1), (logged[:7], 2), (logged[7:], 4))
    return b":W&B\xe1\xbe\x00" + b"".join(struct.pack("<IHB", run, len(d), kind) + d for d, kind in pieces)


def make_notebook(run: int, value: float) -> bytes:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": [f"loss {value}\n"]},
        {"output_type": "execute_result", "data": {"text/plain": f"<A at 0x7f000000000{run}>"}, "execution_count": run},
    ]
    cell = {"cell_type": "code", "source": ["f()"], "outputs": outputs, "execution_count": run, "id": f"id{run}"}
    return json.dumps({"cells": [cell], "metadata": {"papermill": {"duration": run}}, "nbformat": 4}).encode()


def figure(kind: str, run: int, value: float) -> bytes:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    import matplotlib.figure

    drawn = matplotlib.figure.Figure(figsize=(2, 1))
    axes = drawn.subplots()
    axes.plot([1, 2, value])
    axes.set_xlabel("x")
    out = io.BytesIO()
    dates = {"svg": {"Date": f"2024-01-0{run}T10:00:00"}, "pdf": {"Title": "t"}, "png": {"Comment": str(run)}}
    with matplotlib.rc_context({"svg.hashsalt": str(run)}):
        drawn.savefig(out, format=kind, metadata=dates[kind])
    return out.getvalue().replace(b"/CreationDate (D:2", b"/CreationDate (D:%d" % run)


def make_svg(run: int, value: float) -> bytes:
    return figure("svg", run, value)


def make_pdf(run: int, value: float) -> bytes:
    return figure("pdf", run, value)


def make_png(run: int, value: float) -> bytes:
    return figure("png", run, value)


def make_excel(run: int, value: float) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["name", "loss"])
    book.active.append(["a", value])
    out = io.BytesIO()
    book.properties.created = datetime.datetime(2024, 1, run)
    book.save(out)
    return out.getvalue()


def make_parquet(run: int, value: float) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    table = pyarrow.table({"name": ["a", "b", "c"], "loss": [1.0, value, 3.0], "gap": [None, 1, 2]})
    out = io.BytesIO()
    parquet.write_table(table, out, row_group_size=run)
    return out.getvalue()


def make_feather(run: int, value: float) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")

    out = io.BytesIO()
    table = pyarrow.table({"name": ["a", "b"], "loss": [1.0, value]})
    feather.write_feather(table, out, compression="lz4" if run % 2 else "uncompressed")
    return out.getvalue()


CASES: list[tuple[str, Make, str, str]] = [
    ("log.txt.gz", make_gzip, "only the time in the header or the compression differs", "loss: 0.5 != 0.25"),
    ("a.zip", make_zip, "only times, order or compression", "m.json: loss: 0.5 != 0.25"),
    ("a.tar.gz", make_tar, "only times, order or compression", "m.json: loss: 0.5 != 0.25"),
    ("events.out.tfevents.17.host.1.0", make_events, "only wall times differ", "loss at step 7: 0.5 != 0.25"),
    ("a.db", make_sqlite, "only timestamps and generated ids differ", "runs row 1 loss: 0.5 != 0.25"),
    ("run-a.wandb", make_wandb, "only times and ids differ", "history.loss[0]: 0.5 != 0.25"),
    ("a.ipynb", make_notebook, "only memory addresses differ", "cell 1 output 1 line 1 loss: 0.5 != 0.25"),
    ("a.svg", make_svg, "generated ids and dates of creation differ", "line "),
    ("a.pdf", make_pdf, "only dates of creation differ", "part 1"),
    ("a.png", make_png, "the same pixels", "pixels differ, by up to"),
    ("a.xlsx", make_excel, "the same cells", "Sheet row 2 loss: 0.5 != 0.25"),
    ("a.parquet", make_parquet, "only the metadata or the layout", "loss[1]: 0.5 != 0.25"),
    ("a.feather", make_feather, "only the metadata or the layout", "loss[1]: 0.5 != 0.25"),
]


@pytest.mark.parametrize(("name", "make", "same", "other"), CASES, ids=[case[0] for case in CASES])
def test_what_a_run_writes_anew_is_equivalent_and_a_value_is_not(
    tmp_path: Path, name: str, make: Make, same: str, other: str
) -> None:
    one, again, changed = make(1, 0.5), make(2, 0.5), make(2, 0.25)
    assert one != again, "this case shows nothing"
    assert str(judged(tmp_path, name, one, one).likeness) == "identical"
    found = judged(tmp_path, name, one, again)
    assert (str(found.likeness), found.remarks) == ("equivalent", ()), found
    assert same in found.why
    found = judged(tmp_path, name, one, changed)
    assert (str(found.likeness), found.remarks) == ("different", ()), found
    assert other in found.why


def test_a_picture_in_a_notebook_is_compared_by_pixels(tmp_path: Path) -> None:
    def notebook(run: int, value: float) -> bytes:
        data = {"image/png": base64.b64encode(make_png(run, value)).decode()}
        cell = {"cell_type": "code", "source": "", "outputs": [{"output_type": "display_data", "data": data}]}
        return json.dumps({"cells": [cell]}).encode()

    assert str(judged(tmp_path, "a.ipynb", notebook(1, 0.5), notebook(2, 0.5)).likeness) == "equivalent"
    assert "pixels differ" in judged(tmp_path, "a.ipynb", notebook(1, 0.5), notebook(2, 0.25)).why


def test_the_difference_of_two_pictures_is_a_picture() -> None:
    pytest.importorskip("PIL")
    picture = difference_picture(in_memory("a.png", make_png(1, 0.5)), in_memory("b.png", make_png(1, 0.25)))
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_a_bomb_in_a_zip_ends_with_a_remark(tmp_path: Path) -> None:
    def bomb(value: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.json", value * (100 << 20))
        return out.getvalue()

    assert str(judged(tmp_path, "a.zip", bomb(b"0"), bomb(b"1")).likeness) == "different"


@pytest.mark.parametrize("name", [case[0] for case in CASES])
def test_a_broken_file_is_different_and_never_an_error(tmp_path: Path, name: str) -> None:
    make = next(case[1] for case in CASES if case[0] == name)
    whole = make(1, 0.5)
    for cut in (len(whole) // 3, len(whole) - 3):
        assert str(judged(tmp_path, name, whole, whole[:cut] + b"\xff").likeness) in ("different", "equivalent")


def test_which_of_two_streams_of_a_cell_came_first_is_no_difference(tmp_path: Path) -> None:
    said = {"output_type": "stream", "name": "stdout", "text": ["score 0.5\n"]}
    warned = {"output_type": "stream", "name": "stderr", "text": ["a default will change\n"]}

    def notebook(*outputs: object) -> bytes:
        cell = {"cell_type": "code", "source": "", "outputs": list(outputs)}
        return json.dumps({"cells": [cell], "nbformat": 4, "metadata": {}}).encode()

    other = {**said, "text": ["score 0.6\n"]}
    assert judged(tmp_path, "a.ipynb", notebook(said, warned), notebook(warned, said)).likeness.is_same
    assert not judged(tmp_path, "a.ipynb", notebook(said, warned), notebook(warned, other)).likeness.is_same
