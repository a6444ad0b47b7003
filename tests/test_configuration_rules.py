"""The verdicts of the second star, over small projects."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from repro_audit.facts.commands.model import Command, Commands, Origin, Step, StepKind
from repro_audit.facts.configuration.pipelines import guild_sets
from repro_audit.facts.files import Tree
from repro_audit.model import Place
from repro_audit.project import Project

LOADER = "import yaml\nimport numpy as np\ncfg = yaml.safe_load(open('params.yaml'))\n"
OPTIONS = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', default=0.1)\n"
TRAIN = "## Training\n\n    python train.py\n"
SETTINGS = "import config\nfit(config.LR, config.EPOCHS)\n"
FILTERS = "threshold: 1\nwindow: 2\nfolds: 3\n"
SEEDED = "np.random.seed(cfg['seed'])\nfit(np.random.rand(cfg['lr']))\n"


GUILD_RUN = Command("guild run net:all", None, ".", Place("README.md", 1), Origin.README)


def answers(root: Path, files: dict[str, str]) -> dict[str, str]:
    """Every answer of the star, where `python train.py` is the main experiment."""
    for name, text in files.items():
        (root / name).write_text(text)
    project = Project(root)
    readme = Place("README.md", 1)
    command = Command("python train.py", ("python", "train.py"), ".", readme, Origin.README)
    step = Step("train.py", (), StepKind.PYTHON, ".", readme)
    vars(project)["commands"] = Commands((command,), (command,), "", (step,), ())
    rules = import_module("repro_audit.rules.configuration")
    checks = (rules.config_files, rules.config_seeds, rules.config_live, rules.config_repeatable)
    return {check.id.removeprefix("config-"): str(check(project).answer) for check in checks}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"train.py": LOADER + SEEDED, "params.yaml": "lr: 1\nseed: 2\n"}, ("yes", "yes", "yes")),
        ({"train.py": LOADER + SEEDED, "params.yaml": "lr: 1\nseed: 2\ndropout: 1\n"}, ("yes", "yes", "partial")),
        ({"train.py": LOADER + "fit(cfg['lr'])", "params.yaml": "lr:\n"}, ("partial", "na", "yes")),
        (
            {"train.py": LOADER + "EPOCHS = 3\nfit(cfg['lr'], EPOCHS)", "params.yaml": "lr: 1\n"},
            ("partial", "na", "yes"),
        ),
        ({"train.py": OPTIONS + "args = p.parse_args()\nfit(args.lr)"}, ("partial", "na", "yes")),
        ({"train.py": OPTIONS + "args = p.parse_args()\nfit(1)"}, ("partial", "na", "no")),
        ({"train.py": "LR = 1\nfit(LR)"}, ("no", "na", "na")),
        ({"train.py": "fit(1)", "params.yaml": "lr: 1\n"}, ("partial", "na", "no")),
        ({"train.py": "import numpy as np\nnp.random.seed(1)\nfit(np.random.rand(3))"}, ("no", "no", "na")),
        (
            {"train.py": "import numpy as np\nSEED = 1\nnp.random.seed(SEED)\nfit(np.random.rand(3))"},
            ("no", "partial", "na"),
        ),
        ({"train.py": "import numpy as np\nfit(np.random.rand(3))"}, ("no", "no", "na")),
        (
            {
                "train.py": LOADER + "np.random.seed(1)\nnp.random.rand(cfg['lr'])\nForest(**cfg['forest'])\n",
                "params.yaml": "lr: 1\nforest:\n  random_state: 3\n",
            },
            ("yes", "partial", "yes"),
        ),
    ],
)
def test_the_answers_by_reading(tmp_path: Path, files: dict[str, str], expected: tuple[str, str, str]) -> None:
    found = answers(tmp_path, files)
    assert (found["files"], found["seeds"], found["live"]) == expected
    assert found["repeatable"] == "unknown"


NOISE = (
    "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int)\n"
    "args = p.parse_args()\nnp.random.seed(args.seed)\nfit(np.random.rand(3))\n"
)


@pytest.mark.parametrize(("given", "answer"), [("${noise.level_seed}", "yes"), ("3", "partial")])
def test_a_seed_that_a_pipeline_fills_in_is_in_its_file(tmp_path: Path, given: str, answer: str) -> None:
    stage = f"stages:\n  noise:\n    cmd: python train.py --seed {given}\n    params: [noise]\n"
    files = {"train.py": NOISE, "dvc.yaml": stage, "params.yaml": "noise:\n  level_seed: 4\n  level: 0.1\n  rate: 2\n"}
    files["README.md"] = "# X\n\n## Run\n\n    dvc repro\n"
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    rules = import_module("repro_audit.rules.configuration")
    assert str(rules.config_seeds(Project(tmp_path)).answer) == answer


GUILD = "train:\n  flags-dest: globals\n  flags:\n    lr:\n      default: 1\n      arg-name: RATE\n"
RULES = (
    'configfile: "conf.yaml"\nrule a:\n    script: "a.py"\n'
    '    params: config["threshold"], config["window"], config["folds"]\n'
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "README.md": "## Training\n\n    guild run train\n",
                "guild.yml": GUILD,
                "train.py": "RATE = 1\nfit(RATE)",
            },
            "yes",
        ),
        (
            {
                "README.md": "## Usage\n\n    Snakemake --cores 4\n",
                "Snakefile": RULES,
                "a.py": "",
                "conf.yaml": FILTERS,
            },
            "yes",
        ),
        (
            {
                "README.md": TRAIN,
                "train.py": SETTINGS,
                "config.py": "OUT = 'x/'\nLR = 1\nEPOCHS = 2\nUNUSED = OUT + 'y'\n",
            },
            "yes",
        ),
        ({"README.md": TRAIN, "train.py": SETTINGS, "config.py": "LR = 1\nEPOCHS = 2\nDROPOUT = 3\n"}, "partial"),
    ],
)
def test_a_value_is_live_under_the_name_that_the_code_has_for_it(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    rules = import_module("repro_audit.rules.configuration")
    project = Project(tmp_path)
    assert (str(rules.config_files(project).answer), str(rules.config_live(project).answer)) == ("yes", expected)


def test_a_seed_that_hydra_passes_to_a_class_is_in_the_file(tmp_path: Path) -> None:
    code = (
        "import hydra\nimport numpy as np\n"
        "class Data:\n    def __init__(self, seed=1):\n        np.random.seed(seed)\n        np.random.rand(3)\n"
        "@hydra.main(config_path='.', config_name='main')\n"
        "def main(cfg):\n    hydra.utils.instantiate(cfg.data)\n    Data()\n"
    )
    files = {"train.py": code, "main.yaml": "data:\n  _target_: train.Data\n  seed: 3\nlr: 1\nepochs: 2\n"}
    assert answers(tmp_path, files)["seeds"] == "yes"


def test_the_flags_that_guild_passes_to_a_step_are_parameters(tmp_path: Path) -> None:
    operations = "    fit:\n      main: train\n    all:\n      steps:\n        - run: fit lr=1 the-seed=3\n"
    (tmp_path / "guild.yml").write_text("- model: net\n  operations:\n" + operations)
    found = guild_sets(Tree(tmp_path), Commands((), (GUILD_RUN,), "", (), ()))
    given = [(p.key, p.value) for s in found if s.is_main for p in s.parameters]
    assert given == [("all.lr", "1"), ("all.the-seed", "3")]
