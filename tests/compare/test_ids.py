"""Objects that are named by their place in memory: renamed one for one they are the same, and nothing else is."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from repro_audit.compare import Difference, Tolerances, compare

A, B, C = 0x7F10_2030_4050, 0x7F10_2030_5060, 0x55AA_2030_4050
OTHER = {A: 0x7F99_0030_4050, B: 0x7F99_0030_5060, C: 0x55CC_2030_4050}


def judged(place: Path, name: str, one: bytes, two: bytes) -> Difference:
    for run, data in (("a", one), ("b", two)):
        (place / run).mkdir()
        (place / run / name).write_bytes(data)
    found = dict(compare(place / "a", place / "b", Tolerances()).files())
    return found[name]


def key(number: int) -> str:
    return f"<train.Layer object at {number:#x}>"


SAME: list[tuple[Any, Any]] = [
    ({key(A): 0.5, key(B): 0.25}, {key(OTHER[A]): 0.5, key(OTHER[B]): 0.25}),
    ({key(A): {key(B): 1}}, {key(OTHER[A]): {key(OTHER[B]): 1}}),
    ({f"{A}": 1, f"{B}": 2}, {f"{OTHER[A]}": 1, f"{OTHER[B]}": 2}),
    ({"__id__": A, "bias": 0.5}, {"__id__": OTHER[A], "bias": 0.5}),
    ({"file": f"{A}.npy", "__id__": A}, {"file": f"{OTHER[A]}.npy", "__id__": OTHER[A]}),
    ({"edges": [[A, B]], "nodes": [{"id": A}, {"id": B}]},
     {"edges": [[OTHER[A], OTHER[B]]], "nodes": [{"id": OTHER[A]}, {"id": OTHER[B]}]}),
    ({key(A): 1, "best": key(A)}, {key(OTHER[A]): 1, "best": key(OTHER[A])}),
    ([{"id": A}, {"id": A}], [{"id": OTHER[A]}, {"id": OTHER[A]}]),
]  # fmt: skip
UNLIKE: list[tuple[Any, Any, str]] = [
    ({key(A): 0.5}, {key(OTHER[A]): 0.25}, "0.5 != 0.25"),
    ({key(A): 0.5, key(B): 0.5}, {key(OTHER[A]): 0.5}, "only in the first"),
    ({key(A): 0.5}, {key(OTHER[A]).replace("Layer", "Block"): 0.5}, "only in the"),
    ({"__id__": A, "bias": 0.5}, {"__id__": OTHER[A], "bias": 0.25}, "bias: 0.5 != 0.25"),
    ([{"id": A}, {"id": A}], [{"id": OTHER[A]}, {"id": OTHER[B]}], "two in the other"),
    ([{"id": A}, {"id": B}], [{"id": OTHER[A]}, {"id": OTHER[A]}], "two in the other"),
    ([{"id": A}, {"id": B}], [{"id": A}, {"id": A}], "two in the other"),
    ({key(A): 1, key(B): 2, "best": key(A)}, {key(OTHER[A]): 1, key(OTHER[B]): 2, "best": key(OTHER[B])}, "best"),
    ({"weight": A}, {"weight": OTHER[A]}, "weight"),  # no place of an id
    ({"file": f"{A}.npy"}, {"file": f"{OTHER[A]}.npy"}, "file"),
    ({"id": 17}, {"id": 25}, "17 != 25"),
    ({"user_id": 90_071_992_547_409}, {"user_id": 90_071_992_547_417}, "user_id"),  # no address
    ({"id": A}, {"id": OTHER[A] + 4}, "id"),  # where no object lies
    ({f"{A}": 1}, {"17": 1}, "only in the"),
    ({key(A): 1, key(B): 2}, {key(B): 1, key(A): 2}, "1 != 2"),  # the same places, for others
    ([{"id": A}, {"id": B}, {f"{A}": 1}], [{"id": B}, {"id": A}, {f"{A}": 1}], "two in the other"),
    ([{"id": A}, {"id": B}, {"ref": A}], [{"id": B}, {"id": A}, {"ref": A}], "ref"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_objects_renamed_one_for_one_are_the_same(tmp_path: Path, one: Any, two: Any) -> None:
    found = judged(tmp_path, "m.json", json.dumps(one).encode(), json.dumps(two).encode())
    assert (str(found.likeness), found.why) == ("equivalent", "only memory addresses differ")


@pytest.mark.parametrize(("one", "two", "why"), UNLIKE)
def test_nothing_is_lost_behind_an_address(tmp_path: Path, one: Any, two: Any, why: str) -> None:
    found = judged(tmp_path, "m.json", json.dumps(one).encode(), json.dumps(two).encode())
    assert str(found.likeness) == "different"
    assert why in found.why


@pytest.mark.parametrize(("value", "likeness"), [(0.5, "equivalent"), (0.25, "different")])
def test_keys_of_a_pickle_are_renamed_as_well(tmp_path: Path, value: float, likeness: str) -> None:
    one, two = pickle.dumps({key(A): 0.5}), pickle.dumps({key(OTHER[A]): value})
    assert str(judged(tmp_path, "m.pkl", one, two).likeness) == likeness


def archive(numbers: tuple[int, int], texts: tuple[str, str]) -> bytes:
    """As libraries store a model without pickling: a schema, and a member for each array, named after it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number, text in zip(numbers, texts, strict=True):
            packed.writestr(f"{number}.txt", text)
        nodes = [{"file": f"{number}.txt", "__id__": number} for number in numbers]
        packed.writestr("schema.json", json.dumps({"content": nodes}))
    return out.getvalue()


@pytest.mark.parametrize(
    ("numbers", "texts", "likeness", "why"),
    [
        ((A, B), ("0.5", "0.25"), "identical", ""),
        ((OTHER[A], OTHER[B]), ("0.5", "0.25"), "different", f"named {OTHER[A]}.txt in the second"),
        ((OTHER[B], OTHER[A]), ("0.5", "0.25"), "different", f"named {OTHER[B]}.txt in the second"),
        ((B, A), ("0.25", "0.5"), "different", ""),
        ((OTHER[A], 17), ("0.5", "0.25"), "different", ""),
    ],
)
def test_members_named_after_objects_are_found_again_and_do_not_have_the_same_name(
    tmp_path: Path, numbers: tuple[int, int], texts: tuple[str, str], likeness: str, why: str
) -> None:
    found = judged(tmp_path, "m.zip", archive((A, B), ("0.5", "0.25")), archive(numbers, texts))
    assert str(found.likeness) == likeness
    assert why in found.why
