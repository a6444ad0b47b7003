"""Content that is broken, cut off, of the wrong kind, or absent."""

from __future__ import annotations

import json
from pathlib import Path

from .building import README, TRAIN, hostile, write


@hostile
def source_of_python_2(root: Path, trap: str) -> None:
    old = "import cPickle\nprint 'seed', 0\ntry:\n    exec 'x = 1'\nexcept IOError, e:\n    raise ValueError, `e`\nprint >>f, 0777L, ur'x' <> y\n"
    write(
        root,
        README_md=README,
        train_py=old,
        broken_py="def f(:\n  \treturn\n\t x\n",
        null_py="x = '\0'\n",
        cut_py="x = '''never ends",
    )


@hostile
def bytes_that_are_no_text(root: Path, trap: str) -> None:
    noise = bytes(range(256)) * 40
    names = (
        "README.md README.rst train.py params.yaml config.json pyproject.toml setup.cfg requirements.txt nb.ipynb data.csv dvc.yaml .env "
        "CITATION.cff Dockerfile Makefile environment.yml Pipfile poetry.lock uv.lock guild.yml MLproject Snakefile REPRODUCIBILITY.md .gitattributes"
    )
    for i, name in enumerate(names.split()):
        (root / name).write_bytes(noise.replace(b"\0", b"") if i % 2 else noise)
    write(
        root,
        latin_py="# -*- coding: latin-1 -*-\nprint('\udce9')\n",
        main_py="\ufeffprint(1)\n",
        utf16_py="x = 1\n".encode("utf-16"),
    )
    write(root, no_such_codec_py="# -*- coding: klingon -*-\nx = 1\n")


@hostile
def files_that_end_early(root: Path, trap: str) -> None:
    write(
        root,
        README_md="# A\n\n```bash\npython train.py",
        nb_ipynb='{"cells": [{"cell_type": "code", "source": ["import',
        params_yaml="a: [1, 2\nb: {",
        config_json='{"a": [1, ',
        pyproject_toml="[project\nname = ",
        requirements_txt="numpy==\n==1\n[x]\nnumpy>=1,<\n@\n",
        environment_yml="dependencies:\n  - pip:\n  - \n  - 3\n  - {a: b}\n",
        setup_py="from setuptools import setup\nsetup(install_requires=",
        dvc_yaml="stages: [a, b]\n",
        Pipfile_lock="{",
        uv_lock="[[package]\n",
    )


@hostile
def values_of_the_wrong_kind(root: Path, trap: str) -> None:
    write(
        root,
        README_md=README,
        train_py=TRAIN,
        dvc_yaml="stages:\n  a: 3\n  b: {cmd: {x: 1}, deps: 4, outs: [{a: [1]}, null], params: 3, metrics: x}\n  c: {foreach: 3, do: 4}\n",
        params_yaml="- 1\n- null\n- {1: 2, null: 3, [a]: b}\n",
        environment_yml="dependencies: 3\nchannels: {a: b}\n",
        guild_yml="- 3\n- {model: [1], operations: 4}\n- {operations: {a: 3, b: {flags: [1], main: {x: 1}}}}\n",
        MLproject="name: [1]\nentry_points: {main: {parameters: [1, 2], command: {a: 1}}, x: 3}\n",
        docker_compose_yml="services: [1, {a: 2}]\n",
        nb_ipynb=json.dumps(
            {"cells": [3, None, {"source": {"a": 1}}, {"cell_type": 4, "source": [1, None]}], "metadata": 7}
        ),
        pyproject_toml="project = 3\n[tool]\npoetry = []\nuv = 'x'\npixi = {dependencies = 3}\n",
        package_json='{"scripts": [1]}',
        poetry_lock="package = 3\n",
        Pipfile="packages = 3\n",
        _github__workflows__ci_yml="on: push\njobs: {a: 3, b: {steps: [1, {run: [1]}, {uses: 3}], container: [1]}}\n",
        _devcontainer__devcontainer_json="[1, 2]",
        conf__config_yaml="defaults: {a: 3}\n",
        dvc_lock="stages: 3\n",
        data_csv_dvc="outs: 3\n",
    )


@hostile
def nothing_at_all(root: Path, trap: str) -> None:
    pass


@hostile
def only_empty_files(root: Path, trap: str) -> None:
    for name in "README.md train.py params.yaml requirements.txt nb.ipynb data.csv pyproject.toml Makefile Dockerfile dvc.yaml CITATION.cff".split():
        (root / name).touch()
