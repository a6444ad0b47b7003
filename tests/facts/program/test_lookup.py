"""Classes that a program picks by a word of its command line, or of its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.project import Project

RUNNERS = (
    "import numpy as np\nclass Long:\n    def run(self):\n        np.arange(3)\nclass Toy:\n    def run(self): ...\n"
)


def check(root: Path) -> None:
    """What is looked up is reached, and the class beside it is not."""
    reached = {u.class_name for u in Project(root).program.units}
    assert "Long" in reached
    assert "Toy" not in reached


@pytest.mark.parametrize("lookup", ["eval(args.kind)", "getattr(runners, args.kind)"])
def test_what_is_looked_up_by_a_word_of_the_command_is_reached(tmp_path: Path, lookup: str) -> None:
    main = f"import runners\nfrom runners import *\nargs = parse()\n{lookup}().run()\n"
    page = "```\npython main.py --kind Long\n```\n"
    check(lay(tmp_path, {"main.py": main, "runners.py": RUNNERS, "README.md": page}))


def test_a_class_whose_path_is_configured_is_reached(tmp_path: Path) -> None:
    main = (
        "import importlib\nimport yaml\ncfg = yaml.safe_load(open('conf.yaml'))\n"
        "def load(path):\n    module, _, name = path.rpartition('.')\n"
        "    return getattr(importlib.import_module(module), name)\nload(cfg['runner'])().run()\n"
    )
    conf = "runner: runners.Long  # or another\nwhere: www.example.org\n"
    check(lay(tmp_path, {"main.py": main, "runners.py": RUNNERS, "conf.yaml": conf}))
