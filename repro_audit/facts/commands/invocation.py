"""What a simple command comes down to, once launchers and environments are taken off its front.

`CUDA_VISIBLE_DEVICES=0 poetry run torchrun --nproc_per_node 2 train.py --lr 1` runs `train.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..regex import regex

PYTHON = regex(
    r"^(?:.*/)?(?:i?python(?:w|\d(?:\.\d+)?)?|py|pypy3?)(?:\.exe)?$|^\$\{?PY(?:THON)?\w*\}?$|^\$\(PYTHON\w*\)$",
    re.IGNORECASE,
)

RUNNERS = {  # `poetry run X`: what comes after these words is the command
    ("poetry", "run"), ("uv", "run"), ("pdm", "run"), ("pipenv", "run"), ("hatch", "run"), ("rye", "run"),
    ("pixi", "run"), ("conda", "run"), ("mamba", "run"), ("micromamba", "run"), ("renku", "run"), ("dvc", "run"),
    ("coverage", "run"), ("singularity", "exec"), ("apptainer", "exec"), ("wandb", "launch"), ("accelerate", "launch"),
    ("datalad", "run"),
}  # fmt: skip
LAUNCHERS = frozenset(
    "sudo nohup nice srun mpirun mpiexec horovodrun torchrun deepspeed xvfb-run ionice stdbuf numactl taskset "
    "caffeinate kernprof pudb3 debugpy aprun jsrun unbuffer setsid chrt time timeout sbatch qsub bsub winpty "
    "vglrun proxychains rlaunch".split()
)
MODULE_LAUNCHERS = frozenset(
    "torch.distributed.launch torch.distributed.run accelerate.commands.launch cProfile pdb ipdb trace "
    "memory_profiler kernprof scalene debugpy paddle.distributed.launch oneflow.distributed.launch "
    "line_profiler".split()
)
FLAGS = frozenset(  # launcher options without a value
    "--no-capture-output --live-stream --standalone --use_env --multi_gpu --cpu --module --mps -a -E --nv --rm "
    "-it -i -t -d --gpus=all --use_fsdp --use_deepspeed --no_python --run_path --allow-run-as-root --no-sync "
    "--frozen --locked --quiet --verbose -q -v -l -f --single-process --isolated --exact --all-extras "
    "--no_local_rank --oversubscribe --no-dev -u --force --no-exec".split()
)
SILENT = frozenset(
    "cd chdir Set-Location set-location pushd popd mkdir cp mv rm ls cat echo printf "
    "pip pip3 conda mamba apt apt-get brew git wget curl unzip "
    "tar gunzip chmod export source . touch ln set test [ [[ true false sleep wait tee head tail sed awk grep "
    "find date pwd which uname nvidia-smi module virtualenv gdown kaggle aws gsutil sudo yum dnf npm yarn eval "
    "exit return trap shift local read unset alias activate deactivate mc lakectl pre-commit black ruff isort "
    "flake8 mypy open xdg-open start code huggingface-cli".split()
)
APP_SERVERS = frozenset("uvicorn gunicorn hypercorn waitress-serve daphne".split())
FILE_RUNNERS = frozenset("streamlit gradio panel voila bokeh fastapi chainlit marimo quarto shiny litserve".split())
SCRIPT_ENDINGS = (
    ".py",
    ".sh",
    ".bash",
    ".ipynb",
    ".r",
    ".jl",
    ".m",
    ".lua",
    ".rmd",
    ".qmd",
    ".pyc",
    ".slurm",
    ".sbatch",
    ".job",
    ".bat",
    ".cmd",
    ".ps1",
)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A program and what it is given; `script` or `module` say what an interpreter runs."""

    program: str  # lower case, without a folder: "python", "make", "kedro"
    arguments: tuple[str, ...]  # after the script, module or program
    script: str = ""
    module: str = ""
    code: str = ""  # of `python -c`
    wrappers: tuple[str, ...] = ()

    @property
    def subcommand(self) -> str:
        return next((a for a in self.arguments if not a.startswith("-")), "")


def invocation(words: tuple[str, ...]) -> Invocation | None:
    """What the words run, None for nothing."""
    wrappers: list[str] = []
    for _ in range(8):
        rest = _unwrapped(words)
        if rest is None:
            break
        wrappers.append(words[0])
        words = rest
    if not words:
        return None
    return _plain(words, tuple(wrappers))


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The words after a launcher and its options, None where no launcher stands in front."""
    if not words:
        return None
    name = words[0].rpartition("/")[2]
    if len(words) > 1 and (name, words[1]) in RUNNERS:
        return _after_options(words[2:], takes_image=name in ("singularity", "apptainer"))
    if name in LAUNCHERS:
        return _after_options(
            words[2:] if name == "timeout" and len(words) > 1 and not words[1].startswith("-") else words[1:]
        )
    if PYTHON.match(words[0]) and "-m" in words[:4]:
        at = words.index("-m")
        if at + 1 < len(words) and words[at + 1] in MODULE_LAUNCHERS:
            rest = _after_options(words[at + 2 :])
            return rest if rest[:1] == ("python",) else ("python", *rest)
    return None


def _after_options(words: tuple[str, ...], takes_image: bool = False) -> tuple[str, ...]:
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if not word.startswith("-") and not re.match(r"^[A-Z_][A-Z0-9_]*=", word):
            break
        is_pair = word.startswith("-") and "=" not in word and word not in FLAGS
        following = words[at + 1] if at + 1 < len(words) else ""
        if is_pair and following and not following.startswith("-") and not _is_runnable(following):
            at += 1
        at += 1
    rest = words[at + 1 :] if takes_image else words[at:]
    if rest and rest[0].lower().endswith(".py"):
        return ("python", *rest)
    return rest


def _is_runnable(word: str) -> bool:
    return word.lower().endswith(SCRIPT_ENDINGS) or bool(PYTHON.match(word))


def _plain(words: tuple[str, ...], wrappers: tuple[str, ...]) -> Invocation:
    first = words[0]
    name = first.rpartition("/")[2].lower()
    if PYTHON.match(first):
        return _python(words[1:], wrappers)
    if first.lower().endswith(SCRIPT_ENDINGS):
        program = {"py": "python", "r": "rscript", "jl": "julia", "ipynb": "jupyter"}.get(name.rpartition(".")[2], "sh")
        return Invocation(program, words[1:], script=first, wrappers=wrappers)
    if name in ("bash", "sh", "zsh", "source", ".", "rscript", "julia", "lua", "th", "octave", "perl", "ruby", "dash"):
        return _interpreter(name, words[1:], wrappers)
    return Invocation(name, words[1:], wrappers=wrappers)


def _python(words: tuple[str, ...], wrappers: tuple[str, ...]) -> Invocation:
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        word = words[at]
        if re.fullmatch(r"-[bBdEiIOqsSuvx]*m", word) and at + 1 < len(words):
            return Invocation("python", words[at + 2 :], module=words[at + 1], wrappers=wrappers)
        if re.fullmatch(r"-[bBdEiIOqsSuvx]*c", word) and at + 1 < len(words):
            return Invocation("python", words[at + 2 :], code=words[at + 1], wrappers=wrappers)
        at += 2 if word in ("-W", "-X") else 1
    if at < len(words):
        return Invocation("python", words[at + 1 :], script=words[at], wrappers=wrappers)
    return Invocation("python", words, wrappers=wrappers)


def _interpreter(name: str, words: tuple[str, ...], wrappers: tuple[str, ...]) -> Invocation:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] in ("-c", "-e", "-lc", "-ec", "--eval") and at + 1 < len(words):
            return Invocation(name, words[at + 2 :], code=words[at + 1], wrappers=wrappers)
        at += 1
    program = "sh" if name in ("bash", "zsh", "source", ".", "dash") else name
    if at < len(words):
        return Invocation(program, words[at + 1 :], script=words[at], wrappers=wrappers)
    return Invocation(program, words, wrappers=wrappers)
