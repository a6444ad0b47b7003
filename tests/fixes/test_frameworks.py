"""A seed goes where the project's framework keeps its configuration, and into no second file beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from repro_audit.model import Answer

Make = Callable[..., Path]
README = "# Toy\n\n    python train.py\n"
NUMPY = "numpy==1.26.4\n"
HYDRA = '''import hydra
import numpy as np


@hydra.main(config_path="conf", config_name="config", version_base=None)
def main(cfg):
    """Train."""
    print(cfg.epochs * cfg.lr * np.random.randn(3))


main()
'''
SACRED = """import numpy as np
from sacred import Experiment

ex = Experiment("toy")


@ex.config
def config():
    epochs = 3
    lr = 0.1


@ex.automain
def main(epochs, lr):
    return float(epochs * lr * np.random.randn())
"""
MODULE = "import numpy as np\n\n{}\n\nprint(np.random.randn({}) * {})\n"


def seeded(make: Make, mend: Any, code: str, **more: str) -> Any:
    files = {"README.md": README, "train.py": code, **{path.replace("__", "/"): text for path, text in more.items()}}
    mended = mend(make(files), "code-repeatable")
    assert mended.after["code-repeatable"] is Answer.YES
    assert "params.yaml" not in mended.plan.files
    return mended


def test_hydra_is_given_a_seed_and_hands_it_over(make: Make, mend: Any) -> None:
    more = {"conf__config.yaml": "epochs: 3\nlr: 0.1\n", "requirements.txt": f"hydra-core==1.3.2\n{NUMPY}"}
    mended = seeded(make, mend, HYDRA, **more)
    assert mended.text("conf/config.yaml") == "epochs: 3\nlr: 0.1\nseed: 42\n"
    assert '    """Train."""\n    np.random.seed(cfg.seed)\n' in mended.text("train.py")


def test_sacred_seeds_by_itself_once_it_has_a_seed(make: Make, mend: Any) -> None:
    mended = seeded(make, mend, SACRED, **{"requirements.txt": f"sacred==0.8.5\n{NUMPY}"})
    assert "def config():\n    seed = 42\n    epochs = 3\n" in mended.text("train.py")
    assert list(mended.plan.files) == ["train.py"]


def test_a_module_of_settings_gets_one_more(make: Make, mend: Any) -> None:
    settings = {"config.py": "EPOCHS = 3\nLR = 0.1\n", "requirements.txt": NUMPY}
    mended = seeded(make, mend, MODULE.format("import config", "config.EPOCHS", "config.LR"), **settings)
    assert mended.text("config.py") == "EPOCHS = 3\nLR = 0.1\nSEED = 42\n"
    assert "import config\n\nnp.random.seed(config.SEED)\n" in mended.text("train.py")


def test_single_names_of_such_a_module_are_joined_by_the_seed(make: Make, mend: Any) -> None:
    settings = {"config.py": "EPOCHS = 3\nLR = 0.1\n", "requirements.txt": NUMPY}
    mended = seeded(make, mend, MODULE.format("from config import EPOCHS, LR", "EPOCHS", "LR"), **settings)
    assert "from config import SEED\n\nnp.random.seed(SEED)\n" in mended.text("train.py")
