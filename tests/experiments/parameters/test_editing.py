"""A parameter gets another value, and nothing else of its file changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from repro_audit.experiments.parameters.lines import edit_pair, edit_table
from repro_audit.experiments.parameters.model import CannotSet
from repro_audit.experiments.parameters.structured import edit_json, edit_toml, edit_yaml

YAML = """\
# the run
train:   # all of it
  epochs: 5        # how long
  lr: 1e-3
  'quoted': "words"
  layers: [64, 32]   # wide first
  steps:
    - 10
    - 20  # last
models:
- name: svm
  C: 1.0
flag: yes
base: &b {rate: 0.1}
more:
  <<: *b
  path: ${oc.env:HOME}
"""


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("train.epochs", 6, "epochs: 5 ", "epochs: 6 "),
        ("train.lr", 0.0005, "lr: 1e-3", "lr: 0.0005"),
        ("train.lr", 1e-05, "lr: 1e-3", "lr: 1.0e-05"),
        ("train.quoted", "more", '"words"', '"more"'),
        ("train.layers", [64, 16], "[64, 32]", "[64, 16]"),
        ("train.steps", [10, 30], "- 20  # last", "- 30  # last"),
        ("models.0.C", 2.0, "C: 1.0", "C: 2.0"),
        ("models.0.name", "forest", "name: svm", "name: forest"),
        ("flag", False, "flag: yes", "flag: no"),
        ("base.rate", 0.2, "{rate: 0.1}", "{rate: 0.2}"),
    ],
)
def test_yaml_changes_in_one_place(key: str, value: Any, before: str, after: str) -> None:
    assert edit_yaml(YAML, key, value) == YAML.replace(before, after)


JSON = '{\n\t"a": {"b.c": 1, "on": true}, // a remark: "a"\n\t"list": [1, 2],\n\t"word": "x\\ty",\n\t"n": -1.5e3\n}\n'


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("a.b.c", 2, '"b.c": 1', '"b.c": 2'),
        ("a.on", False, "true", "false"),
        ("list", [1, 3], "[1, 2]", "[1, 3]"),
        ("word", 'a"b', '"x\\ty"', '"a\\"b"'),
        ("n", -3.0, "-1.5e3", "-3.0"),
    ],
)
def test_json_with_tabs_and_remarks_changes_in_one_place(key: str, value: Any, before: str, after: str) -> None:
    assert edit_json(JSON, key, value) == JSON.replace(before, after)


def test_toml_keeps_comments_and_order() -> None:
    text = '# top\nseed = 3  # any\n\n[train]\nlr = 1e-3\nsizes = [ 1, 2 ] # two\n[[stage]]\nname = "a"\n'
    assert edit_toml(text, "seed", 4) == text.replace("seed = 3 ", "seed = 4 ")
    assert edit_toml(text, "train.lr", 0.002) == text.replace("1e-3", "0.002")
    assert edit_toml(text, "train.sizes", [1, 5]) == text.replace("[ 1, 2 ]", "[ 1, 5 ]")
    assert edit_toml(text, "stage.0.name", "b") == text.replace('"a"', '"b"')


@pytest.mark.parametrize(
    ("line", "key", "value", "after"),
    [
        ("lr = 0.1 ; rate", "train.lr", 0.2, "lr = 0.2 ; rate"),
        ("export LR='0.1'", "LR", 0.2, "export LR='0.2'"),
        ("EPOCHS ?= 5", "EPOCHS", 6, "EPOCHS ?= 6"),
        ("epochs: 5", "epochs", 6, "epochs: 6"),
        ("python train.py --lr 0.1 --lr-decay 0.5", "--lr-decay", 0.25, "python train.py --lr 0.1 --lr-decay 0.25"),
        ("python train.py --lr=0.1 \\", "--lr", 0.2, "python train.py --lr=0.2 \\"),
        ("train.fit.rate = 0.1", "train.fit.rate", 0.2, "train.fit.rate = 0.2"),
        ("use = true", "use", False, "use = false"),
        ("use = False", "use", True, "use = True"),
    ],
)
def test_a_line_changes_only_behind_its_name(line: str, key: str, value: Any, after: str) -> None:
    assert edit_pair(f"first = 1\r\n{line}\nlast\n", key, value, 2) == f"first = 1\r\n{after}\nlast\n"


def test_tables_of_either_direction_change_in_one_cell() -> None:
    wide = "epochs,rate\n8,0.10\n"
    assert edit_table(wide, "rate", 0.2) == "epochs,rate\n8,0.2\n"
    long = "name\tvalue\nepochs\t8\r\nrate\t0.1\n"
    assert edit_table(long, "epochs", 9) == long.replace("8", "9")


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (edit_yaml, "a: [1, 2\n"),
        (edit_yaml, "other: 1\n"),
        (edit_yaml, "key: |\n  many\n  lines\n"),
        (edit_yaml, "[" * 3000),
        (edit_yaml, "key: &a [*a]\n"),
        (edit_json, "{"),
        (edit_toml, "key = [\n"),
        (edit_toml, "other = 1\n"),
        (edit_pair, "other = 1\n"),
        (edit_table, "other\n"),
    ],
)
def test_what_cannot_be_set_says_so(edit: Any, text: str) -> None:
    with pytest.raises(CannotSet):
        edit(text, "key", 2, 1)


def test_no_tag_of_a_file_is_obeyed() -> None:
    text = "bad: !!python/object/apply:os.system ['true']\nepochs: 5\n"
    assert edit_yaml(text, "epochs", 6) == text.replace("5", "6")
    assert json.loads(edit_json('{"epochs": 5}', "epochs", 6)) == {"epochs": 6}
