"""Options keep their place on the command line, and take their defaults from the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from repro_audit.model import Answer

Make = Callable[..., Path]
README = "# Toy\n\n    python train.py\n"
ARGPARSE = """import argparse
import random


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", default=3, type=int)  # rounds
    parser.add_argument(
        "--lr",
        type=float,
        default=1e-3,
        help="step",
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out-dir", default="out")
    args = parser.parse_args()
    random.seed(args.seed)
    print(args.epochs, args.lr * random.random(), args.out_dir)


main()
"""
CLICK = """import random

import click


@click.command()
@click.option("--epochs", default=3)
@click.option("--seed", default=7)
def main(epochs, seed):
    random.seed(seed)
    print(epochs * random.random())


main()
"""


def test_defaults_of_argparse_are_read_from_the_file(make: Make, mend: Any) -> None:
    mended = mend(make({"README.md": README, "train.py": ARGPARSE}), "config-seeds", "config-files")
    text = mended.text("train.py")
    assert mended.proposed == ["config-seeds", "config-files"]
    assert 'add_argument("--epochs", default=params["epochs"], type=int)  # rounds\n' in text
    assert '        type=float,\n        default=params["lr"],\n        help="step",\n' in text
    assert 'default="out"' in text and text.count("safe_load") == 1
    assert mended.text("params.yaml") == "seed: 7\nepochs: 3\nlr: 0.001\n"
    assert (mended.after["config-files"], mended.after["config-seeds"]) == (Answer.YES, Answer.YES)
    assert mended.after["config-live"] is Answer.YES


def test_only_the_seed_where_only_that_is_asked_for(make: Make, mend: Any) -> None:
    mended = mend(make({"README.md": README, "train.py": ARGPARSE}), "config-seeds")
    assert mended.text("params.yaml") == "seed: 7\n" and 'default=params["seed"]' in mended.text("train.py")


def test_defaults_of_click_are_read_from_the_file(make: Make, mend: Any) -> None:
    files = {"README.md": README, "train.py": CLICK, "requirements.txt": "click==8.1.7\n"}
    mended = mend(make(files), "config-seeds", "config-files")
    assert '@click.option("--seed", default=params["seed"])' in mended.text("train.py")
    assert mended.text("params.yaml") == "seed: 7\nepochs: 3\n"


def test_a_seed_option_without_a_default_gets_one(make: Make, mend: Any) -> None:
    code = ARGPARSE.replace("default=7", "default=None")
    mended = mend(make({"README.md": README, "train.py": code}), "code-repeatable")
    assert 'add_argument("--seed", type=int, default=params["seed"])' in mended.text("train.py")
    assert "random.seed(args.seed)" in mended.text("train.py")
    assert mended.after["code-repeatable"] is Answer.YES


def test_options_of_a_module_of_their_own(make: Make, mend: Any) -> None:
    options = (
        "import argparse\n\n\ndef get():\n    parser = argparse.ArgumentParser()\n"
        '    parser.add_argument("--epochs", type=int, default=3)\n'
        '    parser.add_argument("--lr", type=float, default=0.1)\n    return parser.parse_args()\n'
    )
    code = "import random\n\nfrom options import get\n\nargs = get()\nprint(args.epochs * args.lr * random.random())\n"
    mended = mend(make({"README.md": README, "train.py": code, "options.py": options}))
    assert 'default=params["lr"]' in mended.text("options.py")
    assert 'random.seed(params["seed"])' in mended.text("train.py")
    assert mended.text("params.yaml") == "seed: 42\nepochs: 3\nlr: 0.1\n"


def test_a_constant_between_imports_is_read_after_the_file(make: Make, mend: Any) -> None:
    code = "import os\n\nEPOCHS = 3\nLR = 0.1\n\nimport sys\n\nprint(EPOCHS * LR, os.name, sys.argv)\n"
    text = mend(make({"README.md": README, "train.py": code}), "config-files").text("train.py")
    assert text.index("safe_load(file)") < text.index('EPOCHS = params["epochs"]') < text.index("import sys")


def test_a_draw_between_imports_comes_after_the_seed(make: Make, mend: Any) -> None:
    code = "import random\n\nfirst = random.random()\n\nimport os\n\nprint(first, os.name)\n"
    text = mend(make({"README.md": README, "train.py": code}), "code-repeatable").text("train.py")
    assert text.index("random.seed(") < text.index("first = ")
