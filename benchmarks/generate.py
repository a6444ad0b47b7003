"""A tree of any number of files that looks like a large machine-learning project, the same each time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

MODULES_PER_PACKAGE = 40
FEWEST = 16  # files of the smallest tree that has one of each kind: a page comes with the thirteenth after the fixed

README = """# A generated project

    pip install -r requirements.txt
    python train.py --config configs/c0.yaml

Trained on one NVIDIA V100 with 16 GB.
"""

TRAIN = """import argparse

import numpy as np
import yaml

from pkg0.m0 import Network0

parser = argparse.ArgumentParser()
parser.add_argument("--config", default="configs/c0.yaml")
args = parser.parse_args()
with open(args.config) as file:
    config = yaml.safe_load(file)
np.random.seed(config["seed"])
Network0(config["width"]).fit(np.loadtxt("data/d0.csv", delimiter=","), config["rate"])
"""

MODULE = '''"""Part {number} of the generated project."""

import logging
import os
from pathlib import Path

import numpy as np

from pkg{package}.m{following} import Network{following} as Next

log = logging.getLogger(__name__)
FOLDER = Path(os.environ.get("FOLDER", "artifacts"))


def normalize(values, epsilon=1e-6):
    """Zero mean and unit variance by column."""
    return (values - values.mean(axis=0)) / (values.std(axis=0) + epsilon)


class Network{number}:
    """A layer of weights and what comes after it."""

    def __init__(self, width, depth=3, dropout=0.1):
        self.weights = np.random.normal(0, 1 / np.sqrt(width), size=(width, width))
        self.depth, self.dropout = depth, dropout
        self.history = []

    def forward(self, values):
        for _ in range(self.depth):
            values = np.maximum(normalize(values) @ self.weights, 0)
            if self.dropout:
                values = values * (np.random.uniform(size=values.shape) > self.dropout)
        return values

    def loss(self, values, targets):
        difference = self.forward(values) - targets
        return float((difference**2).mean())

    def fit(self, values, rate, steps=10):
        for step in range(steps):
            before = self.loss(values, values)
            change = np.random.normal(0, rate, size=self.weights.shape)
            self.weights += change
            if self.loss(values, values) > before:
                self.weights -= change
            self.history.append({{"step": step, "loss": before}})
            log.info("step %d loss %.4f", step, before)
        return self

    def save(self, name="weights{number}.npy"):
        FOLDER.mkdir(exist_ok=True)
        np.save(FOLDER / name, self.weights)
'''


def tree(root: Path, count: int) -> None:
    """Write `count` files below the root, of which 70 % are Python, and have git track them."""
    files = dict(fixed())
    number = 0
    while len(files) < count:
        path, text = one(number)
        files[path] = text
        number += 1
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def fixed() -> list[tuple[str, str]]:
    requirements = "numpy==2.2.6\npyyaml==6.0.2\n"
    return [("README.md", README), ("train.py", TRAIN), ("requirements.txt", requirements)]


def one(number: int) -> tuple[str, str]:
    """The path and text of a file: of each ten, seven are Python, one a setting, one a table, one a text."""
    kind, index = number % 10, number // 10
    if kind == 0:
        return f"configs/c{index}.yaml", f"seed: {index}\nwidth: 8\nrate: 0.01\nmodel:\n  depth: 3\n  dropout: 0.1\n"
    if kind == 1:
        return f"data/d{index}.csv", "a,b,c\n" + "".join(f"{i},{i * index % 7},{i / 3:.3f}\n" for i in range(40))
    if kind == 2:
        return page(index) if index % 2 else notebook(index)
    module = index * 7 + kind - 3
    package = module // MODULES_PER_PACKAGE
    following = package * MODULES_PER_PACKAGE + (module + 1) % MODULES_PER_PACKAGE
    text = MODULE.format(number=module, package=package, following=following)
    return f"pkg{package}/m{module}.py", text


def page(index: int) -> tuple[str, str]:
    text = f"# Page {index}\n\n" + "Some words on what this part does, and how.\n\n" * 20
    return f"docs/p{index}.md", text + f"```bash\npython -m pkg0.m{index} --steps 10\n```\n"


def notebook(index: int) -> tuple[str, str]:
    code = ["import numpy as np\n", "\n", f"values = np.arange({index})\n", "values.mean()"]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"# Notebook {index}"]},
        *[{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": code}] * 6,
    ]
    return f"notebooks/n{index}.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
