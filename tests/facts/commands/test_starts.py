"""The line that stands for a file that is run as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.facts.commands.starts import start_of
from repro_audit.facts.files import Tree

CASES = {
    "the guard of a program": ("a.py", "import x\n\n\nif __name__ == '__main__':\n    main()\n", 4),
    "an entry of a framework": ("a.py", "import hydra\n\n@hydra.main(config_path='.')\ndef go(cfg): ...\n", 3),
    "training at the top level": ("a.py", "from lib import model\nx = 1\nmodel.fit(x)\n", 3),
    "the first code below a comment": ("a.R", "# what it does\n\nlibrary(dplyr)\n", 3),
    "a notebook's code": ("a.ipynb", '{\n "cells": [\n  {"source": [\n    "import a\\n"]}]}\n', 4),
    "an empty file": ("a.py", "", 1),
    "blank lines only": ("a.py", "\n\n\n", 1),
}


@pytest.mark.parametrize("name", CASES)
def test_a_script_is_shown_by_the_line_that_makes_it_one(name: str, tmp_path: Path) -> None:
    path, text, line = CASES[name]
    (tmp_path / path).write_text(text, "utf-8")
    assert start_of(Tree(tmp_path, None), path).line == line
