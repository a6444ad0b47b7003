"""Sizes and shapes that would take all time or memory."""

from __future__ import annotations

import os
from pathlib import Path

from .building import README, TRAIN, hostile, write


@hostile
def a_gigabyte_each(root: Path, trap: str) -> None:
    for (
        name
    ) in "README.md train.py params.yaml data.csv nb.ipynb requirements.txt settings.json Makefile dvc.lock".split():
        with (root / name).open("wb") as file:
            file.write(b"# begin\n")
            file.truncate(1024**3)


@hostile
def alias_bombs(root: Path, trap: str) -> None:
    levels = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    write(root, README_md=README, train_py="import yaml\nyaml.safe_load(open('params.yaml'))\n")
    for name in (
        "params.yaml",
        "dvc.yaml",
        "config.yaml",
        "environment.yml",
        "guild.yml",
        "MLproject",
        "docker-compose.yml",
    ):
        (root / name).write_text("\n".join(levels) + "\n")
    write(root, conf__config_yaml="a: &a\n  b: *a\n", loop_yaml="&a [*a]\n", merge_yaml="a: &a {<<: *a}\n")


@hostile
def deep_nesting(root: Path, trap: str) -> None:
    deep = 50_000
    write(
        root,
        README_md=">" * deep
        + " x\n\n"
        + "* " * 2_000
        + "x\n\n"
        + "[" * deep
        + "\n\n"
        + "`" * deep
        + "\n\n"
        + "<div>" * 5_000,
        train_py="(" * deep + ")" * deep,
        model_py="x = " + "-" * deep + "1\n",
        chain_py="x = a" + ".b" * deep + "\n",
        sum_py="x = " + "+".join(["1"] * deep) + "\n",
        ifs_py="".join("    " * i + "if x:\n" for i in range(99)) + "    " * 99 + "pass\n",
        config_json="[" * deep + "]" * deep,
        params_yaml="[" * deep + "]" * deep,
        conf__config_yaml="\n".join(" " * i + "a:" for i in range(2_000)),
        dvc_yaml="{a: " * deep,
        pyproject_toml="a = " + "[" * deep + "]" * deep,
        nb_ipynb='{"cells": ' * deep,
        Makefile="X = $(" * deep,
    )


@hostile
def deep_folders(root: Path, trap: str) -> None:
    write(root, README_md=README, train_py=TRAIN)
    here = os.open(root, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("train.py", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@hostile
def long_lines(root: Path, trap: str) -> None:
    write(
        root,
        README_md="a" * 500_000
        + "\n\n"
        + "python " * 50_000
        + "\n\n    python train.py "
        + "--a " * 50_000
        + "\n\n"
        + " " * 300_000
        + "x\n"
        + "|" * 100_000,
        requirements_txt="a" * 300_000
        + "=="
        + "1." * 100_000
        + "\n"
        + "a"
        + "[" * 100_000
        + "\n"
        + " " * 200_000
        + "#\n",
        train_py="x = '" + "a" * 500_000 + "'\n" + "import a\n" * 20_000,
        config_ini="a" * 500_000 + "\n[" + "b" * 100_000,
        data_csv="," * 500_000 + "\n" + '"' * 200_001,
        params_yaml="a: " + "b" * 500_000 + "\n" + "k: " * 20_000,
        Makefile="all:" + " x" * 100_000 + "\n\t" + "$(X)" * 50_000 + "\n",
        Dockerfile="FROM " + "a" * 200_000 + "\nRUN x " + "\\\n" * 50_000 + "\n",
        _env="A=" + "'" * 100_000,
    )


@hostile
def many_files(root: Path, trap: str) -> None:
    write(root, README_md=README, train_py=TRAIN)
    for i in range(40):
        (root / f"p{i}").mkdir()
        for j in range(50):
            (root / f"p{i}" / f"m{j}.py").write_text(
                f"import p{(i + 1) % 40}.m{j}\nfrom p{i}.m{(j + 1) % 50} import *\n"
            )
