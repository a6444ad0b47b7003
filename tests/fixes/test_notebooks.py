"""A notebook is mended in its cells; outputs, magics and the form of its JSON stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repro_audit.fixes.notebook import read_notebook
from repro_audit.model import Answer

Make = Callable[..., Path]
README = "# Toy\n\nRun [the notebook](toy.ipynb): `jupyter nbconvert --to notebook --execute toy.ipynb`.\n"
REQUIREMENTS = "numpy==1.26.4\nnotebook==7.2.1\n"
CELLS: tuple[tuple[str, str], ...] = (
    ("markdown", "# Toy é"),
    ("code", "%matplotlib inline\n!echo hi\nimport numpy as np"),
    ("code", "EPOCHS = 3\nlearning_rate = 0.1"),
    ("code", "%%bash\nls | wc -l"),
    ("code", ""),
    ("code", "for _ in range(EPOCHS):\n    %time x = 1\n    print(learning_rate * np.random.random())"),
)


def notebook(cells: tuple[tuple[str, str], ...] = CELLS, **layout: Any) -> str:
    found = []
    for kind, text in cells:
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
        found.append(cell | ({"execution_count": 1, "outputs": [{"é": "1"}]} if kind == "code" else {}))
    told = {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told, **{"indent": 1, "ensure_ascii": False, **layout}) + "\n"


def sources(text: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def mended(make: Make, mend: Any, *wanted: str, text: str = "") -> Any:
    return mend(make({"README.md": README, "toy.ipynb": text or notebook(), "requirements.txt": REQUIREMENTS}), *wanted)


def test_a_seed_goes_into_the_cell_of_the_imports(make: Make, mend: Any) -> None:
    found = mended(make, mend, "code-repeatable")
    cells = sources(found.text("toy.ipynb"))
    reading = 'with open("params.yaml", encoding="utf-8") as file:\n    params = yaml.safe_load(file)\n'
    assert cells[1] == f'{CELLS[1][1]}\nimport yaml\n\n{reading}np.random.seed(params["seed"])'
    assert [*cells[:1], *cells[2:]] == [text for i, (_, text) in enumerate(CELLS) if i != 1]
    assert found.after["code-repeatable"] is Answer.YES


def test_nothing_but_the_cell_changes(make: Make, mend: Any) -> None:
    after = json.loads(mended(make, mend, "code-repeatable").text("toy.ipynb"))
    before = json.loads(notebook())
    after["cells"][1] = before["cells"][1]
    assert after == before


def test_constants_of_a_notebook_are_read_from_the_file(make: Make, mend: Any) -> None:
    found = mended(make, mend, "config-files")
    cells = sources(found.text("toy.ipynb"))
    assert cells[2] == 'EPOCHS = params["epochs"]\nlearning_rate = params["learning_rate"]'
    assert found.after["config-files"] is Answer.YES


@pytest.mark.parametrize("layout", [{"indent": 2}, {"ensure_ascii": True}, {"indent": None}, {"indent": "\t"}])
def test_the_form_of_the_file_is_known_again(layout: dict[str, Any]) -> None:
    text = notebook(**layout)
    found = read_notebook(text)
    if layout == {"indent": None}:  # all in one line: where a draw stands cannot be told
        assert found is None
    else:
        assert found is not None and found[1].written(found[0]) == text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', notebook().replace(": ", ":  ")])
def test_what_would_not_keep_its_form_is_left_alone(text: str) -> None:
    assert read_notebook(text) is None or text == '{"cells": [3]}'
