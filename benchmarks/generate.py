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
Network0(config["width"]).fit_2(np.loadtxt("data/d0.csv", delimiter=","), config["rate"])
"""

# Lines of a module: the medians of the tenths of 2,849 Python files in 126 public repositories, in no order.
LENGTHS = (86, 9, 166, 39, 0, 506, 61, 120, 23, 251)
LEAST = 20  # lines of a module that others import

MODULE = '''"""Part {number} of the generated project."""

import logging
import os
from pathlib import Path

import numpy as np

from pkg{package}.m{following} import Network{following} as Next

log = logging.getLogger(__name__)
FOLDER = Path(os.environ.get("FOLDER", "artifacts"))


class Network{number}:
    """A layer of weights and what comes after it."""

    def __init__(self, width, depth=3, dropout=0.1):
        self.weights = np.random.normal(0, 1 / np.sqrt(width), size=(width, width))
        self.after = Next(width, depth - 1, dropout) if depth else None
'''

CONSTANTS = '''"""Names of part {number}."""

NAMES = {{
    "loss": "the mean squared error",
    "rate": "the learning rate",
    "width": "columns of the input",
}}
SIZE = {number}
SHARE = 0.1
'''

PIECES = (
    """
    def forward_{piece}(self, values):
        for _ in range(self.depth):
            values = np.maximum(normalize(values) @ self.weights, 0)
            if self.dropout:
                values = values * (np.random.uniform(size=values.shape) > self.dropout)
        return values
""",
    '''
    def loss_{piece}(self, values, targets, weight=1.0):
        """The mean squared error, and what the weights cost."""
        difference = self.forward(values) - targets
        penalty = sum(float((w**2).sum()) for w in (self.weights, values)) / max(1, len(values))
        log.debug("difference %s, penalty %.3f", difference.shape, penalty)
        return float((difference**2).mean()) + weight * penalty
''',
    """
    def fit_{piece}(self, values, rate, steps=10):
        for step in range(steps):
            before = self.loss(values, values)
            change = np.random.normal(0, rate, size=self.weights.shape)
            self.weights += change
            if self.loss(values, values) > before:
                self.weights -= change
            self.history.append({{"step": step, "loss": before, "share": step / steps}})
            log.info("step %d loss %.4f", step, before)
        return self
""",
    '''
    def batches_{piece}(self, values, size=32, *, shuffle=True):
        """(index, batch) for each batch; the last may be smaller."""
        order = list(range(len(values)))
        if shuffle:
            np.random.shuffle(order)
        for index, start in enumerate(range(0, len(order), size)):
            chosen = [values[i] for i in order[start : start + size]]
            if not chosen:
                raise ValueError(f"batch {{index}} of {{len(values)}} values is empty")
            yield index, np.asarray(chosen)
''',
    """
    def save_{piece}(self, name="weights{number}.npy"):
        FOLDER.mkdir(exist_ok=True)
        np.save(FOLDER / name, self.weights)
        with open(FOLDER / "history.csv", "w", encoding="utf-8") as file:
            for row in self.history:
                file.write(",".join(str(row[key]) for key in sorted(row)) + "\\n")
""",
)


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
    number = index * 7 + kind - 3
    return f"pkg{number // MODULES_PER_PACKAGE}/m{number}.py", module(number)


def module(number: int) -> str:
    """The text of a module: it imports the next of its package that is long enough, and repeats its pieces."""
    length = LENGTHS[number % len(LENGTHS)]
    if length < LEAST:
        return CONSTANTS.format(number=number) if length else ""
    first = number - number % MODULES_PER_PACKAGE
    others = [first + (number + i) % MODULES_PER_PACKAGE for i in range(1, MODULES_PER_PACKAGE)]
    following = next(n for n in others if LENGTHS[n % len(LENGTHS)] >= LEAST)
    text = MODULE.format(number=number, package=number // MODULES_PER_PACKAGE, following=following)
    piece = 0
    while text.count("\n") < length:
        text += PIECES[piece % len(PIECES)].format(number=number, piece=piece)
        piece += 1
    return text


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
