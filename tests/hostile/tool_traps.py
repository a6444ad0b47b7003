"""Files that the tools they are made for would execute."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

from .building import README, TRAIN, hostile, write


@hostile
def python_that_runs_when_imported(root: Path, trap: str) -> None:
    code = f"import os\nos.system({trap!r})\n"
    names = "setup conftest sitecustomize usercustomize noxfile fabfile tasks config settings gunicorn.conf __main__ yaml numpy"
    for name in names.split():
        (root / f"{name}.py").write_text(code)
    write(
        root,
        README_md="    python setup.py train\n",
        pyproject_toml="[build-system]\nbuild-backend = 'setup'\nbackend-path = ['.']\n",
    )
    write(
        root,
        setup_cfg="[metadata]\nversion = attr: config.version\n",
        train_py="import config, settings, yaml\n" + TRAIN,
    )


@hostile
def build_files_with_commands(root: Path, trap: str) -> None:
    write(
        root,
        README_md="    make\n",
        Makefile=f"X := $(shell {trap})\nall:\n\tpython train.py\n",
        train_py=TRAIN,
        _envrc=trap,
        Snakefile=f"import os\nos.system({trap!r})\nrule all:\n    input: 'x'\n",
        justfile=f"x := `{trap}`\ntrain:\n    python train.py\n",
        Taskfile_yml=f"version: 3\nvars:\n  X:\n    sh: {trap}\ntasks:\n  train:\n    cmds: [python train.py]\n",
        package_json=json.dumps({"scripts": {"preinstall": trap, "train": "python train.py"}}),
        Dockerfile=f"FROM scratch\nRUN {trap}\nCMD python train.py\n",
        flake_nix='{ outputs = _: builtins.exec [ "sh" ]; }\n',
        _Rprofile=f"system({trap!r})\n",
    )


@hostile
def tags_in_yaml(root: Path, trap: str) -> None:
    evil = f"x: !!python/object/apply:os.system ['{trap}']\ny: !!python/name:os.system\nlr: 0.1\n"
    names = "params dvc config conf/config environment docker-compose mkdocs Taskfile guild meta .github/workflows/ci"
    for name in names.split():
        path = root / f"{name}.{'yml' if name in ('environment', 'guild') else 'yaml'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(evil)
    write(root, README_md=README, train_py="import yaml\nyaml.load(open('params.yaml'))\n", MLproject=evil)


class Bomb:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


@hostile
def pickles(root: Path, trap: str) -> None:
    evil = pickle.dumps(Bomb(trap))
    write(
        root,
        README_md="    python train.py --data data.pkl\n",
        train_py=TRAIN + "open('data.pkl'), open('model.joblib')\n",
    )
    for name in ("data.pkl", "model.joblib", "model.pt", "data.npy", "data.csv", "params.yaml", "runs.sqlite"):
        (root / name).write_bytes(evil)


@hostile
def requirements_that_lead_elsewhere(root: Path, trap: str) -> None:
    lines = "-r ../../../../etc/passwd\n-r requirements.txt\n-c http://127.0.0.1:9/x\n-e git+ext::sh -c x\n--index-url http://127.0.0.1:9\n"
    write(root, README_md=README, train_py=TRAIN, requirements_txt=lines + "numpy @ file:///etc/passwd\n${HOME}\n")


@hostile
def settings_of_the_program_itself(root: Path, trap: str) -> None:
    write(root, README_md=README, train_py=TRAIN, repro_audit_toml="x = 1\n")
    (root / "repro-audit.toml").write_text("command = ['a', 'b']\nevil = true\n")
