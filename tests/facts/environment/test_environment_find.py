"""Packages, images, language versions and hardware are found where projects state them."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.commands.model import Commands, Step, StepKind
from repro_audit.facts.documents import read_documents
from repro_audit.facts.environment.find import find_environment
from repro_audit.facts.environment.model import Environment
from repro_audit.facts.files import Tree
from repro_audit.facts.program import trace
from repro_audit.facts.sources import Sources
from repro_audit.model import Place

LOCK = '[[package]]\nname = "{0}"\nversion = "1.2.3"\n'
MAIN = {"train.py": "import torch\n"}


def environment(root: Path, files: dict[str, str]) -> Environment:
    tree = Tree(lay(root, files))
    sources = Sources(tree)
    steps = tuple(Step(n, (), StepKind.PYTHON, ".", Place("README.md", 1)) for n in files if n.endswith("train.py"))
    commands = Commands((), (), "", steps, ())
    return find_environment(tree, sources, read_documents(tree), commands, trace(sources, steps))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "torch==1.9.0+cu111  # a comment\n"),
        ("requirements.txt", "torch==1.9.0 ; python_version > '3.6' --hash=sha256:00\n"),
        ("requirements.txt", "torch @ https://x.org/torch-1.9.0-cp38-none-any.whl\n"),
        ("requirements.txt", "git+https://github.com/a/torch.git@0123456789abcdef0123456789abcdef01234567\n"),
        ("requirements/base.txt", "torch == 1.9\n"),
        ("pip_freeze.txt", "torch==1.9.0\n"),
        ("requirements.txt", "torch=1.9.0=py38_0\n"),
        ("spec.txt", "@EXPLICIT\nhttps://conda.anaconda.org/pytorch/linux-64/pytorch-1.9.0-py38_0.tar.bz2\n"),
        ("environment.yml", "dependencies:\n  - pytorch=1.9.0=py38_0\n"),
        ("conda/gpu.yml", "channels: [a]\ndependencies:\n  - pip:\n    - torch==1.9\n"),
        ("pyproject.toml", '[project]\ndependencies = ["torch==1.9"]\n'),
        ("pyproject.toml", '[dependency-groups]\ntrain = ["torch==1.9"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "1.9.0"\n'),
        ("setup.py", "from setuptools import setup\nREQ = ['torch==1.9']\nsetup(install_requires=REQ)\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    torch==1.9\n"),
        ("Pipfile", '[packages]\ntorch = "==1.9"\n'),
        ("Pipfile.lock", '{"default": {"torch": {"version": "==1.9"}}}'),
        ("poetry.lock", LOCK.format("torch")),
        ("uv.lock", LOCK.format("torch")),
        ("pylock.toml", '[[packages]]\nname = "torch"\nversion = "1.9"\n'),
        ("conda-lock.yml", "package:\n- name: pytorch\n  version: 1.9.0\n"),
        ("pixi.toml", '[pypi-dependencies]\ntorch = "==1.9"\n'),
        ("Dockerfile", "FROM python:3.8\nRUN pip install numpy \\\n  torch==1.9\n"),
        ("Dockerfile", "FROM pytorch/pytorch:1.9.0-cuda11.1-cudnn8-runtime\n"),
        ("shell.nix", 'rev = "0a"; python3.withPackages (ps: with ps; [ numpy\n  torch-bin ])'),
        ("README.md", "```\npip install torch==1.9.0\n```\n"),
        ("README.md", "```\n$ conda install -c pytorch pytorch=1.9.0\n```\n"),
        ("README.md", "# Requirements\n- PyTorch 1.9\n"),
        ("README.md", "The code requires PyTorch (1.9).\n"),
        ("README.md", "[![P](https://img.shields.io/badge/PyTorch-v1.9.0-EE4C2C?logo=x)](https://example.com)\n"),
    ],
)
def test_an_exact_version_is_found_in(tmp_path: Path, path: str, text: str) -> None:
    found = environment(tmp_path, {**MAIN, path: text})
    assert [n.module for n in found.exact] == ["torch"], found.needed


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "torch\n"),
        ("requirements.txt", "torch>=1.9\n"),
        ("requirements.txt", "torch==1.*\n"),
        ("requirements.txt", "git+https://github.com/a/torch.git\n"),
        ("environment.yml", "dependencies:\n  - pytorch>=1.9\n"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "^1.9"\n'),
        ("README.md", "# Requirements\n- PyTorch >= 1.9\n"),
        ("README.md", "# Requirements\n- PyTorch 1.9+\n"),
        ("README.md", "# Requirements\ntorch, numpy\n"),
        ("README.md", "It should be directly runnable with PyTorch v1.0.0 or above.\n"),
        ("README.md", "![P](https://img.shields.io/badge/PyTorch-1.9%2B-EE4C2C)\n"),
    ],
)
def test_a_loose_version_is_told_from_an_exact_one(tmp_path: Path, path: str, text: str) -> None:
    found = environment(tmp_path, {**MAIN, path: text})
    assert [n.module for n in found.loose] == ["torch"], found.needed


def test_only_unconditional_third_party_imports_are_needed(tmp_path: Path) -> None:
    text = "import os, utils, torch\ntry:\n    import apex\nexcept ImportError:\n    apex = None\n"
    found = environment(tmp_path, {"train.py": text, "utils.py": "import numpy as np\n", "other.py": "import jax\n"})
    assert [n.module for n in found.missing] == ["numpy", "torch"]
    assert found.missing[0].at == Place("utils.py", 1)


def test_included_files_are_followed_once_and_inside_the_tree_only(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r more.txt\n-r ../outside.txt\n", "more.txt": "-r requirements.txt\ntorch==1.0\n"}
    found = environment(tmp_path, {**MAIN, **files})
    assert found.exact[0].declared is not None
    assert found.exact[0].declared.at == Place("more.txt", 2)


def test_a_variant_that_nothing_mentions_does_not_speak_for_the_project(tmp_path: Path) -> None:
    files = {"requirements.txt": "torch\n", "requirements_full.txt": "torch==1.0\n"}
    assert environment(tmp_path, {**MAIN, **files}).loose


def test_the_lock_of_a_tool_beside_the_experiment_does_not_speak_for_it(tmp_path: Path) -> None:
    assert environment(tmp_path, {**MAIN, "tools/uv.lock": LOCK.format("torch")}).missing


def test_another_component_does_not_speak_for_the_experiment(tmp_path: Path) -> None:
    files = {
        "model/train.py": "import torch\n",
        "backend/requirements.txt": "torch==1.0\n",
        "backend/Dockerfile": "FROM python:3.8\nCOPY . .\n",
    }
    found = environment(tmp_path, files)
    assert found.missing
    assert not any(i.is_whole for i in found.images)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM python:3.8\nCOPY . .\nRUN pip install -r requirements.txt\n"),
        ("docker/Dockerfile.gpu", "FROM nvidia/cuda:11.0-base\nRUN pip install torch\n"),
        (".devcontainer/devcontainer.json", '{"image": "mcr.microsoft.com/devcontainers/python:3.11"}'),
        ("env.def", "Bootstrap: docker\nFrom: python:3.8\n"),
        ("shell.nix", "with import <nixpkgs> {}; mkShell { buildInputs = [ python3 ]; }\n"),
        ("guix.scm", '(specifications->manifest (list "python"))\n'),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    container: python:3.8\n"),
        ("README.md", "```\ndocker pull someone/experiment:1.0\n```\n"),
        ("spec.txt", "@EXPLICIT\nhttps://conda.anaconda.org/pytorch/linux-64/pytorch-1.9.0-py38_0.tar.bz2\n"),
    ],
)
def test_an_image_is_found_in(tmp_path: Path, path: str, text: str) -> None:
    assert any(i.is_whole for i in environment(tmp_path, {**MAIN, path: text}).images)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", "services:\n  db:\n    image: postgres:14\n"),
        ("Dockerfile", "FROM mysql:5.7\n"),
        ("Dockerfile", "FROM python:3.8\nRUN pip install flask\n"),
        ("README.md", "```\ndocker run -v a/b:/c mine\n```\n"),
    ],
)
def test_what_the_experiment_cannot_run_in_is_no_whole_image(tmp_path: Path, path: str, text: str) -> None:
    assert not any(i.is_whole for i in environment(tmp_path, {**MAIN, path: text}).images)


def test_the_image_of_a_copied_project_is_none_of_this_one(tmp_path: Path) -> None:
    copied = {"gym/LICENSE": "MIT\n", "gym/setup.py": "setup()\n", "gym/Dockerfile": "FROM ubuntu:14.04\n"}
    assert not environment(tmp_path, {**MAIN, **copied}).images


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environment.yml", "dependencies:\n  - python=3.7\n"),
        (".python-version", "3.11.7\n"),
        ("runtime.txt", "python-3.8\n"),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9"\n'),
        ("setup.py", "setup(python_requires='>=3.6')\n"),
        ("Pipfile", '[requires]\npython_version = "3.8"\n'),
        ("README.md", "Tested with Python 3.7 on Linux.\n"),
        ("README.md", "```\nconda create -n a python=3.7\n```\n"),
        ("README.md", "# Requirements\n- Python 3\n"),
        ("job.slurm", "#!/bin/sh\nmodule load cuda/11 python3/3.10.14\npython train.py\n"),
        ("README.md", "* [Python] (https://www.python.org) (2.7.10)\n"),
    ],
)
def test_the_language_version_is_stated_in(tmp_path: Path, path: str, text: str) -> None:
    assert environment(tmp_path, {**MAIN, path: text}).languages


def test_what_a_run_noted_of_its_environment_declares_nothing(tmp_path: Path) -> None:
    conda = "dependencies:\n- python=3.9.1\n- pip:\n  - torch==1.9\n"
    found = environment(tmp_path, {**MAIN, "mlruns/0/1/artifacts/model/conda.yaml": conda})
    assert (found.packages, found.languages) == ((), ())


def test_a_kernel_or_an_editor_states_no_language_version(tmp_path: Path) -> None:
    notebook = '{"cells": [], "metadata": {"language_info": {"version": "3.8.1"}}}'
    files = {"a.ipynb": notebook, ".idea/misc.xml": '<c project-jdk-name="Python 3.6"/>', "README.md": "python3 a.py\n"}
    assert not environment(tmp_path, {**MAIN, **files}).languages


@pytest.mark.parametrize(
    "text",
    [
        "Trained on one NVIDIA V100.",
        "A GPU with 12GB\nof memory is enough.",
        "We used 4 GPUs.",
        "CUDA 10.1 and cuDNN 7",
        "[CUDA] (https://developer.nvidia.com/toolkit) (6.5)",
        "Runs on an M3 MacBook Air.",
        "Needs 32 GB RAM.",
        "Trained on a TPU v3-8.",
    ],
)
def test_hardware_is_stated_concretely(tmp_path: Path, text: str) -> None:
    found = environment(tmp_path, {**MAIN, "README.md": text})
    assert found.hardware
    assert found.hardware[0].is_concrete


@pytest.mark.parametrize("asked", ["-q gpua100", '-gpu "num=1"', '-R "rusage[mem=4GB]"'])
def test_a_job_asks_for_hardware_concretely(tmp_path: Path, asked: str) -> None:
    found = environment(tmp_path, {**MAIN, "job.sh": f"#!/bin/sh\n#BSUB {asked}\npython train.py\n"})
    assert [s.is_concrete for s in found.hardware] == [True]


def test_a_papers_source_states_the_machine_of_the_experiments_only(tmp_path: Path) -> None:
    paper = "Others use GPUs.\n\nEarlier work needs a V100 card.\n\nTraining was done on\none NVIDIA V100.\n"
    found = environment(tmp_path, {**MAIN, "paper/main.tex": paper}).hardware
    assert [str(s.at) for s in found] == ["paper/main.tex:6"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "A GPU is recommended.\n"),
        ("README.md", "Takes less than 1 minute on GPU.\n"),
        ("README.md", "Download the 5 GB dataset, then use a GPU.\n"),
        ("README.md", "```\nconda install cudatoolkit=10.1\n```\n"),
        ("train.py", "import torch  # use the GPU if there is one\n"),
        ("train.py", "p.add_argument('--gpu', help='GPU to use')\n"),
        ("conf/a.yaml", "device: cuda\n"),
        ("run.sh", "python train.py --gpu 3\n"),
        ("other.py", "params = {'tree_method': 'gpu_hist'}\n"),
        ("train.py", "print('WARNING: there is a CUDA device, so you should use it')\n"),
        ("requirements.txt", "tensorflow-gpu==1.15\n"),
        ("a.ipynb", '{"cells": [], "metadata": {"accelerator": "GPU"}}'),
    ],
)
def test_hardware_is_only_mentioned(tmp_path: Path, path: str, text: str) -> None:
    found = environment(tmp_path, {**MAIN, path: text})
    assert found.hardware
    assert not any(s.is_concrete for s in found.hardware)


def test_what_stands_beside_the_main_script_uses_the_device(tmp_path: Path) -> None:
    beside = "model.cuda()\n"
    assert environment(tmp_path / "a", {**MAIN, "apply.py": beside}).device_code
    assert not environment(tmp_path / "b", {**MAIN, "other/apply.py": beside, "c.py": "# x.cuda()\n"}).device_code


def test_device_code_alone_states_nothing(tmp_path: Path) -> None:
    text = "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n# model.cuda()\n"
    found = environment(tmp_path, {"train.py": text, "README.md": "Both run on cpu, no GPU is needed.\n"})
    assert not found.hardware
    assert [s.at for s in found.device_code] == [Place("train.py", 2)]


def test_r_and_julia_packages_are_needed_and_locked(tmp_path: Path) -> None:
    files = {
        "run.R": "library(dplyr)\n",
        "renv.lock": '{"R": {"Version": "4.1.0"}, "Packages": {"dplyr": {"Version": "1.0"}}}',
        "run.jl": "using Flux, Random\n",
        "Manifest.toml": 'julia_version = "1.8.5"\n\n[[deps.Flux]]\nversion = "0.13"\n',
    }
    found = environment(tmp_path, files)
    assert [n.module for n in found.exact] == ["dplyr", "Flux"]
    assert not found.missing


HOSTILE = {
    "environment.yml": "a: &a [x]\ndependencies: [" + ", ".join(["*a"] * 200) + "]\n",
    "conda.yml": "dependencies: " + "[" * 20_000,
    "pyproject.toml": "[project\ndependencies = 3\n",
    "Pipfile.lock": "[" * 100_000,
    "renv.lock": '{"Packages": [1]}',
    "setup.cfg": "no section\n",
    "setup.py": "setup(install_requires=[x for x in",
    "requirements.txt": "\\\n" * 2000 + "-r requirements.txt\n==\n@@@\n",
    "Dockerfile": "RUN pip install 'unclosed \\\n",
    "poetry.lock": "[[package]]\nname =\n",
    "Manifest.toml": "[[deps.\n" * 500,
    "DESCRIPTION": "Imports: (((\n",
    ".gitmodules": "path = \n",
    "README.md": "pip install '\n" + "GPU " * 20_000,
}


def test_broken_and_hostile_files_give_an_answer(tmp_path: Path) -> None:
    found = environment(tmp_path, {**MAIN, **HOSTILE})
    assert [n.module for n in found.needed] == ["torch"]
