"""Leaves keep their lines, and hostile files cost little and raise nothing."""

from __future__ import annotations

import time

import pytest

from repro_audit.facts.configuration.leaves import leaves_of

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "lr: 1e-3\ntrain:\n  epochs: 5\n", [("lr", 0.001, 1), ("train.epochs", 5, 3)]),
        ("a.yml", "base: &b\n  k: 1\nnext:\n  <<: *b\n", [("base.k", 1, 2), ("next.k", 1, 2)]),
        ("a.yaml", "x: !!python/object:os.system y\n", [("x", "y", 1)]),
        ("a.yaml", "sizes: [1, 2]\n", [("sizes", [1, 2], 1)]),
        ("a.yaml", "lr: {{ lr }}\n", [("lr", "xxxxxxxx", 1)]),
        ("a.json", '{"a": 1,\n "b": {"a": 2,\n "c": [1, 2]}}', [("a", 1, 1), ("b.a", 2, 2), ("b.c", [1, 2], 3)]),
        ("a.json", '{\n// why\n"a": 1}', [("a", 1, 3)]),
        ("a.toml", "lr = 0.1\n[model]\nlr = 2\n", [("lr", 0.1, 1), ("model.lr", 2, 3)]),
        ("a.ini", "[train]\nlr = 0.1  # rate\nname: x\n", [("train.lr", 0.1, 2), ("train.name", "x", 3)]),
        ("a.gin", "import x\ntrain.lr = 0.1\n", [("train.lr", 0.1, 2)]),
        (".env", "export SEED=3\n", [("SEED", 3, 1)]),
    ],
)
def test_every_format_gives_keys_values_and_lines(
    path: str, text: str, expected: list[tuple[str, object, int]]
) -> None:
    assert [(leaf.key, leaf.value, leaf.line) for leaf in leaves_of(path, text)] == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "[" * 400_000),
        ("a.yaml", "- " * 400_000),
        ("a.yaml", "{a: " * 200_000),
        ("a.yaml", "a: &a [[*a,*a,*a],[*a]]"),
        ("a.yaml", BOMB),
        ("a.yaml", "a: [\nb: }"),
        ("a.yaml", "a: !!int many\nb: !!float [1]"),
        ("a.json", "[" * 400_000),
        ("a.json", "{"),
        ("a.toml", "a = " + "[" * 400_000),
        ("a.yaml", "\x00\x01"),
        ("a.yaml", "a: x\n" * 400_000),
    ],
)
def test_hostile_files_are_read_in_bounded_time(path: str, text: str) -> None:
    start = time.perf_counter()
    assert len(leaves_of(path, text)) <= 3000
    assert time.perf_counter() - start < 2
