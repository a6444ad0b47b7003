"""The environment rules answer as the rubric's borders say."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from repro_audit.project import Project

CUDA = "import torch\nd = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n"
RUN = "```\npython train.py\n```\n"
FREEZE = "torch==1.9\n" + "".join(f"p{i}==1.{i}\n" for i in range(20))
BUILD = "services:\n  a:\n    build:\n      context: ./docker\n      dockerfile: up\n"
TABLE = "## Packages\n\n| **Package** | **Version** | Purpose |\n|---|---|---|\n| `torch`   | 1.9.0 | models |\n"
CELL = '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "%s"}]}'

CASES = [
    ("env_packages", "yes", {"train.py": "import torch", "requirements.txt": "torch==1.9"}),
    ("env_packages", "yes", {"train.py": "import os"}),
    ("env_packages", "partial", {"train.py": "import torch", "requirements.txt": "torch"}),
    ("env_packages", "partial", {"train.py": "import torch, tqdm", "requirements.txt": "torch==1.9"}),
    ("env_packages", "no", {"train.py": "import torch"}),
    ("env_packages", "yes", {"train.py": "import torch, dill", "requirements.txt": FREEZE}),
    ("env_packages", "partial", {"train.py": "import torch, dill, tqdm", "requirements.txt": FREEZE}),
    ("env_packages", "yes", {"train.py": "import torch", "README.md": RUN + TABLE}),
    ("env_packages", "yes", {"train.py": "import torch", "README.md": RUN + "# Requirements\n- PyTorch 1.9.0\n"}),
    ("env_packages", "partial", {"train.ipynb": CELL % "!pip -q install torch\\nimport torch, tqdm"}),
    ("env_packages", "yes", {"train.ipynb": CELL % "%pip install torch==1.9\\nimport torch"}),
    ("env_packages", "partial", {"train.R": 'if (!require(a)) install.packages("a")\nlibrary(b)\nlibrary(a)\n'}),
    ("env_packages", "partial", {"train.R": "pacman::p_load(caret, dplyr)\ncaret::train(x)\n"}),
    ("env_packages", "yes", {"train.py": "import proj.core.net\n", "core/net.py": "x = 1\n"}),
    ("env_image", "yes", {"train.py": "import torch, scipy", "Dockerfile": "FROM ubuntu:16.04\nRUN pip install torch"}),
    ("env_image", "yes", {"train.py": "", "Dockerfile": "FROM python:3.8\nCOPY . ."}),
    ("env_image", "partial", {"train.py": "", ".python-version": "3.8.1"}),
    ("env_image", "partial", {"train.py": "", "docker-compose.yml": "services:\n  a:\n    image: redis:7\n"}),
    ("env_image", "no", {"train.py": ""}),
    ("env_hardware", "yes", {"train.py": CUDA, "docs/a.md": "We used 2 GPUs."}),
    ("env_hardware", "partial", {"train.py": CUDA, "docs/a.md": "We used a GPU."}),
    ("env_hardware", "no", {"train.py": CUDA}),
    (
        "env_image",
        "yes",
        {"train.py": "", "compose.yaml": BUILD, "docker/up": "FROM python:3.9\nRUN pip install torch\n"},
    ),
    ("env_hardware", "yes", {"train.py": CUDA, "job.sh": "#!/bin/sh\n#SBATCH --gres=gpu:v100:1\npython train.py\n"}),
    ("env_hardware", "no", {"train.py": CUDA, "job.sh": "#!/bin/sh\n#SBATCH --time=01:00:00\npython train.py\n"}),
    ("env_hardware", "no", {"train.py": "from fastai.vision.all import *\nlearn.to_fp16()"}),
    ("env_hardware", "na", {"train.py": "import torch", "flow.yaml": "stream_output: true\n"}),
    ("env_hardware", "partial", {"train.py": "import torch", "conf.yaml": "use_gpu: true\n"}),
    ("env_hardware", "partial", {"train.py": "import torch", "environment.yml": "dependencies:\n- cudatoolkit=10.2\n"}),
    ("env_hardware", "yes", {"train.py": "import torch", "docs/a.md": "It takes 3 hours on an RTX 3090."}),
    ("env_hardware", "yes", {"train.py": "import torch", "docs/a.md": "You need at least 16 GB of RAM."}),
    ("env_hardware", "na", {"train.py": "import torch"}),
]


@pytest.mark.parametrize(("name", "answer", "files"), CASES)
def test_the_borders_of_the_rubric(tmp_path: Path, name: str, answer: str, files: dict[str, str]) -> None:
    for path, text in {"README.md": RUN, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    verdict = getattr(import_module("repro_audit.rules.environment"), name)(Project(tmp_path))
    assert str(verdict.answer) == answer, verdict


def test_the_fix_names_the_line_to_change(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import torch\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("# mine\ntorch\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(RUN, encoding="utf-8")
    verdict = import_module("repro_audit.rules.environment").env_packages(Project(tmp_path))
    assert "requirements.txt:2" in verdict.fix
