"""Arrays, models and pickles: which number differs, and that nothing is unpickled."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repro_audit.compare import Difference, Tolerance, Tolerances, compare

np = pytest.importorskip("numpy")


def judged(folder: Path, name: str, first: bytes, second: bytes, tolerance: Tolerance | None = None) -> Difference:
    for side, data in (("one", first), ("two", second)):
        (folder / side).mkdir(exist_ok=True)
        (folder / side / name).write_bytes(data)
    return compare(folder / "one" / name, folder / "two" / name, Tolerances(tolerance or Tolerance()))


def saved(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def changed(array: Any, place: Any, value: Any) -> Any:
    copy = array.copy()
    copy[place] = value
    return copy


def tree(inner: int, leaf: int) -> Any:
    """The nodes of a decision tree as scikit-learn keeps them: what a leaf says of missing values means nothing."""
    fields = [("left_child", "<i8"), ("threshold", "<f8"), ("missing_go_to_left", "u1")]
    return np.array([(1, 0.5, inner), (-1, -2.0, leaf)], fields)


GRID = np.arange(12, dtype="f4").reshape(3, 4)


@pytest.mark.parametrize(
    ("one", "two", "likeness", "words"),
    [
        (GRID, GRID, "identical", ""),
        (GRID, changed(GRID, (1, 2), 9), "different", "[1, 2]: 6.0 != 9.0 (1 of 12 elements differs"),
        (np.asfortranarray(GRID), np.asfortranarray(changed(GRID, (1, 2), 9)), "different", "[1, 2]: 6.0 != 9.0"),
        (GRID, changed(GRID, (2, 3), np.nextafter(np.float32(11), np.float32(12))), "different", "1 ULP"),
        (GRID, GRID.astype("f8"), "different", "type <f4 != <f8"),
        (GRID, GRID.astype(">f4"), "equivalent", "header"),
        (GRID, GRID[:2], "different", "shape [3, 4] != [2, 4]"),
        (np.array([0.0, np.nan]), np.array([-0.0, np.nan]), "equivalent", ""),
        (np.array(["a", "b"]), np.array(["a", "c"]), "different", "[1]: b != c"),
        (np.array([1, 2], "i8"), np.array([1, 2**60], "i8"), "different", "[1]: 2 !="),
        (
            np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
            np.array([(1, 3.0)], [("a", "i4"), ("b", "f8")]),
            "different",
            "[0].b: 2.0 != 3.0",
        ),
        (np.array([{"a": 1}], object), np.array([{"a": 2}], object), "different", "1 != 2"),
        (tree(inner=1, leaf=7), tree(inner=1, leaf=9), "equivalent", ""),
        (tree(inner=1, leaf=7), tree(inner=0, leaf=7), "different", "[0].missing_go_to_left: 1 != 0"),
    ],
)
def test_npy_names_the_element(tmp_path: Path, one: Any, two: Any, likeness: str, words: str) -> None:
    found = judged(tmp_path, "a.npy", saved(one), saved(two))
    assert str(found.likeness) == likeness, found
    assert words in found.why


def test_within_the_tolerance_an_array_is_close(tmp_path: Path) -> None:
    two = changed(GRID, (1, 2), 6.001)
    assert str(judged(tmp_path, "a.npy", saved(GRID), saved(two), Tolerance(absolute=0.01)).likeness) == "close"
    assert str(judged(tmp_path, "a.npy", saved(GRID), saved(two), Tolerance(absolute=0.0001)).likeness) == "different"


def test_npz_is_compared_member_by_member(tmp_path: Path) -> None:
    files = []
    for value in (1.0, 2.0):
        out = io.BytesIO()
        np.savez_compressed(out, same=GRID, weights=np.full(3, value))
        files.append(out.getvalue())
    found = judged(tmp_path, "a.npz", *files)
    assert str(found.likeness) == "different"
    assert found.why.startswith("weights.npy[0]: 1.0 != 2.0 (3 of 3 elements differ")


class Estimator:
    def __init__(self, weights: Any) -> None:
        self.weights = weights


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch executed",)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("one", "two", "likeness", "words"),
    [
        ({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]}, "different", "b[1]: 2 != 3"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "equivalent", "orders of keys"),
        (Estimator(GRID), Estimator(changed(GRID, (0, 1), 5)), "different", "weights[0, 1]: 1.0 != 5.0"),
        ((np.float64(1), True), (np.float64(2), True), "different", "[0]: 1.0 != 2.0"),
        ({"x", "y"}, {"x", "z"}, "different", ""),
        (b"abc", b"abd", "different", ""),
    ],
)
def test_pickles_are_compared_by_structure(
    tmp_path: Path, one: Any, two: Any, likeness: str, words: str, protocol: int
) -> None:
    found = judged(tmp_path, "m.pkl", pickle.dumps(one, protocol), pickle.dumps(two, protocol))
    assert str(found.likeness) == likeness, found
    assert words in found.why


def test_sets_in_another_order_are_equivalent(tmp_path: Path) -> None:
    one = pickle.dumps({"a", "b"}, 4)
    at = one.index(b"\x8c\x01"), one.index(b"\x8c\x01", one.index(b"\x8c\x01") + 1)
    left, right = one[at[0] : at[0] + 3], one[at[1] : at[1] + 3]
    two = one.replace(left, b"???").replace(right, left).replace(b"???", right)
    assert str(judged(tmp_path, "m.pkl", one, two).likeness) == "equivalent"


def test_nothing_is_ever_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = judged(tmp_path, "m.pkl", pickle.dumps([Bomb(), 1]), pickle.dumps([Bomb(), 2]))
    assert "[1]: 1 != 2" in found.why
    assert not Path("executed").exists()


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3)])
def test_joblib_files_show_their_arrays(tmp_path: Path, compress: Any) -> None:
    joblib = pytest.importorskip("joblib")
    files = []
    for value in (7.0, 8.0):
        out = tmp_path / "m.joblib"
        joblib.dump(
            {"w": changed(GRID, (2, 2), value), "n": 3, "o": np.array(["a", None], object)}, out, compress=compress
        )
        files.append(out.read_bytes())
    assert "w[2, 2]: 7.0 != 8.0" in judged(tmp_path, "m.joblib", *files).why


def tensor_pickle(key: str, legacy: bool) -> bytes:
    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + b"K\x04"
    storage += (b"N" if legacy else b"") + b"tQ"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00K\x02K\x02\x86K\x02K\x01\x86\x89"
    tensor += b"ccollections\nOrderedDict\n)RtR"
    return b"\x80\x02}" + text("layer.weight") + tensor + b"s."


def zip_checkpoint(folder: str, values: list[float], serialization: str = "1") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{folder}/data.pkl", tensor_pickle("0", legacy=False))
        archive.writestr(f"{folder}/data/0", struct.pack("<4f", *values))
        archive.writestr(f"{folder}/version", "3\n")
        archive.writestr(f"{folder}/.data/serialization_id", serialization)
    return out.getvalue()


def legacy_checkpoint(address: str, values: list[float]) -> bytes:
    head = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), pickle.dumps({"little_endian": True}, 2)]
    body = [tensor_pickle(address, legacy=True), pickle.dumps([address], 2), struct.pack("<q4f", 4, *values)]
    return b"".join(head + body)


@pytest.mark.parametrize(
    ("one", "two", "likeness", "words"),
    [
        (zip_checkpoint("a", [1, 2, 3, 4]), zip_checkpoint("b", [1, 2, 3, 4], "2"), "equivalent", "layout"),
        (
            zip_checkpoint("a", [1, 2, 3, 4]),
            zip_checkpoint("a", [1, 2, 3, 5]),
            "different",
            "layer.weight[1, 1]: 4.0 != 5.0",
        ),
        (
            legacy_checkpoint("11", [1, 2, 3, 4]),
            legacy_checkpoint("22", [1, 2, 3, 4]),
            "equivalent",
            "memory addresses",
        ),
        (
            legacy_checkpoint("11", [1, 2, 3, 4]),
            legacy_checkpoint("22", [1, 2, 0, 4]),
            "different",
            "layer.weight[1, 0]: 3.0",
        ),
    ],
)
def test_checkpoints_name_the_tensor(tmp_path: Path, one: bytes, two: bytes, likeness: str, words: str) -> None:
    found = judged(tmp_path, "m.pt", one, two)
    assert str(found.likeness) == likeness, found
    assert words in found.why


def safetensors(names: list[str], values: dict[str, float]) -> bytes:
    header = {name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * i, 4 * i + 4]} for i, name in enumerate(names)}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(struct.pack("<f", values[name]) for name in names)


def test_safetensors_are_compared_by_name(tmp_path: Path) -> None:
    one = safetensors(["a", "b"], {"a": 1, "b": 2})
    two = safetensors(["b", "a"], {"a": 1, "b": 2})
    assert str(judged(tmp_path, "m.safetensors", one, two).likeness) == "equivalent"
    three = safetensors(["a", "b"], {"a": 1, "b": 3})
    assert "b[0]: 2.0 != 3.0" in judged(tmp_path, "m.safetensors", one, three).why


def bfloat16(value: float) -> bytes:
    header = json.dumps({"w": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}).encode()
    return struct.pack("<Q", len(header)) + header + struct.pack("<f", value)[2:]


def test_bfloat16_is_widened(tmp_path: Path) -> None:
    assert "w[0]: 1.5 != 2.5" in judged(tmp_path, "m.safetensors", bfloat16(1.5), bfloat16(2.5)).why


def test_onnx_weights_are_named(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    files = []
    for value in (1.0, 2.0):
        weight = onnx.numpy_helper.from_array(np.array([value, 3], "f4"), "W")
        node = onnx.helper.make_node("Add", ["x", "W"], ["y"])
        io_info = [onnx.helper.make_tensor_value_info(name, 1, [2]) for name in "xy"]
        graph = onnx.helper.make_graph([node], "g", io_info[:1], io_info[1:], [weight])
        files.append(onnx.helper.make_model(graph).SerializeToString())
    assert "graph.weights.W[0]: 1.0 != 2.0" in judged(tmp_path, "m.onnx", *files).why


def test_hdf5_with_tracked_times_is_equivalent(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    files = []
    for number, value in enumerate((1.0, 1.0, 2.0)):
        out = io.BytesIO()
        with h5py.File(out, "w") as file:
            data = file.create_dataset("model/w", data=np.full(4, value), chunks=None if number else (2,))
            data.attrs["layers"] = [b"dense"]
            file["outside"] = h5py.ExternalLink("/etc/passwd", "x")
        files.append(out.getvalue())
    assert str(judged(tmp_path, "m.h5", files[0], files[1]).likeness) == "equivalent"
    assert "/model/w[0]: 1.0 != 2.0 (4 of 4 elements differ" in judged(tmp_path, "m.h5", files[0], files[2]).why


def test_ubjson_models_are_read(tmp_path: Path) -> None:
    def model(value: float) -> bytes:
        return b"{L" + struct.pack(">q", 4) + b"base" + b"[$d#L" + struct.pack(">q2f", 2, 0.5, value) + b"}"

    assert "base[1]: 1.0 != 2.0" in judged(tmp_path, "m.ubj", model(1), model(2)).why


def test_catboost_models_are_equivalent_but_for_their_id_and_time(tmp_path: Path) -> None:
    def model(guid: bytes, time: bytes, trees: bytes) -> bytes:
        return b"CBM1" + trees + b"\x23\0\0\0" + guid + b"\0\0\n\0\0\0train_finish_time\0" + time + b"\0"

    one = model(b"9d2b1a36-4b1e8d3c-1f2e3d4c-aabbccdd", b"2024-01-01T10:00:00Z", b"\1\2")
    two = model(b"1d2b1a36-4b1e8d3c-1f2e3d4c-aabbccde", b"2024-01-01T11:00:00Z", b"\1\2")
    found = judged(tmp_path, "m.cbm", one, two)
    assert found.why == "only generated ids and timestamps differ"
    assert str(judged(tmp_path, "m.cbm", one, two.replace(b"\1\2", b"\1\3")).likeness) == "different"


def test_a_missing_library_is_a_remark_and_never_a_silent_fallback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    found = judged(tmp_path, "a.npy", saved(GRID), saved(changed(GRID, (1, 2), 9)))
    assert str(found.likeness) == "different"
    assert "offset 154" in found.why
    assert "numpy" in found.remarks[0]


def test_a_compressed_bomb_ends(tmp_path: Path) -> None:
    one, two = (zlib.compress(bytes([value]) * (50 << 20)) for value in (0, 1))
    assert str(judged(tmp_path, "m.joblib", one, two).likeness) == "different"


def test_a_keras_file_is_a_zip_with_weights_in_hdf5(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    files = []
    for number, value in enumerate((1.0, 1.0, 2.0)):
        weights, out = io.BytesIO(), io.BytesIO()
        with h5py.File(weights, "w") as file:
            file["dense/vars/0"] = np.full(4, value)
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"date_saved": f"2024-01-0{number + 1}@10:00:00"}))
            archive.writestr("model.weights.h5", weights.getvalue())
        files.append(out.getvalue())
    assert judged(tmp_path, "m.keras", *files[:2]).why.startswith("metadata.json: only timestamps differ")
    assert "model.weights.h5: /dense/vars/0[0]: 1.0 != 2.0" in judged(tmp_path, "m.keras", files[0], files[2]).why
