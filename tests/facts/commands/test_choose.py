"""The main experiment is chosen in the documented order, and its gaps are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.commands.choose import find_commands
from repro_audit.facts.commands.model import Commands, GapKind, Origin
from repro_audit.facts.documents import read_documents
from repro_audit.facts.files import Tree
from repro_audit.facts.sources import Sources
from repro_audit.model import Hints

TRAIN = "if __name__ == '__main__':\n    print(1)\n"


def found(root: Path, files: dict[str, str], hints: Hints | None = None) -> Commands:
    tree = Tree(lay(root, files))
    return find_commands(tree, Sources(tree), read_documents(tree), hints or Hints())


def fence(*lines: str) -> str:
    return "```bash\n" + "\n".join(lines) + "\n```\n"


NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"]}], "nbformat": 4, "metadata": {}})

CASES: dict[str, tuple[dict[str, str], str, Origin]] = {
    "training comes before what is installed and prepared": (
        {
            "README.md": "# X\n"
            + fence("pip install -r requirements.txt", "python prepare_data.py", "python train.py"),
            "train.py": TRAIN,
            "prepare_data.py": TRAIN,
        },
        "python train.py",
        Origin.README,
    ),
    "a summary of the options is no command": (
        {
            "README.md": fence(
                "usage: train.py [-h] [--run RUN]", "  [--doc DOC]", "optional arguments:", "  --run RUN"
            )
            + "later\n"
            + fence("python train.py --config small.yml"),
            "train.py": TRAIN,
            "configs/small.yml": "lr: 1\n",
        },
        "python train.py --config small.yml",
        Origin.README,
    ),
    "going into a folder and checking there is no experiment": (
        {
            "README.md": "Run `fit.ipynb`.\n\n```powershell\nSet-Location .\\tools\nuv run pytest\n```\n",
            "fit.ipynb": "{}",
            "tools/a.py": "",
        },
        "jupyter nbconvert --to notebook --execute fit.ipynb",
        Origin.README,
    ),
    "training comes before evaluation that is stated first": (
        {
            "README.md": fence("python eval.py") + "later\n" + fence("python train.py"),
            "train.py": TRAIN,
            "eval.py": TRAIN,
        },
        "python train.py",
        Origin.README,
    ),
    "of files that look alike, the first that the front page names": (
        {
            "README.md": "# X\n```python\n# Code in file layers/net_b.py\nx = 1\n```\n",
            "build_readme.py": TRAIN,
            "autograd/net_a.py": TRAIN,
            "layers/net_b.py": TRAIN,
        },
        "python layers/net_b.py",
        Origin.GUESSED,
    ),
    "a toy section is no equal": (
        {
            "README.md": "# X\n## Toy example\n"
            + fence("python train.py --toy")
            + "## Training\n"
            + fence("python train.py"),
            "train.py": TRAIN,
        },
        "python train.py",
        Origin.README,
    ),
    "inline code counts": (
        {"README.md": "Run `python main.py --lr 1`.", "main.py": TRAIN},
        "python main.py --lr 1",
        Origin.README,
    ),
    "a pipeline where the README is silent": (
        {"README.md": "# X\n", "dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py\n", "src/train.py": TRAIN},
        "dvc repro",
        Origin.DVC,
    ),
    "an MLproject": (
        {"MLproject": "entry_points:\n  main:\n    command: python train.py\n", "train.py": TRAIN},
        "mlflow run .",
        Origin.MLPROJECT,
    ),
    "a notebook that the README links": (
        {"README.md": "See [the notebook](work.ipynb).", "work.ipynb": NOTEBOOK},
        "jupyter nbconvert --to notebook --execute work.ipynb",
        Origin.README,
    ),
    "a Makefile target": (
        {"Makefile": "data:\n\techo\ntrain: data\n\tpython t.py\n", "t.py": TRAIN},
        "make train",
        Origin.MAKE,
    ),
    "a sub-project's README": (
        {"README.md": "# X", "sub/README.md": fence("python train.py"), "sub/train.py": TRAIN},
        "python train.py",
        Origin.README,
    ),
    "a script's name": ({"utils.py": "", "src/train_model.py": TRAIN}, "python src/train_model.py", Origin.GUESSED),
    "help is no run": (
        {"README.md": fence("python train.py --help"), "train.py": TRAIN},
        "python train.py",
        Origin.README,
    ),
    "an app where nothing trains": (
        {"README.md": fence("streamlit run app.py"), "app.py": "import streamlit"},
        "streamlit run app.py",
        Origin.README,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_main_experiment_is(name: str, tmp_path: Path) -> None:
    files, text, origin = CASES[name]
    commands = found(tmp_path, files)
    assert [c.text for c in commands.chosen] == [text]
    assert commands.chosen[0].origin is origin
    assert commands.why.startswith("chosen ")


def test_settings_win(tmp_path: Path) -> None:
    commands = found(tmp_path, {"a.py": TRAIN, "train.py": TRAIN}, Hints(command="python a.py"))
    assert [s.path for s in commands.steps] == ["a.py"]
    assert commands.chosen[0].origin is Origin.SETTINGS


def test_nothing_to_run_is_said_so(tmp_path: Path) -> None:
    commands = found(tmp_path, {"README.md": "# A paper\n"})
    assert commands.chosen == ()
    assert not commands.is_stated


def test_a_sub_folder_is_the_working_directory(tmp_path: Path) -> None:
    commands = found(tmp_path, {"README.md": fence("cd sub", "python train.py"), "sub/train.py": TRAIN})
    assert commands.chosen[0].cwd == "sub"
    assert commands.steps[0].path == "sub/train.py"
    assert str(commands.chosen[0].at) == "README.md:3"


PARSER = "import argparse\np = argparse.ArgumentParser()\np.add_argument({})\np.parse_args()\n"
GAPS = [
    ("python train.py --data <path to data>", "", GapKind.INVENTED_VALUE),
    ("python train.py --data /path/to/data", "", GapKind.INVENTED_VALUE),
    ("python train.py --data YOUR_DATA", "", GapKind.INVENTED_VALUE),
    ("python train.py --data $DATA", "", GapKind.INVENTED_VALUE),
    ("python train.py --data=my-dataset", "", GapKind.INVENTED_VALUE),
    ("python train.py --config configs/absent.yaml", "", GapKind.MISSING_FILE),
    ("python train.py", "'--name', required=True", GapKind.INVENTED_VALUE),
    ("python train.py", "'data'", GapKind.INVENTED_VALUE),
    ("python train.py --name x", "'--name', required=True", None),
    ("python train.py x", "'data'", None),
    ("python train.py", "'data', nargs='?'", None),
    ("python train.py --out runs/new.json", "", None),
    ("python train.py seeds=[1,2,3]", "", None),
    ("python train.py --url https://example.org/config.yaml", "", None),
]


@pytest.mark.parametrize(("command", "argument", "kind"), GAPS)
def test_gaps_are_what_a_reader_must_find_or_invent(
    command: str, argument: str, kind: GapKind | None, tmp_path: Path
) -> None:
    script = PARSER.format(argument) if argument else TRAIN
    commands = found(tmp_path, {"README.md": "## Train\n" + fence(command), "train.py": script})
    assert [g.kind for g in commands.gaps] == ([kind] if kind else [])


def test_a_way_without_gaps_is_preferred(tmp_path: Path) -> None:
    readme = fence("python train.py --data <path>") + "or\n" + fence("python train.py --data data")
    commands = found(tmp_path, {"README.md": readme, "train.py": TRAIN, "data/a.csv": "1"})
    assert commands.chosen[0].text == "python train.py --data data"
    assert commands.gaps == ()


FOLLOWED = [
    (
        "make train",
        {"Makefile": "PY = python\ntrain: data\n\t$(PY) t.py\ndata:\n\t$(PY) d.py\n", "t.py": "", "d.py": ""},
        ["d.py", "t.py"],
    ),
    ("bash run_train.sh", {"run_train.sh": "cd src\npython t.py\n", "src/t.py": ""}, ["run_train.sh", "src/t.py"]),
    (
        "dvc repro",
        {
            "dvc.yaml": "stages:\n  train: {cmd: 'python ${where}/t.py', deps: [d.csv]}\n"
            "  prep: {cmd: python p.py, outs: [d.csv]}\n",
            "params.yaml": "where: src\n",
            "src/t.py": "",
            "p.py": "",
        },
        ["p.py", "src/t.py"],
    ),
    ("mlflow run .", {"MLproject": "entry_points:\n  main:\n    command: python t.py\n", "t.py": ""}, ["t.py"]),
    ("guild run train", {"guild.yml": "train:\n  main: t\n", "t.py": ""}, ["t.py"]),
    (
        "snakemake -c1",
        {"Snakefile": "rule a:\n    output: 'x'\n    script: 'scripts/t.py'\n", "scripts/t.py": ""},
        ["scripts/t.py"],
    ),
    ("kedro run", {"pyproject.toml": "", "src/p/pipelines/ds/nodes.py": ""}, ["src/p/pipelines/ds/nodes.py"]),
    ("python -m pkg.train", {"src/pkg/train.py": ""}, ["src/pkg/train.py"]),
    (
        "do-train",
        {"pyproject.toml": "[project.scripts]\ndo-train = 'pkg.cli:main'\n", "pkg/cli.py": ""},
        ["pkg/cli.py"],
    ),
    ("papermill a.ipynb out.ipynb", {"a.ipynb": NOTEBOOK}, ["a.ipynb"]),
    ("Rscript -e 'targets::tar_make()'", {"_targets.R": "", "R/f.R": ""}, ["_targets.R", "R/f.R"]),
    ("docker compose up", {"compose.yaml": "services:\n  a:\n    command: python t.py\n", "t.py": ""}, ["t.py"]),
    (
        "docker compose up",
        {
            "compose.yaml": "a:\n  build: ./box\n  dockerfile: Dockerfile.${KIND}\n",
            "box/Dockerfile.small": 'FROM x\nCMD ["python", \\\n# the script\n  "t.py"]\n',
            "box/t.py": "",
        },
        ["box/t.py"],
    ),
    (
        "prefect deployment run fit/daily",
        {"prefect.yaml": "deployments:\n- name: daily\n  entrypoint: t.py:fit\n", "t.py": "fit()\n"},
        ["t.py"],
    ),
    ("pyflyte run t.py fit", {"t.py": "fit()\n"}, ["t.py"]),
]


@pytest.mark.parametrize(("command", "files", "paths"), FOLLOWED)
def test_commands_are_followed_to_the_files_they_run(
    command: str, files: dict[str, str], paths: list[str], tmp_path: Path
) -> None:
    commands = found(tmp_path, {"README.md": "## Training\n" + fence(command), **files})
    assert [s.path for s in commands.steps] == paths
    assert commands.gaps == ()


ON_PAGES = {
    "a choice among committed files": (fence("python t.py -c conf/<name>.yaml"), {"t.py": "", "conf/a.yaml": ""}, True),
    "a file to write": (fence("python t.py -c conf/<name>.yaml"), {"t.py": "", "conf.yaml": ""}, False),
    "a usage line": (fence("python t.py --data DATA --gpu GPU_ID"), {"t.py": ""}, False),
    "a value in capitals": (fence("python t.py --data MNIST"), {"t.py": ""}, True),
    "an absent include": (
        fence("snakemake -c1"),
        {"Snakefile": "include: 'a.smk'\nrule x:\n  script: 't.py'\n"},
        False,
    ),
    "a part of an operation": (
        fence("guild run ae:fit"),
        {"guild.yml": "- model: my-ae\n  operations:\n    fit:\n      main: t\n", "t.py": ""},
        True,
    ),
    "a listing": (fence("└── a.log (Snakemake logs)", "python t.py"), {"t.py": ""}, True),
    "source of R": ('```r\nsource("t.R")\n```\n', {"t.R": ""}, True),
    "include of Julia": ('```julia\njulia> include("t.jl")\n```\n', {"t.jl": ""}, True),
    "MATLAB": ("Run t.m in MATLAB.\n", {"t.m": ""}, True),
    "a script gives the values": (
        fence("python t.py"),
        {"t.py": "parser.add_argument('n')\n", "go.sh": "python t.py 10\n"},
        True,
    ),
}


@pytest.mark.parametrize("name", ON_PAGES)
def test_a_page_leaves_nothing_open_where_the_repository_fills_it_in(name: str, tmp_path: Path) -> None:
    page, files, is_whole = ON_PAGES[name]
    commands = found(tmp_path, {"README.md": "## Training\n" + page, **files})
    assert commands.is_stated
    assert (commands.gaps == ()) is is_whole, commands


def test_every_kind_of_file_adds_to_all_commands(tmp_path: Path) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": ["!python n.py"]}], "nbformat": 4}, indent=1)
    commands = found(
        tmp_path,
        {
            "n.ipynb": notebook,
            "run.sh": "python s.py\n",
            ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: |\n          python c.py\n",
            "Dockerfile": 'FROM x\nCMD ["python", "d.py"]\n',
        },
    )
    assert {(c.origin, c.text) for c in commands.all} >= {
        (Origin.NOTEBOOK, "python n.py"),
        (Origin.SHELL, "python s.py"),
        (Origin.CI, "python c.py"),
        (Origin.DOCKER, "python d.py"),
    }


HOSTILE = {
    "deep YAML": {"dvc.yaml": "a: " + "[" * 500_000},
    "alias bomb": {
        "dvc.yaml": "a: &a [x]\n"
        + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    },
    "make bomb": {"Makefile": "A = $(A)$(A)\n" * 50 + "train:\n\tpython $(A)\n"},
    "make circle": {"Makefile": "train: b\n\tmake b\nb: train\n\tmake train\n"},
    "shell circle": {"README.md": fence("bash train.sh"), "train.sh": "bash train.sh\nbash ./train.sh\n"},
    "odd quotes": {"README.md": fence("python 'train.py \"--x", "$(((", "`", "\\")},
    "broken package.json": {"package.json": "[" * 50_000},
    "broken toml": {"pyproject.toml": "[project.scripts\nx"},
    "not a notebook": {"x.ipynb": "[1, 2"},
    "deep quotes": {"README.md": ">" * 50_000},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gives_an_answer(name: str, tmp_path: Path) -> None:
    assert isinstance(found(tmp_path, HOSTILE[name]), Commands)


def test_the_title_names_the_subject_and_an_outer_heading_the_purpose(tmp_path: Path) -> None:
    readme = "# Price Prediction\n" + fence("python run.py --n 1") + "## Experiments\n### On letters\n"
    text = readme + fence("python main.py") + "### On words\n" + fence("python finetune.py")
    files = {"README.md": text, "run.py": "print(1)\n", "main.py": TRAIN, "finetune.py": TRAIN}
    assert found(tmp_path, files).chosen[0].text == "python main.py"
    alone = found(tmp_path / "alone", {"README.md": readme, "run.py": "print(1)\n"}).chosen[0]
    assert (alone.text, alone.origin) == ("python run.py --n 1", Origin.README)


@pytest.mark.parametrize("text", ["loss.backward()", "model.fit(x)", "state = state.apply_gradients(grads=g)"])
def test_a_script_that_trains_is_a_training_command_by_any_name(tmp_path: Path, text: str) -> None:
    files = {"README.md": fence("python letters.py", "bash run_other_experiments.sh"), "letters.py": text + "\n"}
    chosen = found(tmp_path, {**files, "run_other_experiments.sh": "python other.py\n", "other.py": TRAIN}).chosen
    assert chosen[0].text == "python letters.py"


@pytest.mark.parametrize("line", ["vault unlock", "cloudlocal s3 cp a.csv s3://b/a.csv", "-- start the queue"])
def test_a_foreign_tool_is_no_experiment(tmp_path: Path, line: str) -> None:
    files = {"README.md": "## Reproducing\n" + fence(line, "python main.py"), "main.py": TRAIN}
    assert found(tmp_path, files).chosen[0].text == "python main.py"


def test_a_script_that_only_defines_functions_has_no_effect(tmp_path: Path) -> None:
    defines = "import os\n\nROOT = os.getcwd()\n\ndef train(path):\n    model.fit(path)\n"
    files = {"README.md": fence("python train.py")}
    assert [g.kind for g in found(tmp_path / "a", {**files, "train.py": defines}).gaps] == [GapKind.NO_EFFECT]
    for end in (
        "train('x')\n",
        "if __name__ == '__main__':\n    train('x')\n",
        "@ex.automain\ndef main():\n    pass\n",
    ):
        assert not found(tmp_path / end[:3], {**files, "train.py": defines + end}).gaps


def test_what_only_defines_is_guessed_after_what_runs(tmp_path: Path) -> None:
    step = "from flow import step\n\n@step\ndef train_model(x):\n    model.fit(x)\n"
    files = {"steps/train_model.py": step, "steps/run_pipeline.py": "from train_model import x\n" + TRAIN}
    assert found(tmp_path, files).chosen[0].text == "python steps/run_pipeline.py"


def test_a_module_that_imports_from_its_package_is_guessed_as_one(tmp_path: Path) -> None:
    files = {"src/kit/__init__.py": "", "src/kit/train.py": "from .nets import Net\n" + TRAIN, "src/kit/nets.py": ""}
    chosen = found(tmp_path, files).chosen[0]
    assert (chosen.text, chosen.cwd) == ("python -m kit.train", "src")


@pytest.mark.parametrize(
    "text",
    [
        '"""Fits it.\n\nUsage: python fit_it.py --lr 1\n"""\n',
        "# python fit_it.py --lr 1\n",
        "run('python fit_it.py --lr 1')\n",
    ],
)
def test_a_script_may_say_how_it_is_called(tmp_path: Path, text: str) -> None:
    commands = found(tmp_path, {"README.md": "# X\n", "code/fit_it.py": text + TRAIN})
    assert (commands.chosen[0].text, commands.chosen[0].cwd) == ("python fit_it.py --lr 1", "code")
    assert commands.is_stated


def test_guild_operations_of_several_steps_are_followed(tmp_path: Path) -> None:
    operations = "    fit:\n      main: train\n    all:\n      steps:\n        - run: fit lr=1\n"
    guild = "- model: Net|net\n  operations:\n" + operations
    files = {"README.md": fence("guild run net:all"), "guild.yml": guild, "train.py": TRAIN}
    commands = found(tmp_path, files)
    assert [s.path for s in commands.steps] == ["train.py"]
    assert not commands.gaps


def test_the_heading_names_the_folder_of_a_script_that_several_have(tmp_path: Path) -> None:
    files = {
        "README.md": "## run nets\n" + fence("bash run.sh"),
        "nets/run.sh": "python fit.py\n",
        "nets/fit.py": TRAIN,
    }
    commands = found(tmp_path, {**files, "trees/run.sh": "python fit.py\n", "trees/fit.py": TRAIN})
    assert (commands.chosen[0].cwd, [s.path for s in commands.steps]) == ("nets", ["nets/run.sh", "nets/fit.py"])


def test_an_installer_of_other_software_is_no_gap(tmp_path: Path) -> None:
    readme = "## Requirements\n" + fence("cd ~/torch", "./install.sh") + "## Training\n" + fence("th train.lua")
    commands = found(tmp_path, {"README.md": readme, "train.lua": "fit()\n"})
    assert (commands.chosen[0].text, commands.gaps) == ("th train.lua", ())
