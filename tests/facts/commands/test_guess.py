"""What looks like the main experiment and is none: contents, documentation, libraries, steps that come before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repro_audit.project import Project

RUNS = "print(1)\n"
FITS = "model.fit(x, y)\n"
CONTENTS = json.dumps({"cells": [{"cell_type": "markdown", "source": ["[1](1.ipynb)"]}], "nbformat": 4, "metadata": {}})
WORK = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"]}], "nbformat": 4, "metadata": {}})
LINKS = "Begin with [the contents](index.ipynb), then [the work](work.ipynb).\n"
STEPS = (
    "# X\n\n## Train and track\n\nStep 1: load\n\n```bash\npython src/data_loader.py\n```\n\nStep 2: fit\n\n"
    "```bash\npython src/model.py\n```\n"
)
CONSOLE = "# X\n\n## Run\n\n```bash\n$ python train.py\n[...]\n     or http://127.0.0.1:8888/?token=[...]\n```\n"
CASES: dict[str, tuple[dict[str, str], str]] = {
    "a notebook without code is a table of contents": (
        {"README.md": LINKS, "index.ipynb": CONTENTS, "work.ipynb": WORK},
        "jupyter nbconvert --to notebook --execute work.ipynb",
    ),
    "building the documentation is no experiment": (
        {"docs/README.md": "# Docs\n\n```bash\nmake html\n```\n", "docs/Makefile": "html:\n\techo\n", "fit.py": FITS},
        "python fit.py",
    ),
    "loading the data comes before training": (
        {"README.md": STEPS, "src/data_loader.py": RUNS, "src/model.py": FITS},
        "python src/model.py",
    ),
    "among names that say nothing, the one that trains": (
        {"a_first_look.py": RUNS + "show()\n", "trees.py": FITS},
        "python trees.py",
    ),
    "a file of a package that only sets and defines is no program": (
        {"kit/__init__.py": "", "kit/glm.py": "eps = eps_of(float)\ndef fit(m):\n    m.fit(1)\n", "work/toy.py": FITS},
        "python work/toy.py",
    ),
    "a library is judged on the example that its front page names first": (
        {
            "readme.rst": "X\n=\n\nSee https://github.com/a/x/tree/master/examples/rating for rating, then"
            " examples/bandit.\n",
            "build_readme.py": RUNS,
            "kit/__init__.py": "",
            "kit/layers.py": "def fit(m):\n    m.fit(1)\n",
            "examples/bandit/a.py": FITS,
            "examples/rating/rate.py": FITS,
        },
        "python examples/rating/rate.py",
    ),
    "a file of a Julia package is no script": (
        {"Project.toml": 'name = "Kit"\nuuid = "1"\n', "src/fit.jl": "fit() = 1\n", "examples/iris.jl": "fit()\n"},
        "julia examples/iris.jl",
    ),
    "what a program says below its prompt is no command": (
        {"README.md": CONSOLE, "train.py": FITS},
        "python train.py",
    ),
    "a script that sees its files from its own folder is started there": (
        {"model/fit.py": "import pandas as pd\nx = pd.read_csv('../data/a.csv')\n" + FITS, "data/a.csv": "x\n1\n"},
        "cd model && python fit.py",
    ),
    "a script that looks beside itself is started from the root": (
        {"model/fit.py": "p = Path(__file__).parent / 'data/a.csv'\n" + FITS, "model/data/a.csv": "x\n1\n"},
        "python model/fit.py",
    ),
    "a script that sees its files from the root is started there": (
        {"model/fit.py": "import pandas as pd\nx = pd.read_csv('data/a.csv')\n" + FITS, "data/a.csv": "x\n1\n"},
        "python model/fit.py",
    ),
    "a path as Windows writes it": (
        {"README.md": "# X\n\nTrain it with `python src\\train.py --epochs 2`.\n", "src/train.py": FITS},
        "python src\\train.py --epochs 2",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_main_experiment_is(name: str, tmp_path: Path) -> None:
    files, text = CASES[name]
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    commands = Project(tmp_path).commands
    assert ([c.text for c in commands.chosen], commands.gaps) == ([text], ())
