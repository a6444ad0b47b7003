"""Parameter sets are found where the main experiment reads them, with what is live and what is dead."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.commands.model import Command, Commands, Origin, Step, StepKind
from repro_audit.facts.configuration.find import find_configuration
from repro_audit.facts.configuration.model import Configuration, Holder
from repro_audit.facts.documents import Documents
from repro_audit.facts.files import Tree
from repro_audit.facts.program import trace
from repro_audit.facts.sources import Sources
from repro_audit.model import Hints, Place

LOADER = "import yaml\ncfg = yaml.safe_load(open('params.yaml'))\n"


def configuration(root: Path, files: dict[str, str], command: str = "python train.py") -> Configuration:
    """What is found when `command` is the main experiment."""
    lay(root, files)
    words = command.split()
    readme = Place("README.md", 1)
    scripts = [w for w in words if w.endswith((".py", ".ipynb", ".jl", ".lua", ".R"))] or [
        n for n in files if n.endswith("train.py")
    ]
    steps = tuple(
        Step(p, tuple(words[2:]), StepKind.PYTHON if p.endswith(".py") else StepKind.OTHER, ".", readme)
        for p in scripts
    )
    commands = Commands((), (Command(command, tuple(words), ".", readme, Origin.README),), "", steps, ())
    tree = Tree(root)
    sources = Sources(tree)
    return find_configuration(tree, sources, Documents(()), commands, trace(sources, steps), Hints())


MAIN = [
    ("yaml", {"train.py": LOADER + "fit(cfg['lr'])", "params.yaml": "lr: 1"}, "python train.py", Holder.FILE),
    (
        "named by an option's default",
        {
            "train.py": "import argparse\np = argparse.ArgumentParser()\n"
            "p.add_argument('--config', default='conf/a.json')\nfit(c.lr)\n",
            "conf/a.json": '{"lr": 1}',
        },
        "python train.py",
        Holder.FILE,
    ),
    (
        "named by the command",
        {"train.py": "fit(c.lr)", "exp/a.toml": "lr = 1"},
        "python train.py -c exp/a.toml",
        Holder.FILE,
    ),
    (
        "settings module",
        {"train.py": "import config\nfit(config.LR)", "config.py": "LR = 1"},
        "python train.py",
        Holder.MODULE,
    ),
    (
        "settings class",
        {"train.py": "class Config:\n    lr = 1\n    epochs = 2\nfit(Config.lr, Config.epochs)\n"},
        "python train.py",
        Holder.MODULE,
    ),
    (
        "hydra",
        {
            "train.py": "import hydra\n@hydra.main(config_path='conf', config_name='main')\n"
            "def main(cfg):\n    fit(cfg.lr)\n",
            "conf/main.yaml": "lr: 1",
        },
        "python train.py",
        Holder.HYDRA,
    ),
    (
        "sacred",
        {
            "train.py": "from sacred import Experiment\nex = Experiment()\n@ex.config\n"
            "def c():\n    lr = 1\n@ex.automain\ndef main(lr):\n    fit(lr)\n"
        },
        "python train.py",
        Holder.SACRED,
    ),
    (
        "mlproject",
        {
            "train.py": "",
            "MLproject": "entry_points:\n  main:\n    parameters:\n      lr: {type: float, default: 1}\n"
            "    command: 'python train.py {lr}'\n",
        },
        "mlflow run .",
        Holder.MLPROJECT,
    ),
    (
        "guild",
        {"train.py": "lr = 1\nfit(lr)", "guild.yml": "train:\n  flags:\n    lr: 1\n"},
        "guild run train",
        Holder.GUILD,
    ),
    (
        "dvc",
        {"train.py": "", "params.yaml": "lr: 1", "dvc.yaml": "stages:\n  train:\n    cmd: python train.py ${lr}\n"},
        "dvc repro",
        Holder.DVC,
    ),
    ("kedro", {"src/train.py": "x = 'params:lr'", "conf/base/parameters.yml": "lr: 1"}, "kedro run", Holder.FILE),
    (
        "snakemake",
        {"Snakefile": "configfile: 'c.yaml'\nx = config['lr']\n", "c.yaml": "lr: 1"},
        "snakemake -j1",
        Holder.FILE,
    ),
    (
        "make",
        {"train.py": "", "Makefile": "LR = 1\ntrain:\n\tpython train.py $(LR)\n"},
        "make train",
        Holder.MAKE,
    ),
]


@pytest.mark.parametrize(("files", "command", "holder"), [c[1:] for c in MAIN], ids=[c[0] for c in MAIN])
def test_what_the_main_experiment_reads_is_main(
    tmp_path: Path, files: dict[str, str], command: str, holder: Holder
) -> None:
    held = [s for s in configuration(tmp_path, files, command).files if s.holder is holder]
    assert held
    assert held[0].parameters[0].name.lower() == "lr"
    assert all(p.is_read is not False for p in held[0].parameters)
    assert all(p.at.line for p in held[0].parameters)


@pytest.mark.parametrize(
    "name",
    [
        "docker-compose.yml",
        ".github/workflows/train.yml",
        "results/params.json",
        "environment.yml",
        "labels.json",
        "catboost_info/catboost_training.json",
        "dvclive/params.yaml",
        "ab_results/run_1_config.json",
        "saved/model_metadata.json",
    ],
)
def test_services_tools_and_results_hold_no_parameters(tmp_path: Path, name: str) -> None:
    assert configuration(tmp_path, {"train.py": "", name: '{"lr": 1}'}).sets == ()


LIVE = [
    ("key", "train(cfg['lr'])", True),
    ("getter", "train(cfg.get('lr', 1))", True),
    ("handed on whole", "train(**cfg)", None),
    ("computed key", "for k in names:\n    train(cfg[k])", None),
    ("only printed", "print(cfg['lr'])\ntrain(1)", False),
    ("nowhere", "train(1)", False),
]


@pytest.mark.parametrize(("use", "expected"), [c[1:] for c in LIVE], ids=[c[0] for c in LIVE])
def test_a_value_is_live_where_code_uses_its_name(tmp_path: Path, use: str, expected: bool | None) -> None:
    found = configuration(tmp_path, {"train.py": LOADER + use, "params.yaml": "lr: 1"})
    assert [p.is_read for s in found.files for p in s.parameters] == [expected]


def test_a_value_that_another_program_reads_is_not_dead(tmp_path: Path) -> None:
    files = {"train.py": LOADER + "train(cfg['lr'])", "params.yaml": "lr: 1\nport: 2", "serve.py": "serve(cfg['port'])"}
    assert [p.is_read for s in configuration(tmp_path, files).files for p in s.parameters] == [True, None]


OPTIONS = (
    "import argparse\np = argparse.ArgumentParser()\n"
    "p.add_argument('--n-epochs', type=int, default=3)\nargs = p.parse_args()\n"
)


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("train(args.n_epochs)", True),
        ("train(1)", False),
        ("args.n_epochs = 0\ntrain(args.n_epochs)", False),
        ("if quick:\n    args.n_epochs = 0\ntrain(args.n_epochs)", True),
        ("train(**vars(args))", None),
    ],
)
def test_an_option_is_dead_where_a_constant_replaces_it(tmp_path: Path, use: str, expected: bool | None) -> None:
    found = configuration(tmp_path, {"train.py": OPTIONS + use})
    options = [p for s in found.main if s.holder is Holder.OPTIONS for p in s.parameters]
    assert [(p.key, p.value, p.at, p.is_read) for p in options] == [("--n-epochs", 3, Place("train.py", 3), expected)]


@pytest.mark.parametrize(
    ("files", "flags"),
    [
        (
            {"train.py": "import click\n@click.command()\n@click.option('--lr', default=1)\ndef f(lr):\n    pass\n"},
            ["--lr"],
        ),
        ({"train.py": "import typer\ndef main(lr: float = 1):\n    pass\ntyper.run(main)\n"}, ["--lr"]),
        (
            {"train.py": "import typer\ndef main(lr: int = typer.Argument(3)):\n    pass\ntyper.run(main)\n"},
            ["lr"],
        ),
        ({"train.py": "import fire\ndef main(lr=1):\n    pass\nfire.Fire(main)\n"}, ["--lr"]),
        ({"train.py": "from absl import flags\nflags.DEFINE_float('lr', 1, 'rate')\n"}, ["--lr"]),
        ({"train.py": "def main():\n    arg = parser.add_argument\n    arg('--lr', default=1)\nmain()\n"}, ["--lr"]),
        ({"train.jl": 's = 1\n@add_arg_table! s begin\n    "--lr"\n    default = 0.1\nend\n'}, ["--lr"]),
        ({"train.lua": "cmd:option('-lr', 0.1, 'rate')\nfit(opt.lr)\n"}, ["--lr"]),
        ({"train.R": 'opt <- list(make_option(c("-l", "--lr"), default=0.1))\n'}, ["--lr"]),
    ],
)
def test_options_of_every_library_are_found(tmp_path: Path, files: dict[str, str], flags: list[str]) -> None:
    found = configuration(tmp_path, files, f"run {next(iter(files))}")
    assert [p.key for s in found.main if s.holder is Holder.OPTIONS for p in s.parameters] == flags


def test_an_option_of_a_shared_parser_is_not_dead(tmp_path: Path) -> None:
    files = {
        "train.py": "from opts import args\nfit(1)",
        "opts.py": OPTIONS,
        "test.py": "import opts\nf(args.n_epochs)",
    }
    assert [
        p.is_read for s in configuration(tmp_path, files).main if s.holder is Holder.OPTIONS for p in s.parameters
    ] == [None]


def test_hydra_composes_the_defaults_and_the_choices_of_the_command(tmp_path: Path) -> None:
    files = {
        "train.py": "import hydra\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    f(cfg)\n",
        "conf/main.yaml": "defaults:\n  - model: small\n  - _self_\nlr: 1\n",
        "conf/model/small.yaml": "dim: 1\n",
        "conf/model/large.yaml": "dim: 2\n",
    }
    found = configuration(tmp_path, files, "python train.py model=large")
    assert [s.path for s in found.files] == ["conf/main.yaml", "conf/model/large.yaml"]


@pytest.mark.parametrize(
    ("files", "command", "path"),
    [
        ({"train.py": "fit(c.lr)", "configs/big.yaml": "lr: 1\n"}, "python train.py --config big", "configs/big.yaml"),
        (
            {"train.R": "source('config.R')\nfit(my.rate)\n", "config.R": "my.rate <- 1\n"},
            "Rscript train.R",
            "config.R",
        ),
        (
            {"train.jl": 'include("par.jl")\nfit(lr)\n', "par.jl": "const lr = 0.1\nepochs = 3\n"},
            "julia train.jl",
            "par.jl",
        ),
    ],
)
def test_a_file_is_read_by_its_stem_or_taken_in_by_a_script(
    tmp_path: Path, files: dict[str, str], command: str, path: str
) -> None:
    assert path in [s.path for s in configuration(tmp_path, files, command).files]


def test_a_program_that_a_script_takes_in_holds_no_settings(tmp_path: Path) -> None:
    files = {"train.R": "source('fit.R')\n", "fit.R": "lr <- 1\nfit <- function(x) {\n  x\n}\n"}
    assert not configuration(tmp_path, files, "Rscript train.R").files


@pytest.mark.parametrize(
    "body", ["hparams = tf.HParams(lr=0.1, seed=1)\n    return hparams", "return {'lr': 0.1, 'seed': 1}"]
)
def test_a_function_of_settings_holds_what_it_builds(tmp_path: Path, body: str) -> None:
    files = {
        "train.py": "from hparams import create_hparams\nhp = create_hparams()\nfit(hp.lr, hp.seed)\n",
        "hparams.py": f"def create_hparams():\n    {body}\n",
    }
    assert [(s.path, [p.key for p in s.parameters]) for s in configuration(tmp_path, files).files] == [
        ("hparams.py", ["lr", "seed"])
    ]


def test_the_command_line_of_an_imported_module_is_not_that_of_the_main_script(tmp_path: Path) -> None:
    step = "import click\ndef fit():\n    pass\n"
    step += "@click.command()\n@click.option('--share', default=1)\ndef terminal(share):\n    fit()\n"
    assert not configuration(tmp_path, {"train.py": "import step\nstep.fit()\n", "step.py": step}).main
    used = configuration(tmp_path / "used", {"train.py": "import step\nstep.terminal()\n", "step.py": step}).main
    assert [p.key for s in used for p in s.parameters] == ["--share"]


def test_a_class_that_spells_out_what_a_file_holds_is_as_live_as_the_file(tmp_path: Path) -> None:
    files = {
        "train.py": "import yaml\nfrom settings import SplitConfig\ncfg = yaml.safe_load(open('params.yaml'))\n"
        "split = SplitConfig()\nfit(**cfg['split'])\n",
        "settings.py": "from dataclasses import dataclass\n@dataclass\nclass SplitConfig:\n    folds: int = 5\n"
        "    other: int = 1\n",
        "params.yaml": "split:\n  folds: 4\n",
    }
    found = {
        p.key: p.is_read for s in configuration(tmp_path, files).sets if s.holder is Holder.MODULE for p in s.parameters
    }
    assert found.get("folds") is not False and found.get("other") is False
