"""What a command gives a program, by name or by its place, is set in the command itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.experiments.job import main_job, shown
from repro_audit.experiments.parameters.find import knobs
from repro_audit.experiments.parameters.model import CannotSet, Knob
from repro_audit.experiments.parameters.ways import AtPlace, InCommand
from repro_audit.model import Hints
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

ARGPARSE = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("epochs", type=int)
parser.add_argument("--verbose", action="store_true")
parser.add_argument("--lr", type=float)
parser.add_argument("--layers", nargs="+")
parser.add_argument("kind", nargs="?", choices=["mean", "max"])
print(parser.parse_args())
"""
CLICK = """\
import click
@click.command()
@click.argument("rate", type=float)
@click.option("--fast/--slow")
@click.argument("epochs", type=int)
def main(rate, epochs, fast):
    print(rate * epochs)
main()
"""
TYPER = """\
import typer
def main(data: str, epochs: int, fast: bool = False, lr: float = 0.1, seed: int = typer.Argument(3)):
    print(epochs * lr * seed)
typer.run(main)
"""
PLACED = """\
import typer
def main(size: int, /, epochs: int = 5, *, lr: float = 0.1):
    print(size * epochs * lr)
typer.run(main)
"""
NUMBERED = """\
import sys
data, epochs = sys.argv[1:3]
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
print(seed * int(epochs))
"""
COMMANDS = """\
import argparse
parser = argparse.ArgumentParser()
commands = parser.add_subparsers()
fit = commands.add_parser("fit")
fit.add_argument("epochs", type=int)
print(parser.parse_args())
"""


def found(folder: Path, files: dict[str, str], command: str) -> tuple[Job, list[Knob]]:
    for name, text in files.items():
        (folder / name).write_text(text)
    project = Project(folder, Hints(command=command))
    job = main_job(project)
    assert job is not None
    listed = knobs(project, job, lambda path: (folder / path).read_text())
    return job, [k for k in listed if isinstance(k.way, (AtPlace, InCommand))]


@pytest.mark.parametrize(
    ("code", "command", "expected"),
    [
        (ARGPARSE, "python train.py x.csv 10", {"epochs": "python train.py x.csv 7"}),
        (ARGPARSE, "python train.py --verbose x.csv --lr 0.5 10 max | tee log",
         {"epochs": "python train.py --verbose x.csv --lr 0.5 7 max | tee log",
          "kind": "python train.py --verbose x.csv --lr 0.5 10 7 | tee log",
          "--lr": "python train.py --verbose x.csv --lr 7 10 max | tee log"}),
        (ARGPARSE, "python train.py x.csv --layers 2 10", {"--layers": "python train.py x.csv --layers 7 10"}),
        (ARGPARSE, "echo 10 && python -m train x.csv 10", {"epochs": "echo 10 && python -m train x.csv 7"}),
        (CLICK, "python train.py --fast 0.5 10",
         {"rate": "python train.py --fast 7 10", "epochs": "python train.py --fast 0.5 7"}),
        (TYPER, "python train.py x.csv 10 --fast 4",
         {"epochs": "python train.py x.csv 7 --fast 4", "seed": "python train.py x.csv 10 --fast 7"}),
        (NUMBERED, "python train.py x.csv 10 3",
         {"epochs": "python train.py x.csv 7 3", "seed": "python train.py x.csv 10 7"}),
        (PLACED, "python train.py 10", {"size": "python train.py 7"}),
        (NUMBERED, "mpirun -np 4 python train.py x.csv 10", {"epochs": "mpirun -np 4 python train.py x.csv 7"}),
        (COMMANDS, "python train.py fit 10", {}),
        ("print(1)\n", "python train.py 10", {}),
    ],
)  # fmt: skip
def test_a_word_is_replaced_where_it_stands(tmp_path: Path, code: str, command: str, expected: dict[str, str]) -> None:
    job, listed = found(tmp_path, {"train.py": code}, command)
    told = {k.key: shown(setting.argv) for k in listed if (setting := k.way(lambda path: None, job, 7).job) is not None}
    assert told == expected


def test_an_argument_is_told_with_its_script_and_may_be_a_seed(tmp_path: Path) -> None:
    _, listed = found(tmp_path, {"train.py": NUMBERED}, "python train.py x.csv 10 3")
    assert [(k.id, k.value, k.is_seed) for k in listed] == [("train.py:epochs", 10, False), ("train.py:seed", 3, True)]


def test_a_command_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    _, listed = found(tmp_path, {"train.py": NUMBERED}, "python train.py x.csv 10")
    with pytest.raises(CannotSet):
        listed[0].way(lambda path: None, Job(("sh", "-c", "python train.py x.csv --fast 10")), 7)


@pytest.mark.parametrize(
    ("script", "command", "keys"),
    [
        ("train.R", "Rscript train.R --epochs 5 --rate=0.1 --name bob", {"--epochs": 5, "--rate": 0.1}),
        ("train.jl", "julia --threads=4 train.jl --epochs 5", {"--epochs": 5}),
        ("train.pl", "perl train.pl --shuffle true epochs=5", {"--shuffle": "true", "epochs": 5}),
        ("train.sh", "bash train.sh --epochs 5 --seed=3", {"--epochs": 5, "--seed": 3}),
        ("Main.java", "java -cp . Main --epochs 5 --retry 3", {"--epochs": 5}),
        ("main.rs", "cargo run --release -- --epochs 5", {"--epochs": 5}),
        ("train.R", "Rscript train.R 5", {}),
    ],
)
def test_a_command_names_parameters_in_any_language(
    tmp_path: Path, script: str, command: str, keys: dict[str, object]
) -> None:
    job, listed = found(tmp_path, {script: "1\n"}, command)
    assert {k.key: k.value for k in listed} == keys
    for knob in listed:
        changed = knob.way(lambda path: None, job, 7).job
        assert changed is not None and len(shown(changed.argv).split()) == len(command.split())
        assert "7" in shown(changed.argv)


def test_a_chain_of_any_length_ends(tmp_path: Path) -> None:
    chain = f"a{'()' * 1200}\nargv{'[x]' * 1200}\n"
    code = f"import sys, typer\nepochs = int(sys.argv[1])\n{chain}"
    _, listed = found(tmp_path, {"train.py": code}, "python train.py 10")
    assert [k.key for k in listed] == ["epochs"]
