"""A changed script keeps its form, and is changed only where that is sure to mean what it should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Make = Callable[..., Path]
README = "# Toy\n\n    python train.py\n"
PARAMS = "params.json"


def project(make: Make, code: str | bytes, **more: str) -> Path:
    return make({"README.md": README, "train.py": code, "requirements.in.md": "", **more})


def seeded(make: Make, mend: Any, code: str | bytes, **more: str) -> str:
    return str(mend(project(make, code, **more), "code-repeatable").text("train.py"))


def test_line_ends_tabs_comments_and_the_mark_stay(make: Make, mend: Any) -> None:
    head = "\ufeff# -*- coding: utf-8 -*-\r\n'''Größe.'''\r\nimport random\r\n\r\n"
    code = head + "if True:\r\n\tx = random.random()  # é\r\n"
    text = seeded(make, mend, code)
    assert "\n" not in text.replace("\r\n", "") and text.startswith("\ufeff# -*-")
    assert text.endswith("\r\nif True:\r\n\tx = random.random()  # é\r\n")
    assert "\r\n\tparams = yaml.safe_load(file)\r\n" in text  # indented as the rest is


def test_seeds_come_before_the_first_draw_and_behind_docstring_and_future(make: Make, mend: Any) -> None:
    code = '"""Toy."""\nfrom __future__ import annotations\n\nimport random\n\nprint(random.random())\n'
    lines = seeded(make, mend, code).split("\n")
    assert lines[:3] == ['"""Toy."""', "from __future__ import annotations", ""]
    assert lines.index('random.seed(params["seed"])') < lines.index("print(random.random())")


def test_a_name_that_is_taken_is_not_taken_again(make: Make, mend: Any) -> None:
    code = "import random as r\nrandom, params, file = 1, 2, 3\nprint(r.random())\n"
    text = seeded(make, mend, code)
    assert "r.seed(parameters[" in text and "as stream:" in text


def test_a_generator_of_its_own_is_given_the_seed(make: Make, mend: Any) -> None:
    code = "import numpy as np\n\nrng = np.random.default_rng()\nprint(rng.normal())\n"
    text = seeded(make, mend, code, **{"requirements.txt": "numpy==1.26.4\n"})
    assert 'np.random.default_rng(params["seed"])' in text


@pytest.mark.parametrize(("use", "call"), [("tf.Session()", "tf.set_random_seed"), ("", "tf.random.set_seed")])
def test_tensorflow_is_seeded_in_the_words_of_its_version(use: str, call: str, make: Make, mend: Any) -> None:
    model = "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])"
    code = f"import tensorflow as tf\n\n{model}\n{use}\nmodel.fit([[1]], [1])\n"
    text = seeded(make, mend, code, **{"requirements.txt": "tensorflow==1.15.0\n"})
    assert f'{call}(params["seed"])\n' in text


def test_arguments_on_lines_of_their_own_stay_so(make: Make, mend: Any) -> None:
    code = (
        "from sklearn.model_selection import train_test_split\n\nrows = [[1], [2], [3], [4]]\n"
        "a, b = train_test_split(\n    rows,\n    test_size=0.5,\n)\nprint(a, b)\n"
    )
    text = seeded(make, mend, code, **{"requirements.txt": "scikit-learn==1.5.2\n"})
    assert '    rows,\n    test_size=0.5,\n    random_state=params["seed"],\n)\n' in text


def test_without_a_place_to_declare_yaml_the_file_is_json(make: Make, mend: Any) -> None:
    code = "import numpy as np\n\nprint(np.random.random())\n"
    mended = mend(project(make, code, **{"environment.yml": "dependencies:\n  - numpy=1.26.4\n"}), "code-repeatable")
    assert mended.text(PARAMS) == '{\n  "seed": 42\n}\n' and "json.load(file)" in mended.text("train.py")


def test_a_seed_goes_where_the_configuration_is_read(make: Make, mend: Any) -> None:
    code = (
        "import json\nimport random\n\n\ndef main():\n"
        "    with open('config.json') as file:\n        c = json.load(file)\n"
        "    print(c['epochs'] * random.random() * c['rate'])\n\n\nmain()\n"
    )
    mended = mend(project(make, code, **{"config.json": '{"epochs": 3, "rate": 0.1}\n'}), "code-repeatable")
    assert 'c = json.load(file)\n    random.seed(c["seed"])\n' in mended.text("train.py")
    assert mended.text("config.json") == '{"epochs": 3, "rate": 0.1, "seed": 42}\n'


def test_what_is_drawn_during_an_import_is_not_called_seeded(make: Make, mend: Any) -> None:
    code = "import helper\n\nprint(helper.START)\n"
    mended = mend(project(make, code, **{"helper.py": "import random\n\nSTART = random.random()\n"}), "code-repeatable")
    assert not mended.plan.files and "helper.py:3" in mended.why_not("code-repeatable")


CONSTANTS = "EPOCHS = 3  # long enough\nlearning_rate = 1e-5\nNAME = 'toy'\nprint(EPOCHS * learning_rate)\n"


def test_constants_take_their_values_from_the_file(make: Make, mend: Any) -> None:
    mended = mend(project(make, CONSTANTS), "config-files")
    text = mended.text("train.py")
    assert '\n\nEPOCHS = params["epochs"]  # long enough\nlearning_rate = params["learning_rate"]\nNAME = ' in text
    assert mended.text("params.yaml") == "epochs: 3\nlearning_rate: 1.0e-05\n"
    assert mended.text("requirements.txt") == "pyyaml==6.0.2\n"


@pytest.mark.parametrize("extra", ["EPOCHS += 1\n", "def f():\n    global EPOCHS\n    EPOCHS = 2\n", "EPOCHS = 4\n"])
def test_a_name_that_is_given_another_value_is_no_constant(extra: str, make: Make, mend: Any) -> None:
    mended = mend(project(make, "EPOCHS = 3\n" + extra + "print(EPOCHS)\n"), "config-files")
    assert not mended.plan.files


HARD = {
    "latin-1": b"# -*- coding: latin-1 -*-\nimport random\nprint('\xe9', random.random())\n",
    "no UTF-8": b"import random\nprint('\xe9', random.random())\n",
    "Python 2": b"import random\nprint random.random()\n",
    "a null": b"import random\nprint(random.random())\n\0\n",
    "a long sum": b"import random\nx = random.random()" + b" + 1" * 20000 + b"\n",
    "a long chain": b"import random\nx = random.random()\nx" + b".a" * 20000 + b"\n",
    "many branches": b"import random\nif random.random():\n    pass\n" + b"elif 1:\n    pass\n" * 3000,
    "nested": b"import random\nx = " + b"(" * 3000 + b"random.random()" + b")" * 3000 + b"\n",
}


@pytest.mark.parametrize("kind", HARD)
def test_a_script_that_cannot_be_changed_safely_is_left_alone(kind: str, make: Make, mend: Any) -> None:
    root = project(make, HARD[kind])
    assert "train.py" not in mend(root).plan.files and (root / "train.py").read_bytes() == HARD[kind]
